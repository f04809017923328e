// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace holdfast {

/// What of a language's lexical grammar is needed to colour it. Lists are words with one space between.
struct Language {
    /// A text between marks: a comment or a string.
    struct Span {
        enum class Kind { Comment, String };
        enum class Reach { Line, Lines };
        std::string_view begin;
        std::string_view end;
        Kind kind{Kind::String};
        Reach reach{Reach::Line}; ///< Line: it ends with its line, closed or not
        char escape{'\\'};        ///< takes the next character with it; 0: there is none
    };
    enum class Shape {
        Code,   ///< words, of which some are key words
        Keys,   ///< the same, and "key:" or "key =" at the beginning of a line
        Markup, ///< tags with attributes
        Diff    ///< lines that came, lines that went
    };
    enum class Case { Sensitive, Insensitive };

    std::string_view label; ///< as people write it
    std::string_view names; ///< behind a fence, in small letters
    std::string_view keywords{};
    std::string_view lineComments{};
    std::span<const Span> spans{}; ///< a longer mark before a shorter one that begins like it
    std::string_view sigils{};     ///< characters that make a name of the word behind them
    std::string_view inWords{};    ///< characters of a word besides letters, digits and _
    Shape shape{Shape::Code};
    Case letters{Case::Sensitive};
    bool hasDirectives{false}; ///< lines that begin with #, as in C
    bool hasLifetimes{false};  ///< ' may also begin a name, as in Rust
};

/// \param name  as it stands behind a fence, in any case. \returns nothing when it is not known.
const Language *languageNamed(std::string_view name);
std::span<const Language> languages();

/// Whether a list of words has this one.
bool hasWord(std::string_view list, std::string_view word);

} // namespace holdfast
