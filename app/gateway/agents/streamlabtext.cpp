// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/streamlabtext.h"

#include "model/session/random.h"
#include "model/text/utf8.h"

#include <algorithm>
#include <array>

namespace holdfast {

namespace {

constexpr std::uint64_t blockBytes = 4096;
constexpr std::uint64_t markdownBytesMax =
    200; ///< of a list or of fenced code: it must not be cut by a block's end
constexpr std::string_view jsonBegin = "{\"items\":[";
constexpr std::string_view jsonEnd = "]}";

constexpr std::array<std::string_view, 48> words{
    "anchor", "tide",    "harbour", "rope",    "current", "hält",  "signal", "keel",   "ferry",  "storm",
    "quay",   "buoy",    "compass", "lantern", "mast",    "sail",  "drift",  "shore",  "Brücke", "knot",
    "—",      "deck",    "mooring", "gale",    "horizon", "🙂",    "wharf",  "chart",  "helm",   "voyage",
    "señal",  "ripple",  "and",     "the",     "under",   "over",  "with",   "until",  "while",  "between",
    "slowly", "quietly", "again",   "海",      "holds",   "turns", "waits",  "returns"};

/// One block in the making: its text, how large it becomes, and the numbers that decide.
struct Block {
    std::string text;
    std::uint64_t size;
    Random random;

    StreamLabSpec::Format format;

    /// Markdown is what people look at: words that few text fonts have are left to the other formats.
    std::string_view word()
    {
        const std::string_view picked = words[random.below(words.size())];
        const bool isRare = picked == "🙂" || picked == "海";
        return format == StreamLabSpec::Format::Markdown && isRare ? "island" : picked;
    }
    std::uint64_t room() const { return size - std::min<std::uint64_t>(size, text.size()); }
};

std::string sentence(Block &block)
{
    const std::uint64_t count = 5 + block.random.below(9);
    std::string text;
    for (std::uint64_t i = 0; i < count; ++i)
        text.append(i > 0 ? " " : "").append(block.word());
    return text + '.';
}

void addParagraph(Block &block)
{
    const std::uint64_t count = 2 + block.random.below(4);
    for (std::uint64_t i = 0; i < count; ++i)
        block.text.append(i > 0 ? " " : "").append(sentence(block));
    block.text += "\n\n";
}

void addHeading(Block &block)
{
    block.text.append("## ").append(block.word());
    block.text.append(" ").append(block.word()).append("\n\n");
}

void addList(Block &block)
{
    const std::uint64_t count = 3 + block.random.below(3);
    for (std::uint64_t i = 0; i < count; ++i) {
        block.text.append("- **").append(block.word());
        block.text.append("** ").append(block.word()).append("\n");
    }
    block.text += '\n';
}

void addCode(Block &block)
{
    block.text.append("```cpp\nint value = ").append(std::to_string(block.random.below(1000)));
    block.text.append(";\nreturn value + ").append(std::to_string(block.random.below(1000)));
    block.text.append("; // ").append(block.word()).append("\n```\n\n");
}

void addMarkdown(Block &block)
{
    const std::uint64_t kind = block.random.below(5);
    if (kind > 2 || block.room() < markdownBytesMax)
        addParagraph(block); // may be cut anywhere
    else if (kind == 0)
        addHeading(block);
    else if (kind == 1)
        addList(block);
    else
        addCode(block);
}

/// Prose up to the block's size: cut at a character, and ended as a paragraph.
void fillWithProse(Block &block, StreamLabSpec::Format format)
{
    while (block.room() > 0) {
        if (format == StreamLabSpec::Format::Markdown)
            addMarkdown(block);
        else
            addParagraph(block);
    }
    const std::size_t ending = block.size > 2 ? 2 : 0;
    const std::size_t end = utf8::boundaryBefore(block.text, block.size - ending);
    block.text.resize(end);
    block.text.append(block.size - ending - end, '.').append(ending, '\n');
}

/// Whole elements of an array, with the commas between them, and blanks for the rest.
void fillWithElements(Block &block, std::uint64_t number)
{
    for (;;) {
        const bool isFirst = number == 0 && block.text.empty();
        const std::string value = std::to_string(block.random.below(1000));
        const std::string element =
            (isFirst ? "\n{\"value\":" : ",\n{\"value\":") + value + ",\"text\":\"" + sentence(block) + "\"}";
        if (element.size() > block.room())
            break;
        block.text += element;
    }
    block.text.append(block.room(), ' ');
}

/// Exactly `size` bytes that depend on seed, format, number and size only. The seeds of the blocks are mixed,
/// since neighbours in one sequence of SplitMix64 would give neighbouring blocks the same words.
std::string blockText(const StreamLabSpec &spec, std::uint64_t number, std::uint64_t size)
{
    Block block{{}, size, Random(Random(spec.seed).next() ^ Random(~number).next()), spec.format};
    switch (spec.format) {
    case StreamLabSpec::Format::Text:
    case StreamLabSpec::Format::Markdown:
        fillWithProse(block, spec.format);
        break;
    case StreamLabSpec::Format::Json:
        fillWithElements(block, number);
        break;
    }
    return std::move(block.text);
}

/// Bytes [offset, end) of a text that is made of blocks and has `bytes` bytes.
std::string blocks(const StreamLabSpec &spec, std::uint64_t bytes, std::uint64_t offset, std::uint64_t end)
{
    std::string text;
    while (offset < end) {
        const std::uint64_t number = offset / blockBytes;
        const std::uint64_t within = offset % blockBytes;
        const std::uint64_t take = std::min(end - offset, blockBytes - within);
        text.append(blockText(spec, number, std::min(blockBytes, bytes - number * blockBytes)), within, take);
        offset += take;
    }
    return text;
}

} // namespace

std::string streamLabText(const StreamLabSpec &spec, std::uint64_t offset, std::uint64_t length)
{
    if (offset >= spec.bytes)
        return {};
    const std::uint64_t end = offset + std::min(length, spec.bytes - offset);
    const bool isJson = spec.format == StreamLabSpec::Format::Json;
    const std::string_view head = isJson ? jsonBegin : std::string_view();
    const std::string_view foot = isJson ? jsonEnd : std::string_view();
    const std::uint64_t frame = std::min<std::uint64_t>(spec.bytes, head.size() + foot.size());
    const std::uint64_t bodyEnd = head.size() + spec.bytes - frame; // where the foot begins
    std::string text;
    if (offset < head.size())
        text = head.substr(offset, end - offset);
    const std::uint64_t from = std::max<std::uint64_t>(offset, head.size());
    if (const std::uint64_t to = std::min(end, bodyEnd); from < to)
        text += blocks(spec, spec.bytes - frame, from - head.size(), to - head.size());
    if (const std::uint64_t at = std::max(offset, bodyEnd); at < end)
        text += foot.substr(at - bodyEnd, end - at);
    return text;
}

} // namespace holdfast
