// SPDX-License-Identifier: Apache-2.0
#include "model/text/highlight.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace holdfast {

namespace {

using Kind = Token::Kind;

/// Behind these stands a name, in every language that has them.
constexpr std::string_view declaring = "class struct enum union interface trait protocol namespace module "
                                       "def fn func fun function sub type typealias record "
                                       "concept actor impl";

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return std::isalpha(byte) != 0 || c == '_' || byte >= 0x80;
}

std::string inSmallLetters(std::string_view word)
{
    std::string small(word);
    std::ranges::transform(small, small.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return small;
}

} // namespace

void Highlighter::Reading::add(Token::Kind kind, std::size_t end)
{
    if (end > at)
        tokens.push_back({kind, at, end});
    at = end;
}

bool Highlighter::isInWord(char c) const
{
    return isLetter(c) || isDigit(c) || (c != '\0' && m_language->inWords.find(c) != std::string_view::npos);
}

std::vector<Token> Highlighter::line(std::string_view line)
{
    Reading reading{.line = line, .at = 0, .tokens = {}};
    if (!m_language)
        return {};
    if (m_open)
        readSpan(reading, *m_open, 0);
    switch (m_language->shape) {
    case Language::Shape::Diff:
        if (line.starts_with("@@"))
            reading.add(Kind::Name, line.size());
        else if (line.starts_with('+'))
            reading.add(Kind::Added, line.size());
        else if (line.starts_with('-'))
            reading.add(Kind::Removed, line.size());
        break;
    case Language::Shape::Markup:
        readMarkup(reading);
        break;
    case Language::Shape::Keys:
        readCode(reading);
        nameKey(reading);
        break;
    case Language::Shape::Code:
        readCode(reading);
        break;
    }
    return std::move(reading.tokens);
}

void Highlighter::readCode(Reading &reading)
{
    while (reading.at < reading.line.size()) {
        if (readDirective(reading) || readComment(reading) || readLifetime(reading) || readOpening(reading) ||
            readNumber(reading) || readSigil(reading) || readWord(reading))
            continue;
        if (reading.line[reading.at] != ' ')
            reading.isBehindDeclaration = false;
        ++reading.at;
    }
}

/// From where the reading is; the text of the span begins `from` bytes further.
void Highlighter::readSpan(Reading &reading, const Language::Span &span, std::size_t from)
{
    const std::string_view line = reading.line;
    const Kind kind = span.kind == Language::Span::Kind::Comment ? Kind::Comment : Kind::String;
    m_open = nullptr;
    for (std::size_t i = reading.at + from; i < line.size(); ++i) {
        if (span.escape != 0 && line[i] == span.escape)
            ++i;
        else if (line.substr(i).starts_with(span.end))
            return reading.add(kind, i + span.end.size());
    }
    reading.add(kind, line.size());
    if (span.reach == Language::Span::Reach::Lines)
        m_open = &span;
}

bool Highlighter::readOpening(Reading &reading)
{
    for (const Language::Span &span : m_language->spans) {
        if (!reading.startsWith(span.begin))
            continue;
        readSpan(reading, span, span.begin.size());
        return true;
    }
    return false;
}

/// A mark such as # begins a comment only where a word could begin: $# and a#b are none.
bool Highlighter::readComment(Reading &reading) const
{
    const std::size_t at = reading.at;
    const bool isFree = at == 0 || reading.line[at - 1] == ' ' || reading.line[at - 1] == '\t';
    std::string_view rest = m_language->lineComments;
    while (!rest.empty()) {
        const std::string_view mark = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(mark.size() + 1, rest.size()));
        const bool isLonger = std::ranges::any_of(m_language->spans, [&](const Language::Span &span) {
            return span.begin.size() > mark.size() && reading.startsWith(span.begin);
        });
        if (isLonger || !reading.startsWith(mark) || (mark.size() == 1 && !isFree))
            continue;
        reading.add(Kind::Comment, reading.line.size());
        return true;
    }
    return false;
}

bool Highlighter::readDirective(Reading &reading) const
{
    if (!m_language->hasDirectives || reading.next() != '#' ||
        reading.line.find_first_not_of(" \t") != reading.at)
        return false;
    std::size_t end = reading.at + 1;
    while (end < reading.line.size() && (isLetter(reading.line[end]) || reading.line[end] == ' ') &&
           !(reading.line[end] == ' ' && isLetter(reading.line[end - 1])))
        ++end;
    const bool isInclude = reading.line.substr(reading.at, end - reading.at).ends_with("include");
    reading.add(Kind::Keyword, end);
    const std::size_t open = reading.line.find_first_not_of(' ', end);
    if (isInclude && open != std::string_view::npos && reading.line[open] == '<') {
        reading.at = open;
        reading.add(Kind::String, std::min(reading.line.find('>', open), reading.line.size() - 1) + 1);
    }
    return true;
}

/// 'a and 'static, but not 'x' and '\n'.
bool Highlighter::readLifetime(Reading &reading) const
{
    if (!m_language->hasLifetimes || reading.next() != '\'' || !isLetter(reading.next(1)))
        return false;
    std::size_t end = reading.at + 1;
    while (end < reading.line.size() && isInWord(reading.line[end]))
        ++end;
    if (end < reading.line.size() && reading.line[end] == '\'')
        return false;
    reading.add(Kind::Name, end);
    return true;
}

