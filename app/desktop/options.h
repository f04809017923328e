// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/desktop/application.h"

#include <QStringList>

namespace holdfast {

/// What `holdfast` was told on its command line.
struct DesktopOptions {
    Application::Options application;
    std::optional<QString> tour; ///< the folder for its pictures
};

/// Reads them. Works without a display, so that --help and --version always do; they print and end the
/// process. Errors: BadArgument, with a sentence to print.
Result<DesktopOptions> parseDesktopOptions(const QStringList &arguments);

} // namespace holdfast
