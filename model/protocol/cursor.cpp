// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/cursor.h"

#include "model/protocol/decimal.h"
#include "model/protocol/limits.h"

#include <algorithm>
#include <utility>

namespace holdfast {

namespace {

bool isHex(std::string_view text)
{
    return !text.empty() && text.size() <= limits::epochBytesMax &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Cuts `text` behind its first colon. \returns the part before it.
std::string_view next(std::string_view &text)
{
    const std::size_t colon = text.find(':');
    return std::exchange(text, colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1))
        .substr(0, colon);
}

} // namespace

std::string toString(const Cursor &cursor)
{
    const std::string position = cursor.epoch + ':' + std::to_string(cursor.seq);
    return cursor.lineage.empty() ? position : position + ':' + cursor.lineage;
}

Result<Cursor> parseCursor(std::string_view text)
{
    const bool hasLineage = std::ranges::count(text, ':') > 1;
    const std::string_view epoch = next(text);
    const std::optional<std::uint64_t> seq = parseDecimal(next(text), limits::numberMax);
    if (!isHex(epoch))
        return failure(Error::Code::BadCursor, "epoch is not lower-case hex");
    if (!seq)
        return failure(Error::Code::BadCursor, "seq is not a number");
    if (hasLineage && !isHex(text))
        return failure(Error::Code::BadCursor, "lineage is not lower-case hex");
    return Cursor{std::string(epoch), *seq, std::string(text)};
}

} // namespace holdfast
