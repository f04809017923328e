// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/resumeheader.h"

#include "model/protocol/limits.h"

#include <charconv>
#include <optional>

namespace holdfast {

namespace {

std::string toString(const TailPosition &tail)
{
    return tail.item.value + '@' + std::to_string(tail.gen) + ':' + std::to_string(tail.offset);
}

std::string beginning(const ResumeRequest &resume)
{
    std::string text = "v=" + std::to_string(resume.version);
    if (!resume.cursor.isNull())
        text += "; cursor=" + toString(resume.cursor);
    return text + "; device=" + resume.device.value + "; budget=" + std::to_string(resume.budget);
}

template<class Number>
std::optional<Number> parseNumber(std::string_view text)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

/// Cuts `text` behind the next `separator`. \returns the part before it.
std::string_view next(std::string_view &text, char separator)
{
    const std::size_t at = text.find(separator);
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return part;
}

bool isId(std::string_view text)
{
    return !text.empty() && text.size() <= 128 &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
               std::string_view::npos;
}

Result<std::vector<TailPosition>> parseTails(std::string_view text)
{
    std::vector<TailPosition> tails;
    while (!text.empty()) {
        std::string_view tail = trimmed(next(text, ','));
        const std::string_view item = next(tail, '@');
        const std::string_view gen = next(tail, ':');
        const auto genNumber = parseNumber<std::uint32_t>(gen);
        const auto offset = parseNumber<std::uint64_t>(tail);
        if (!isId(item) || !genNumber || !offset)
            return failure(Error::Code::BadHeader, "tails is not item@gen:offset");
        tails.push_back({{std::string(item)}, *genNumber, *offset});
    }
    return tails;
}

Result<> readField(std::string_view key, std::string_view value, ResumeRequest &resume)
{
    if (key == "v") {
        const auto version = parseNumber<int>(value);
        if (!version)
            return failure(Error::Code::BadVersion, "v is no number");
        resume.version = *version;
    } else if (key == "cursor") {
        const Result<Cursor> cursor = parseCursor(value);
        if (!cursor)
            return tl::unexpected(cursor.error());
        resume.cursor = *cursor;
    } else if (key == "device") {
        if (!isId(value))
            return failure(Error::Code::BadHeader, "device is no id");
        resume.device = {std::string(value)};
    } else if (key == "budget") {
        const auto budget = parseNumber<std::uint64_t>(value);
        if (!budget)
            return failure(Error::Code::BadHeader, "budget is no number");
        resume.budget = *budget;
    } else if (key == "tails") {
        Result<std::vector<TailPosition>> tails = parseTails(value);
        if (!tails)
            return tl::unexpected(tails.error());
        resume.tails = std::move(*tails);
    }
    return {};
}

} // namespace

std::size_t tailsInHeader(const ResumeRequest &resume)
{
    std::size_t bytes = beginning(resume).size() + std::string_view("; tails=").size();
    std::size_t count = 0;
    for (const TailPosition &tail : resume.tails) {
        bytes += toString(tail).size() + 1;
        if (bytes > limits::resumeHeaderBytesMax)
            break;
        ++count;
    }
    return count;
}

std::string toHeader(const ResumeRequest &resume)
{
    std::string text = beginning(resume);
    const std::size_t count = tailsInHeader(resume);
    for (std::size_t i = 0; i < count; ++i)
        text += (i == 0 ? "; tails=" : ",") + toString(resume.tails[i]);
    return text;
}

Result<ResumeRequest> parseResumeHeader(std::string_view value)
{
    if (value.size() > limits::resumeHeaderBytesMax)
        return failure(Error::Code::TooLarge, "the resume header is too long");
    ResumeRequest resume;
    resume.version = 0;
    while (!value.empty()) {
        std::string_view field = trimmed(next(value, ';'));
        const std::string_view key = next(field, '=');
        if (const Result<> read = readField(key, field, resume); !read)
            return tl::unexpected(read.error());
    }
    if (resume.version != limits::protocolVersion)
        return failure(Error::Code::BadVersion, "this side speaks version 1");
    if (resume.device.isEmpty())
        return failure(Error::Code::BadHeader, "device is missing");
    return resume;
}

} // namespace holdfast
