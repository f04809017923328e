// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/cursor.h"

#include "model/protocol/decimal.h"
#include "model/protocol/limits.h"

namespace holdfast {

std::string toString(const Cursor &cursor) { return cursor.epoch + ':' + std::to_string(cursor.seq); }

Result<Cursor> parseCursor(std::string_view text)
{
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0)
        return failure(Error::Code::BadCursor, "cursor without epoch");
    const std::string_view epoch = text.substr(0, colon);
    if (epoch.size() > limits::epochBytesMax ||
        epoch.find_first_not_of("0123456789abcdef") != std::string_view::npos)
        return failure(Error::Code::BadCursor, "epoch is not lower-case hex");
    const std::optional<std::uint64_t> seq = parseDecimal(text.substr(colon + 1), limits::numberMax);
    if (!seq)
        return failure(Error::Code::BadCursor, "seq is not a number");
    return Cursor{std::string(epoch), *seq};
}

} // namespace holdfast
