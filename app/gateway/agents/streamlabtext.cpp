// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/streamlabtext.h"

#include "model/session/random.h"
#include "model/text/utf8.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace holdfast {

namespace {

constexpr std::uint64_t blockBytes = 4096;
constexpr std::uint64_t bytesMax = 100'000'000;
constexpr std::string_view jsonBegin = "{\"text\":\"";
constexpr std::string_view jsonEnd = "\"}";

constexpr std::array<std::string_view, 48> words{
    "anchor",  "tide",   "harbour", "rope",    "current", "hält",    "signal", "keel",     "ferry", "storm",  "quay",   "buoy",
    "compass", "lantern", "mast",   "sail",    "drift",   "shore",   "Brücke", "knot",     "—",     "deck",   "mooring", "gale",
    "horizon", "🙂",     "wharf",   "chart",   "helm",    "voyage",  "señal",  "ripple",   "and",   "the",    "under",  "over",
    "with",    "until",  "while",   "between", "slowly",  "quietly", "again",  "海",       "holds", "turns",  "waits",  "returns"};

std::string_view word(Random &random) { return words[random.below(words.size())]; }

void addSentence(std::string &text, Random &random)
{
    const std::uint64_t count = 5 + random.below(9);
    for (std::uint64_t i = 0; i < count; ++i) {
        if (i > 0)
            text += ' ';
        text += word(random);
    }
    text += ". ";
}

void addParagraph(std::string &text, Random &random)
{
    const std::uint64_t count = 2 + random.below(4);
    for (std::uint64_t i = 0; i < count; ++i)
        addSentence(text, random);
    text += "\n\n";
}

void addMarkdown(std::string &text, Random &random)
{
    switch (random.below(4)) {
    case 0:
        text.append("## ").append(word(random)).append(" ").append(word(random)).append("\n\n");
        addParagraph(text, random);
        return;
    case 1:
        for (std::uint64_t i = 0; i < 3 + random.below(3); ++i)
            text.append("- **").append(word(random)).append("** ").append(word(random)).append("\n");
        text += '\n';
        return;
    case 2:
        text.append("```cpp\nint ").append("value = ").append(std::to_string(random.below(1000))).append(";\n");
        text.append("return value + ").append(std::to_string(random.below(1000))).append("; // ");
        text.append(word(random)).append("\n```\n\n");
        return;
    default: addParagraph(text, random);
    }
}

/// Exactly blockBytes bytes that depend on seed and number only.
std::string block(const StreamLabSpec &spec, std::uint64_t number)
{
    Random random(spec.seed * 0x9E3779B97F4A7C15ULL + number);
    std::string text;
    while (text.size() < blockBytes) {
        switch (spec.format) {
        case StreamLabSpec::Format::Text: addParagraph(text, random); break;
        case StreamLabSpec::Format::Markdown: addMarkdown(text, random); break;
        case StreamLabSpec::Format::Json: addSentence(text, random); break;
        }
    }
    const std::size_t end = utf8::boundaryBefore(text, blockBytes - 2);
    text.resize(end);
    text.append(blockBytes - 2 - end, '.');
    return text + (spec.format == StreamLabSpec::Format::Json ? "  " : "\n\n");
}

/// The same, cut to `bytes` at the end of the text without half a character.
std::string clippedBlock(const StreamLabSpec &spec, std::uint64_t number, std::uint64_t bytes)
{
    std::string text = block(spec, number);
    const std::uint64_t room = bytes - number * blockBytes;
    if (room >= blockBytes)
        return text;
    const std::size_t end = utf8::boundaryBefore(text, room);
    text.resize(end);
    return text.append(room - end, '.');
}

std::string blocks(const StreamLabSpec &spec, std::uint64_t bytes, std::uint64_t offset, std::uint64_t length)
{
    std::string text;
    const std::uint64_t end = std::min(bytes, offset + length);
    for (std::uint64_t at = offset; at < end;) {
        const std::uint64_t number = at / blockBytes;
        const std::uint64_t within = at % blockBytes;
        const std::uint64_t take = std::min(end - at, blockBytes - within);
        text += clippedBlock(spec, number, bytes).substr(within, take);
        at += take;
    }
    return text;
}

} // namespace

std::string streamLabText(const StreamLabSpec &spec, std::uint64_t offset, std::uint64_t length)
{
    if (offset >= spec.bytes)
        return {};
    length = std::min(length, spec.bytes - offset);
    if (spec.format != StreamLabSpec::Format::Json)
        return blocks(spec, spec.bytes, offset, length);
    const std::uint64_t frame = jsonBegin.size() + jsonEnd.size();
    const std::uint64_t inside = spec.bytes - std::min(spec.bytes, frame);
    std::string text;
    if (offset < jsonBegin.size())
        text = jsonBegin.substr(offset, length);
    const std::uint64_t from = std::max<std::uint64_t>(offset, jsonBegin.size()) - jsonBegin.size();
    if (text.size() < length && from < inside)
        text += blocks(spec, inside, from, length - text.size());
    if (text.size() < length) {
        const std::uint64_t at = offset + text.size() - jsonBegin.size() - inside;
        text += jsonEnd.substr(at, length - text.size());
    }
    return text;
}

namespace {

Result<> readWord(std::string_view key, std::string_view value, StreamLabSpec &spec)
{
    const std::string shown = std::string(key) + '=' + std::string(value);
    if (key == "format") {
        if (value == "text")
            spec.format = StreamLabSpec::Format::Text;
        else if (value == "markdown")
            spec.format = StreamLabSpec::Format::Markdown;
        else if (value == "json")
            spec.format = StreamLabSpec::Format::Json;
        else
            return failure(Error::Code::BadArgument, shown + ": format is text, markdown or json");
        return {};
    }
    std::uint64_t *number = key == "bytes" ? &spec.bytes : key == "rate" ? &spec.rate : key == "seed" ? &spec.seed : nullptr;
    if (!number)
        return failure(Error::Code::BadArgument, shown + ": the words are bytes, rate, seed and format");
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), *number);
    if (error != std::errc() || end != value.data() + value.size())
        return failure(Error::Code::BadArgument, shown + ": a whole number is wanted");
    if (spec.bytes > bytesMax)
        return failure(Error::Code::BadArgument, shown + ": at most 100000000 bytes");
    return {};
}

} // namespace

Result<StreamLabSpec> parseStreamLabLine(std::string_view line)
{
    StreamLabSpec spec;
    if (line.find('=') == std::string_view::npos)
        return spec;
    while (!line.empty()) {
        const std::size_t end = line.find_first_of(" \t\r\n");
        const std::string_view each = line.substr(0, end);
        line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
        if (each.empty())
            continue;
        const std::size_t equals = each.find('=');
        if (equals == std::string_view::npos)
            return failure(Error::Code::BadArgument, std::string(each) + ": key=value is wanted");
        if (const auto read = readWord(each.substr(0, equals), each.substr(equals + 1), spec); !read)
            return tl::unexpected(read.error());
    }
    if (spec.format == StreamLabSpec::Format::Json && spec.bytes < jsonBegin.size() + jsonEnd.size())
        return failure(Error::Code::BadArgument, "bytes=" + std::to_string(spec.bytes) + ": too small for a JSON document");
    return spec;
}

} // namespace holdfast
