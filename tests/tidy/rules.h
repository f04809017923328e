// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/tidy/layers.h"
#include "tests/tidy/source.h"

#include <functional>

namespace holdfast::tidy {

/// A place that breaks a rule, and what to do about it.
struct Finding {
    std::string path;
    int line{1};
    std::string advice;
};
using Findings = std::vector<Finding>;

/// "path:line: advice", as editors read it.
std::string toString(const Finding &finding);

/// The Qt module that has the header <name>, such as "QtCore" for "QString"; "" when none has.
using QtModuleOf = std::function<std::string(const std::string &name)>;

// ---- rules about one file

/// A project header is included by its path from the root, and only through the doors of layers.txt.
Findings includesGoThroughDoors(const Source &source, const Layers &layers);
/// Qt headers come from the modules of layers.txt.
Findings qtComesFromItsModules(const Source &source, const Layers &layers, const QtModuleOf &moduleOf);
/// The words that layers.txt forbids do not stand in the code.
Findings forbiddenWordsAreAbsent(const Source &source, const Layers &layers);
/// A source has at most 400 lines.
Findings filesAreShort(const Source &source);
/// The body of a function has at most 60 lines, braces included.
Findings functionsAreShort(const Source &source);
/// A header begins with its guard.
Findings headersAreGuarded(const Source &source);
/// Sources and scripts name their licence in the first line, or in the second after #!.
Findings licenceIsNamed(const Source &source);
/// No word that promises to finish something later.
Findings nothingIsLeftForLater(const Source &source);
/// No absolute path into somebody's own folders.
Findings noPathIsPrivate(const Source &source);

// ---- rules about the tree

/// Each folder with sources has a README.md; the rooms of tests/unit share that of tests.
Findings foldersAreExplained(const std::vector<Source> &tree);
/// A .cpp file is named in a CMakeLists.txt, and a header there or in an #include.
Findings nothingIsDead(const std::vector<Source> &tree);

} // namespace holdfast::tidy
