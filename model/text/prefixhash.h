// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast {

/// Running SHA-256 (FIPS 180-4) of a text that only grows; hex() may be asked at any length. A value: a copy
/// remembers a place to go back to, which QCryptographicHash cannot (law 13 repairs from the last place that
/// was right).
class PrefixHash
{
public:
    /// Takes the next bytes of the text.
    void append(std::string_view bytes);

    /// SHA-256 of everything appended so far, 64 lower-case hex digits.
    std::string hex() const;

private:
    static constexpr std::size_t blockBytes = 64;
    void compress(const unsigned char *block);

    std::array<std::uint32_t, 8> m_state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<unsigned char, blockBytes> m_block{}; ///< the beginning of a block that is not full
    std::uint64_t m_length{0};
};

} // namespace holdfast
