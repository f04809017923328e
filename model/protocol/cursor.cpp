// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/cursor.h"

#include <charconv>

namespace holdfast {

std::string toString(const Cursor &cursor) { return cursor.epoch + ':' + std::to_string(cursor.seq); }

Result<Cursor> parseCursor(std::string_view text)
{
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0)
        return failure(Error::Code::BadCursor, "cursor without epoch");
    const std::string_view epoch = text.substr(0, colon);
    if (epoch.size() > 64 || epoch.find_first_not_of("0123456789abcdef") != std::string_view::npos)
        return failure(Error::Code::BadCursor, "epoch is not lower-case hex");
    const std::string_view digits = text.substr(colon + 1);
    Cursor cursor{std::string(epoch), 0};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), cursor.seq);
    if (error != std::errc() || end != digits.data() + digits.size())
        return failure(Error::Code::BadCursor, "seq is not a number");
    return cursor;
}

} // namespace holdfast
