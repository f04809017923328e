// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast {

/// Position in one account's log. Positions of different epochs have no order, so there is no operator<.
struct Cursor {
    std::string epoch;    ///< 128 random bits in hex; empty only before the first contact
    std::uint64_t seq{0}; ///< last event applied; gaps are legal (PROTOCOL law 4)
    std::string lineage;  ///< names the process that wrote that event (law 2): lower-case hex, or empty

    bool isNull() const { return epoch.empty(); }
    friend bool operator==(const Cursor &, const Cursor &) = default;
};

/// "epoch:seq" or "epoch:seq:lineage", as it travels.
std::string toString(const Cursor &cursor);

/// Reads it; Error::Code::BadCursor when the epoch is missing or no lower-case hex, when the lineage is there
/// and no lower-case hex, or when the seq is no number up to limits::numberMax.
Result<Cursor> parseCursor(std::string_view text);

} // namespace holdfast
