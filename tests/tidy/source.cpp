// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/source.h"

#include <algorithm>
#include <cctype>

namespace holdfast::tidy {

namespace {

/// Where the comment or the literal that begins at `at` ends; `at` when none begins there.
class Blanks
{
public:
    explicit Blanks(std::string_view text) : m_text(text) {}

    std::size_t endOf(std::size_t at) const
    {
        const std::string_view rest = m_text.substr(at);
        if (rest.starts_with("//"))
            return std::min(m_text.size(), m_text.find('\n', at));
        if (rest.starts_with("/*"))
            return behind("*/", at + 2);
        if (rest.starts_with("\"") && at > 0 && m_text[at - 1] == 'R')
            return endOfRaw(at);
        if (rest.starts_with("\"") || (rest.starts_with("'") && !isDigitSeparator(at)))
            return endOfQuoted(at);
        return at;
    }

private:
    std::size_t behind(std::string_view mark, std::size_t from) const
    {
        const std::size_t found = m_text.find(mark, from);
        return found == std::string_view::npos ? m_text.size() : found + mark.size();
    }
    std::size_t endOfRaw(std::size_t at) const
    {
        const std::size_t open = m_text.find('(', at);
        if (open == std::string_view::npos)
            return m_text.size();
        const std::string mark = ')' + std::string(m_text.substr(at + 1, open - at - 1)) + '"';
        return behind(mark, open);
    }
    std::size_t endOfQuoted(std::size_t at) const
    {
        for (std::size_t i = at + 1; i < m_text.size() && m_text[i] != '\n'; ++i) {
            if (m_text[i] == '\\')
                ++i;
            else if (m_text[i] == m_text[at])
                return i + 1;
        }
        return at + 1; // not closed on its line: an apostrophe in an #error, say
    }
    bool isDigitSeparator(std::size_t at) const
    {
        return at > 0 && std::isxdigit(static_cast<unsigned char>(m_text[at - 1])) != 0;
    }

    std::string_view m_text;
};

bool isIncludeLine(std::string_view text, std::size_t quote)
{
    const std::size_t before = text.rfind('\n', quote);
    const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
    return text.substr(start, quote - start).starts_with("#include");
}

} // namespace

std::string codeOnly(std::string_view text)
{
    std::string code(text);
    const Blanks blanks(text);
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = blanks.endOf(at);
        if (end == at || (text[at] == '"' && isIncludeLine(text, at))) {
            at = std::max(end, at + 1);
            continue;
        }
        std::replace_if(
            code.begin() + static_cast<std::ptrdiff_t>(at), code.begin() + static_cast<std::ptrdiff_t>(end),
            [](char c) { return c != '\n'; }, ' ');
        at = end;
    }
    return code;
}

std::vector<std::string_view> linesOf(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

int lineAt(std::string_view text, std::size_t offset)
{
    return 1 + static_cast<int>(std::ranges::count(text.substr(0, offset), '\n'));
}

std::string folderOf(std::string_view path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

bool isHeader(std::string_view path) { return path.ends_with(".h"); }

bool isCpp(std::string_view path) { return isHeader(path) || path.ends_with(".cpp"); }

bool isBelow(std::string_view path, std::string_view folder)
{
    return folder.empty() || path == folder ||
           (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

std::vector<std::size_t> placesOf(std::string_view word, std::string_view code)
{
    const bool isPrefix = word.ends_with('*');
    if (isPrefix)
        word.remove_suffix(1);
    std::vector<std::size_t> places;
    for (std::size_t at = code.find(word); at != std::string_view::npos; at = code.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        const bool runsOnBefore = at > 0 && isWordCharacter(word.front()) && isWordCharacter(code[at - 1]);
        const bool runsOnBehind =
            !isPrefix && end < code.size() && isWordCharacter(word.back()) && isWordCharacter(code[end]);
        if (!runsOnBefore && !runsOnBehind)
            places.push_back(at);
    }
    return places;
}

bool isWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

} // namespace holdfast::tidy
