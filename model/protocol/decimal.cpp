// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/decimal.h"

#include <charconv>

namespace holdfast {

std::optional<std::uint64_t> parseDecimal(std::string_view digits, std::uint64_t max)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size() || number > max)
        return std::nullopt;
    return number;
}

} // namespace holdfast
