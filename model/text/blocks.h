// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// A piece of Markdown that can be laid out by itself: bytes [begin, end) of its source.
struct TextBlock {
    enum class Kind { Paragraph, Heading, List, Code };
    Kind kind{Kind::Paragraph};
    std::size_t begin{0};
    std::size_t end{0};
    friend bool operator==(const TextBlock &, const TextBlock &) = default;
};

/// Splits a growing Markdown text into blocks that will not change any more, and one tail that may. What is
/// committed depends on the whole lines seen, never on the portions in which they came; the blocks and the
/// tail join to the text without a gap.
class BlockSplitter
{
public:
    /// \param text  the whole text so far; it must begin with what was given before.
    void update(std::string_view text);
    /// The text is complete: the tail becomes a block.
    void finish(std::string_view text);

    const std::vector<TextBlock> &committed() const { return m_committed; }
    /// What is not committed: [begin, end of the text); empty when begin is the end.
    TextBlock tail(std::string_view text) const;

private:
    void takeLine(std::string_view line, std::size_t lineEnd);
    void commit(std::size_t end);

    std::vector<TextBlock> m_committed;
    std::size_t m_blockBegin{0};
    std::size_t m_lineBegin{0};
    enum class Open { Nothing, Paragraph, List, Code } m_open{Open::Nothing};
    std::string m_fence; ///< the marks that opened the code
};

/// The language named behind the fence of a code block, and the code itself without its fences.
struct CodeSource {
    std::string_view language;
    std::string_view code;
};
CodeSource codeIn(std::string_view block);

/// A tail as it can be shown: emphasis and code marks that are still open are closed.
std::string healed(std::string_view tail);

} // namespace holdfast
