// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/text/languages.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace holdfast {

/// A part of a line that has a colour of its own: bytes [begin, end).
struct Token {
    enum class Kind { Keyword, Name, String, Number, Comment, Added, Removed };
    Kind kind{Kind::Keyword};
    std::size_t begin{0};
    std::size_t end{0};
    friend bool operator==(const Token &, const Token &) = default;
};

/// Colours code line by line, from the first to the last: what is open at the end of a line is all that it
/// remembers, so a line that was coloured never changes when another one comes. It knows the words of a
/// language, not its meaning; text that is wrong is coloured as far as it goes. Time: linear in the line.
class Highlighter
{
public:
    /// \param language  as it stands behind a fence; nothing is coloured when it is not known.
    explicit Highlighter(std::string_view language) : m_language(languageNamed(language)) {}

    /// The next line, without its end, in UTF-8. \returns tokens in their order, none of which is empty.
    std::vector<Token> line(std::string_view line);

private:
    /// One line, being read.
    struct Reading {
        std::string_view line;
        std::size_t at{0};
        std::vector<Token> tokens;
        bool isBehindDeclaration{false}; ///< the next word is the name of what is declared

        void add(Token::Kind kind, std::size_t end);
        bool startsWith(std::string_view text) const { return line.substr(at).starts_with(text); }
        char next(std::size_t distance = 0) const
        {
            return at + distance < line.size() ? line[at + distance] : '\0';
        }
    };

    void readCode(Reading &reading);
    void readSpan(Reading &reading, const Language::Span &span, std::size_t from);
    bool readComment(Reading &reading) const;
    bool readOpening(Reading &reading);
    bool readDirective(Reading &reading) const;
    bool readLifetime(Reading &reading) const;
    bool readNumber(Reading &reading) const;
    bool readSigil(Reading &reading) const;
    bool readWord(Reading &reading) const;
    void readMarkup(Reading &reading);
    void readTag(Reading &reading);
    void nameKey(Reading &reading) const;
    bool isInWord(char c) const;

    const Language *m_language;
    const Language::Span *m_open{nullptr}; ///< goes on in the next line
    bool m_isInTag{false};
};

} // namespace holdfast
