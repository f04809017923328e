// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/random.h"

#include <string_view>

namespace holdfast::sim {

/// A good mix of two numbers; for hashes that must be the same everywhere.
constexpr std::uint64_t mixed(std::uint64_t a, std::uint64_t b)
{
    std::uint64_t z = a ^ (b + 0x9E3779B97F4A7C15ULL + (a << 6U) + (a >> 2U));
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
}

constexpr std::uint64_t mixed(std::uint64_t a, std::string_view word)
{
    std::uint64_t z = a;
    for (const char each : word)
        z = (z ^ static_cast<unsigned char>(each)) * 0x100000001B3ULL;
    return mixed(z, word.size());
}

/// Numbers of their own for everything that draws some, so that one that draws fewer shifts no other.
inline Random stream(std::uint64_t seed, std::string_view name, std::uint64_t whom = 0)
{
    return Random(mixed(mixed(seed, name), whom));
}

} // namespace holdfast::sim