/// 17, 0xFF, 1'000, 1_000u, 3.5e-7, 12px; not the 2 of a name such as x2.
bool Highlighter::readNumber(Reading &reading) const
{
    const char first = reading.next();
    if (!isDigit(first) && !(first == '.' && isDigit(reading.next(1))))
        return false;
    std::size_t end = reading.at + 1;
    for (; end < reading.line.size(); ++end) {
        const char c = reading.line[end];
        const char before = reading.line[end - 1];
        const bool isSign = (c == '-' || c == '+') && (before == 'e' || before == 'E');
        const bool isPoint = c == '.' && end + 1 < reading.line.size() && isDigit(reading.line[end + 1]);
        const bool isApostrophe =
            c == '\'' && end + 1 < reading.line.size() && isDigit(reading.line[end + 1]);
        if (!isDigit(c) && !std::isalpha(static_cast<unsigned char>(c)) && c != '_' && c != '%' && !isSign &&
            !isPoint && !isApostrophe)
            break;
    }
    reading.add(Kind::Number, end);
    return true;
}

bool Highlighter::readSigil(Reading &reading) const
{
    const char first = reading.next();
    if (first == '\0' || m_language->sigils.find(first) == std::string_view::npos)
        return false;
    std::size_t end = reading.at + 1;
    if (end < reading.line.size() && reading.line[end] == '{') {
        constexpr std::size_t nameMax =
            200; // else a line of opening braces would be read once for each of them
        const std::size_t close = reading.line.substr(end, nameMax).find('}');
        if (close == std::string_view::npos)
            return false;
        reading.add(Kind::Name, end + close + 1);
        return true;
    }
    while (end < reading.line.size() && (isLetter(reading.line[end]) || isDigit(reading.line[end])))
        ++end;
    if (end == reading.at + 1)
        return false;
    reading.add(Kind::Name, end);
    return true;
}

/// A key word; the name of what is declared; the name of what is called.
bool Highlighter::readWord(Reading &reading) const
{
    if (!isInWord(reading.next()))
        return false;
    std::size_t end = reading.at + 1;
    while (end < reading.line.size() && isInWord(reading.line[end]))
        ++end;
    const std::string_view word = reading.line.substr(reading.at, end - reading.at);
    const bool isSmall = m_language->letters == Language::Case::Insensitive;
    const std::string small = isSmall ? inSmallLetters(word) : std::string();
    const bool isKeyword =
        hasWord(m_language->keywords, word) || (isSmall && hasWord(m_language->keywords, small));
    const std::size_t behind = reading.line.find_first_not_of(' ', end);
    const bool isCalled = behind != std::string_view::npos && reading.line[behind] == '(' && behind - end < 2;
    if (isKeyword) {
        reading.add(Kind::Keyword, end);
        reading.isBehindDeclaration = hasWord(declaring, isSmall ? std::string_view(small) : word);
        return true;
    }
    const bool isName = isLetter(word.front()) && (reading.isBehindDeclaration || isCalled);
    reading.isBehindDeclaration = false;
    if (isName)
        reading.add(Kind::Name, end);
    else
        reading.at = end;
    return true;
}

/// A string before a colon, "key:" and key = at the beginning of a line become a name; [section] as well.
void Highlighter::nameKey(Reading &reading) const
{
    const std::string_view line = reading.line;
    for (Token &token : reading.tokens) {
        const std::size_t behind = line.find_first_not_of(" \t", token.end);
        if (token.kind == Kind::String && behind != std::string_view::npos && line[behind] == ':')
            token.kind = Kind::Name;
    }
    const std::size_t begin = line.find_first_not_of(" \t-{,");
    if (begin == std::string_view::npos)
        return;
    if (line[begin] == '[' && line.find(']') == line.find_last_not_of(" \t") &&
        hasWord(m_language->names, "toml")) {
        reading.tokens.assign(1, {Kind::Name, begin, line.find(']') + 1});
        return;
    }
    std::size_t end = begin;
    if (line[begin] == '"' || line[begin] == '\'')
        end = std::min(line.find(line[begin], begin + 1), line.size() - 1) + 1;
    while (end < line.size() && isInWord(line[end]))
        ++end;
    const std::size_t behind = line.find_first_not_of(" \t", end);
    if (end == begin || behind == std::string_view::npos || (line[behind] != ':' && line[behind] != '='))
        return;
    const auto isCovered = [&](const Token &token) { return token.begin < end; };
    if (std::ranges::any_of(reading.tokens,
                            [&](const Token &token) { return isCovered(token) && token.end > end; }))
        return; // it stands in a comment or in a longer string
    std::erase_if(reading.tokens, isCovered);
    reading.tokens.insert(reading.tokens.begin(), {Kind::Name, begin, end});
}

void Highlighter::readMarkup(Reading &reading)
{
    while (reading.at < reading.line.size()) {
        if (m_isInTag)
            readTag(reading);
        else if (readOpening(reading))
            continue;
        else if (reading.next() == '<' && (isLetter(reading.next(1)) || reading.next(1) == '/' ||
                                           reading.next(1) == '!' || reading.next(1) == '?')) {
            std::size_t end = reading.at + 2;
            while (end < reading.line.size() && isInWord(reading.line[end]))
                ++end;
            reading.add(Kind::Keyword, end);
            m_isInTag = true;
        } else {
            ++reading.at;
        }
    }
}

/// Attributes and their values, up to the end of the tag.
void Highlighter::readTag(Reading &reading)
{
    const char first = reading.next();
    if (first == '"' || first == '\'') {
        const std::size_t close = reading.line.find(first, reading.at + 1);
        reading.add(Kind::String, std::min(close, reading.line.size() - 1) + 1);
    } else if (first == '>') {
        m_isInTag = false;
        reading.add(Kind::Keyword, reading.at + 1);
    } else if (isInWord(first)) {
        std::size_t end = reading.at + 1;
        while (end < reading.line.size() && isInWord(reading.line[end]))
            ++end;
        reading.add(Kind::Name, end);
    } else {
        ++reading.at;
    }
}

} // namespace holdfast
