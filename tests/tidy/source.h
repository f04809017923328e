// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::tidy {

/// A file as the rules read it.
struct Source {
    std::string path; ///< from the root of the project, with '/'
    std::string text;
};

/// C++ with the contents of comments and literals turned into spaces; every character keeps its line and
/// column. Understands raw strings, escapes, and the apostrophes in numbers.
std::string codeOnly(std::string_view text);

/// The lines of `text`, without their ends.
std::vector<std::string_view> linesOf(std::string_view text);

/// The line of the character at `offset`, from 1.
int lineAt(std::string_view text, std::size_t offset);

/// "model/text" of "model/text/utf8.h"; "" of a file in the root.
std::string folderOf(std::string_view path);

bool isHeader(std::string_view path);
/// A .cpp or a .h file.
bool isCpp(std::string_view path);
/// `path` is `folder`, or lies below it; everything lies below "".
bool isBelow(std::string_view path, std::string_view folder);
/// Where `word` stands in `code` as a name of its own; a last '*' stands for the rest of the name.
std::vector<std::size_t> placesOf(std::string_view word, std::string_view code);

/// A character of a C++ identifier.
bool isWordCharacter(char c);

} // namespace holdfast::tidy
