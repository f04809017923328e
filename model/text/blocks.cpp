// SPDX-License-Identifier: Apache-2.0
#include "model/text/blocks.h"

#include <algorithm>

namespace holdfast {

namespace {

std::string_view withoutIndent(std::string_view line)
{
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    return line;
}

/// The opening marks of a code fence (CommonMark §4.5), empty when the line is none.
std::string_view fenceOf(std::string_view line)
{
    line = withoutIndent(line);
    for (const char mark : {'`', '~'}) {
        const std::size_t length = std::min(line.find_first_not_of(mark), line.size());
        if (length >= 3)
            return line.substr(0, length);
    }
    return {};
}

bool isHeading(std::string_view line)
{
    const std::size_t marks = std::min(line.find_first_not_of('#'), line.size());
    return marks >= 1 && marks <= 6 && (marks == line.size() || line[marks] == ' ');
}

bool isListItem(std::string_view line)
{
    line = withoutIndent(line);
    const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
    if (digits > 0 && digits + 1 < line.size())
        return (line[digits] == '.' || line[digits] == ')') && line[digits + 1] == ' ';
    return line.size() > 1 && (line[0] == '-' || line[0] == '*' || line[0] == '+') && line[1] == ' ';
}

bool isBlank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

} // namespace

void BlockSplitter::update(std::string_view text)
{
    for (std::size_t end = text.find('\n', m_lineBegin); end != std::string_view::npos;
         end = text.find('\n', m_lineBegin)) {
        const std::string_view line = text.substr(m_lineBegin, end - m_lineBegin);
        const std::size_t begin = m_lineBegin;
        m_lineBegin = end + 1;
        // A line that cannot belong to the open block ends it first.
        const bool startsAnew =
            isHeading(line) || !fenceOf(line).empty() || (isListItem(line) && m_open == Open::Paragraph);
        if (startsAnew && (m_open == Open::Paragraph || m_open == Open::List) && !isBlank(line) &&
            !(m_open == Open::List && line.front() == ' '))
            commit(begin);
        takeLine(line, end + 1);
    }
}

void BlockSplitter::takeLine(std::string_view line, std::size_t lineEnd)
{
    switch (m_open) {
    case Open::Code:
        if (fenceOf(line).substr(0, m_fence.size()) == m_fence &&
            isBlank(withoutIndent(line).substr(fenceOf(line).size())))
            commit(lineEnd);
        return;
    case Open::Paragraph:
    case Open::List:
        if (isBlank(line))
            commit(lineEnd);
        return;
    case Open::Nothing:
        break;
    }
    if (isBlank(line))
        return; // it belongs to the block that follows
    const std::string_view fence = fenceOf(line);
    if (!fence.empty()) {
        m_open = Open::Code;
        m_fence = fence;
    } else if (isHeading(line)) {
        m_open = Open::Paragraph;
        commit(lineEnd);
        m_committed.back().kind = TextBlock::Kind::Heading;
    } else {
        m_open = isListItem(line) ? Open::List : Open::Paragraph;
    }
}

void BlockSplitter::commit(std::size_t end)
{
    TextBlock block{TextBlock::Kind::Paragraph, m_blockBegin, end};
    if (m_open == Open::Code)
        block.kind = TextBlock::Kind::Code;
    else if (m_open == Open::List)
        block.kind = TextBlock::Kind::List;
    m_committed.push_back(block);
    m_blockBegin = end;
    m_open = Open::Nothing;
}

void BlockSplitter::finish(std::string_view text)
{
    update(text);
    const TextBlock last = tail(text);
    if (last.begin == last.end)
        return;
    commit(text.size());
    m_committed.back().kind = last.kind;
    m_lineBegin = text.size();
}

TextBlock BlockSplitter::tail(std::string_view text) const
{
    TextBlock block{TextBlock::Kind::Paragraph, m_blockBegin, text.size()};
    const std::string_view source = text.substr(m_blockBegin);
    const std::string_view begun = source.substr(std::min(source.find_first_not_of('\n'), source.size()));
    if (m_open == Open::Code || !fenceOf(begun.substr(0, begun.find('\n'))).empty())
        block.kind = TextBlock::Kind::Code;
    else if (m_open == Open::List || isListItem(begun.substr(0, begun.find('\n'))))
        block.kind = TextBlock::Kind::List;
    else if (isHeading(begun.substr(0, begun.find('\n'))) && !begun.empty())
        block.kind = TextBlock::Kind::Heading;
    return block;
}

CodeSource codeIn(std::string_view block)
{
    block.remove_prefix(std::min(block.find_first_not_of('\n'), block.size()));
    const std::size_t firstEnd = block.find('\n');
    const std::string_view first = block.substr(0, firstEnd);
    const std::string_view fence = fenceOf(first);
    CodeSource source;
    source.language =
        withoutIndent(withoutIndent(first).substr(std::min(fence.size(), withoutIndent(first).size())));
    if (firstEnd == std::string_view::npos)
        return source;
    source.code = block.substr(firstEnd + 1);
    std::string_view trimmed = source.code;
    while (!trimmed.empty() && trimmed.back() == '\n')
        trimmed.remove_suffix(1);
    const std::size_t lastBegin = trimmed.rfind('\n') == std::string_view::npos ? 0 : trimmed.rfind('\n') + 1;
    const std::string_view last = trimmed.substr(lastBegin);
    if (!fence.empty() && fenceOf(last).substr(0, fence.size()) == fence)
        source.code = source.code.substr(0, lastBegin);
    return source;
}

std::string healed(std::string_view tail)
{
    std::string text(tail);
    std::size_t ticks = 0;
    std::size_t stars = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '`')
            ++ticks;
        else if (text[i] == '*' && i + 1 < text.size() && text[i + 1] == '*' && ticks % 2 == 0) {
            ++stars;
            ++i;
        }
    }
    if (ticks % 2 == 1)
        text += '`';
    if (stars % 2 == 1)
        text += text.size() >= 2 && text.substr(text.size() - 2) == "**" ? "\xC2\xA0**" : "**";
    return text;
}

} // namespace holdfast
