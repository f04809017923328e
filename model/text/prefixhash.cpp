// SPDX-License-Identifier: Apache-2.0
#include "model/text/prefixhash.h"

#include <algorithm>
#include <bit>

namespace holdfast {

namespace {

/// FIPS 180-4 §4.2.2: the fractional parts of the cube roots of the first 64 primes.
constexpr std::array<std::uint32_t, 64> roundConstants{
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t wordAt(const unsigned char *bytes)
{
    return std::uint32_t(bytes[0]) << 24U | std::uint32_t(bytes[1]) << 16U | std::uint32_t(bytes[2]) << 8U |
           std::uint32_t(bytes[3]);
}

std::array<std::uint32_t, 64> schedule(const unsigned char *block)
{
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i)
        w[i] = wordAt(block + 4 * i);
    for (std::size_t i = 16; i < w.size(); ++i) {
        const std::uint32_t s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3U);
        const std::uint32_t s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10U);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    return w;
}

} // namespace

/// FIPS 180-4 §6.2.2, with its names.
void PrefixHash::compress(const unsigned char *block)
{
    const std::array<std::uint32_t, 64> w = schedule(block);
    auto [a, b, c, d, e, f, g, h] = m_state;
    for (std::size_t i = 0; i < w.size(); ++i) {
        const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + roundConstants[i] + w[i];
        const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const std::uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    const std::array<std::uint32_t, 8> added{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < added.size(); ++i)
        m_state[i] += added[i];
}

void PrefixHash::append(std::string_view bytes)
{
    const std::size_t held = m_length % blockBytes;
    m_length += bytes.size();
    if (held > 0) {
        const std::size_t taken = std::min(blockBytes - held, bytes.size());
        std::copy_n(bytes.begin(), taken, m_block.begin() + held);
        if (held + taken < blockBytes)
            return;
        compress(m_block.data());
        bytes.remove_prefix(taken);
    }
    for (; bytes.size() >= blockBytes; bytes.remove_prefix(blockBytes))
        compress(reinterpret_cast<const unsigned char *>(bytes.data()));
    std::copy(bytes.begin(), bytes.end(), m_block.begin());
}

std::string PrefixHash::hex() const
{
    PrefixHash ended = *this; // the padding (FIPS 180-4 §5.1.1) goes into a copy: this one goes on growing
    const std::size_t held = m_length % blockBytes;
    std::string padding(1 + (held < 56 ? 55 - held : 119 - held), '\0');
    padding.front() = '\x80';
    for (int shift = 56; shift >= 0; shift -= 8)
        padding.push_back(static_cast<char>((m_length * 8) >> static_cast<unsigned>(shift)));
    ended.append(padding);

    constexpr const char *digits = "0123456789abcdef";
    std::string hex;
    for (const std::uint32_t word : ended.m_state) {
        for (int shift = 28; shift >= 0; shift -= 4)
            hex.push_back(digits[(word >> static_cast<unsigned>(shift)) & 0xFU]);
    }
    return hex;
}

} // namespace holdfast
