// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/resumeheader.h"

#include "model/protocol/decimal.h"
#include "model/protocol/limits.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace holdfast {

namespace {

constexpr const char *wrongVersion = "v is not 1, which this side speaks";
constexpr std::uint64_t genMax = std::numeric_limits<std::uint32_t>::max();

bool isPrintable(char c) { return c >= ' ' && c <= '~'; }

std::string toString(const TailPosition &tail)
{
    return tail.item.value + '@' + std::to_string(tail.gen) + ':' + std::to_string(tail.offset);
}

/// What is no id, or no cursor, is left out rather than written: it could end the header and begin another.
std::string beginning(const ResumeRequest &resume)
{
    std::string text = "v=" + std::to_string(resume.version);
    if (const std::string cursor = toString(resume.cursor); parseCursor(cursor))
        text += "; cursor=" + cursor;
    if (isId(resume.device.value))
        text += "; device=" + resume.device.value;
    if (isId(resume.attempt.value))
        text += "; attempt=" + resume.attempt.value;
    return text + "; budget=" + std::to_string(resume.budget);
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

/// An item may hold '@' and ':', so its end is looked for from behind, where there are only digits.
std::optional<TailPosition> parseTail(std::string_view text)
{
    const std::size_t colon = text.rfind(':');
    const std::size_t at = text.rfind('@', colon);
    if (colon == std::string_view::npos || at == std::string_view::npos)
        return std::nullopt;
    const std::string_view item = text.substr(0, at);
    const auto gen = parseDecimal(text.substr(at + 1, colon - at - 1), genMax);
    const auto offset = parseDecimal(text.substr(colon + 1), limits::numberMax);
    if (!isId(item) || !gen || !offset)
        return std::nullopt;
    return TailPosition{{std::string(item)}, static_cast<std::uint32_t>(*gen), *offset};
}

Result<std::vector<TailPosition>> parseTails(std::string_view text)
{
    std::vector<TailPosition> tails;
    while (!text.empty()) {
        const std::optional<TailPosition> tail = parseTail(trimmed(next(text, ',')));
        if (!tail)
            return failure(Error::Code::BadHeader, "tails is not item@gen:offset");
        tails.push_back(*tail);
    }
    return tails;
}

Result<> readField(std::string_view key, std::string_view value, ResumeRequest &resume)
{
    if (key == "v") {
        // v stands first, so that the fields of another version, which may mean anything, are not read.
        if (parseDecimal(value, std::uint64_t{limits::protocolVersion}) != limits::protocolVersion)
            return failure(Error::Code::BadVersion, wrongVersion);
        resume.version = limits::protocolVersion;
    } else if (key == "cursor") {
        const Result<Cursor> cursor = parseCursor(value);
        if (!cursor)
            return tl::unexpected(cursor.error());
        resume.cursor = *cursor;
    } else if (key == "device") {
        if (!isId(value))
            return failure(Error::Code::BadHeader, "device is no id");
        resume.device = {std::string(value)};
    } else if (key == "attempt") {
        if (!isId(value))
            return failure(Error::Code::BadHeader, "attempt is no id");
        resume.attempt = {std::string(value)};
    } else if (key == "budget") {
        const auto budget = parseDecimal(value, limits::numberMax);
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
        if (bytes > limits::resumeHeaderBytesMax || !isId(tail.item.value))
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
    if (!std::ranges::all_of(value, isPrintable))
        return failure(Error::Code::BadHeader, "the resume header is not printable ASCII");
    ResumeRequest resume;
    resume.version = 0;
    while (!value.empty()) {
        std::string_view field = trimmed(next(value, ';'));
        const std::string_view key = next(field, '=');
        if (const Result<> read = readField(key, field, resume); !read)
            return tl::unexpected(read.error());
    }
    if (resume.version != limits::protocolVersion)
        return failure(Error::Code::BadVersion, wrongVersion);
    if (resume.device.isEmpty())
        return failure(Error::Code::BadHeader, "device is missing");
    return resume;
}

} // namespace holdfast
