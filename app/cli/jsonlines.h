// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QString>

namespace holdfast::jsonlines {

/// Writes one line on stdout, at once: `fields` with "t_us" (CLOCK_MONOTONIC, µs) and "event" before them.
void write(const char *event, const QJsonObject &fields);

} // namespace holdfast::jsonlines
