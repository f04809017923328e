// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>

namespace holdfast {

/// `holdfast-cli lab --listen ADDRESS:PORT --upstream HOST:PORT`: a fault proxy with commands on stdin, one per line,
/// each answered by one line. Runs until "quit" or the end of stdin. \returns the exit code: 0, 1 when the port is
/// taken, 2 for usage.
int runLab(const QStringList &arguments);

} // namespace holdfast
