// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/tidy/rules.h"

#include <QString>

namespace holdfast::tidy {

/// Every text file of the project: its own folders and the files in the root, without what is built.
/// \param root  the folder with the top CMakeLists.txt.
std::vector<Source> readTree(const QString &root);

/// Looks a header up among those of the Qt that builds us.
QtModuleOf installedQt();

} // namespace holdfast::tidy
