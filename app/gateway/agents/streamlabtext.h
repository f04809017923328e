// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast {

/// What a line such as "bytes=2000000 rate=200 seed=7 format=text" asks the Stream lab for.
struct StreamLabSpec {
    enum class Format { Text, Markdown, Json };
    std::uint64_t bytes{20'000}; ///< UTF-8 bytes of the whole answer, at most 100,000,000
    std::uint64_t rate{20};      ///< kilobytes (1,000 bytes) a second; 0: as fast as they are taken
    std::uint64_t chunk{0};      ///< bytes of one piece at most; 0: all that is due
    std::uint64_t seed{1};
    Format format{Format::Markdown};
    friend bool operator==(const StreamLabSpec &, const StreamLabSpec &) = default;
};

/// Reads such a line; text without any key=value is answered with the defaults. Errors: BadArgument, naming
/// the word.
Result<StreamLabSpec> parseStreamLabLine(std::string_view line);

/// Bytes [offset, offset + length) of the answer, less at its end: the same for the same bytes, seed and
/// format, on every run and machine. The text is made of blocks addressed by their number, so the cost does
/// not depend on the offset. Whole, it is well-formed UTF-8 (and for Json one document); a part may begin or
/// end inside of a character.
std::string streamLabText(const StreamLabSpec &spec, std::uint64_t offset, std::uint64_t length);

} // namespace holdfast
