// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace holdfast {

/// SplitMix64 (Steele, Lea, Flood 2014): one seed gives the same numbers on every platform, which the
/// distributions of <random> do not promise. For jitter, never for secrets.
class Random
{
public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31U);
    }
    /// 0 … bound - 1; `bound` is at least 1. The bias is below bound / 2^64.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    /// 16 hex digits.
    std::string hex()
    {
        std::string digits(16, '0');
        std::uint64_t number = next();
        for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, number >>= 4U)
            *digit = "0123456789abcdef"[number & 0xfU];
        return digits;
    }

private:
    std::uint64_t m_state;
};

} // namespace holdfast
