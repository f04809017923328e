// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/ids.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::sim {

/// What the text of an item is: every byte follows from (item, gen, offset), so it can be checked anywhere
/// without being stored. Well-formed UTF-8 in blocks of eight bytes, with characters of one to four. The
/// item's name begins with its account, so a byte of another account is a wrong byte.
constexpr std::uint64_t textBlock = 8;

std::string generatedText(const ItemId &item, std::uint32_t gen, std::uint64_t offset, std::size_t bytes);

/// Whether `text` is what stands there.
bool isGenerated(const ItemId &item, std::uint32_t gen, std::uint64_t offset, std::string_view text);

} // namespace holdfast::sim
