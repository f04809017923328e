// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

namespace holdfast {

/// `holdfast-cli lab --listen ADDRESS:PORT --upstream HOST:PORT [--json]`: a fault proxy with commands on
/// stdin, one on a line, each answered by one line ("ok …" or "error: …"); the first line is "listening
/// ADDRESS:PORT". With --json every line is an object with "t_us" (CLOCK_MONOTONIC, µs) and "event":
/// listening, ok or error. Runs until "quit" or the end of stdin. \returns the exit code: 0, 1 when it cannot
/// listen (port taken), 2 for usage.
int runLab(const QStringList &arguments);

} // namespace holdfast
