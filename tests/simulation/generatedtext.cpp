// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/generatedtext.h"

#include "tests/simulation/streams.h"

#include <algorithm>
#include <array>

namespace holdfast::sim {

namespace {

/// Lengths of the characters of a block; each row adds up to textBlock.
constexpr std::array<std::array<unsigned, 4>, 4> rows{
    {{1, 3, 4, 0}, {2, 2, 4, 0}, {4, 1, 3, 0}, {3, 2, 1, 2}}};

void putCharacter(char *&at, unsigned bytes, std::uint64_t bits)
{
    const auto follow = [&bits] {
        const auto byte = static_cast<char>(0x80U | (bits & 0x3FU));
        bits >>= 6U;
        return byte;
    };
    switch (bytes) {
    case 1:
        *at++ = static_cast<char>('a' + bits % 26);
        return;
    case 2:
        *at++ = static_cast<char>(0xC3U);
        break;
    case 3:
        *at++ = static_cast<char>(0xE2U);
        break;
    default:
        *at++ = static_cast<char>(0xF1U);
        break;
    }
    for (unsigned i = 1; i < bytes; ++i)
        *at++ = follow();
}

std::array<char, textBlock> blockOf(std::uint64_t key, std::uint64_t index)
{
    std::array<char, textBlock> block{};
    std::uint64_t bits = mixed(key, index);
    char *at = block.data();
    const auto &row = rows[bits & 3U];
    bits >>= 2U;
    for (const unsigned bytes : row) {
        if (bytes == 0)
            break;
        putCharacter(at, bytes, bits);
        bits = (bits >> 15U) | (bits << 49U);
    }
    return block;
}

std::uint64_t keyOf(const ItemId &item, std::uint32_t gen) { return mixed(mixed(gen, item.value), 7); }

} // namespace

std::string generatedText(const ItemId &item, std::uint32_t gen, std::uint64_t offset, std::size_t bytes)
{
    const std::uint64_t key = keyOf(item, gen);
    std::string text;
    text.reserve(bytes + textBlock);
    const std::uint64_t skipped = offset % textBlock;
    for (std::uint64_t index = offset / textBlock; text.size() < bytes + skipped; ++index) {
        const auto block = blockOf(key, index);
        text.append(block.data(), block.size());
    }
    text.erase(0, skipped);
    text.resize(bytes);
    return text;
}

bool isGenerated(const ItemId &item, std::uint32_t gen, std::uint64_t offset, std::string_view text)
{
    const std::uint64_t key = keyOf(item, gen);
    std::uint64_t index = offset / textBlock;
    std::size_t inBlock = offset % textBlock;
    for (std::size_t at = 0; at < text.size(); ++index, inBlock = 0) {
        const auto block = blockOf(key, index);
        const std::size_t count = std::min(text.size() - at, block.size() - inBlock);
        if (text.compare(at, count, std::string_view(block.data() + inBlock, count)) != 0)
            return false;
        at += count;
    }
    return true;
}

} // namespace holdfast::sim
