// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast {

/// Reads digits and nothing else: no sign, no space, at most `max`. Numbers that travel inside of texts
/// (cursors, covers, the resume header) are all read here, so that they have one grammar and one limit.
std::optional<std::uint64_t> parseDecimal(std::string_view digits, std::uint64_t max);

} // namespace holdfast
