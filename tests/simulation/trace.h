// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/streams.h"

#include <cstdint>
#include <cstdio>
#include <string>

namespace holdfast::sim {

/// What happened in a run: a hash of all of it, to compare two runs by, and lines for people when they asked.
class Trace
{
public:
    enum class Lines { No, Yes };
    explicit Trace(Lines lines = Lines::No) : m_lines(lines) {}

    void mix(std::uint64_t a, std::uint64_t b) { m_hash = mixed(m_hash ^ a, b); }
    std::uint64_t hash() const { return m_hash; }

    bool hasLines() const { return m_lines == Lines::Yes; }
    /// The time of the lines that follow, microseconds.
    void setTime(std::int64_t us) { m_us = us; }
    /// Check hasLines() before building it.
    void line(const std::string &text) const
    {
        std::printf("%12.6f  %s\n", static_cast<double>(m_us) / 1e6, text.c_str());
    }

private:
    Lines m_lines;
    std::uint64_t m_hash{1};
    std::int64_t m_us{0};
};

} // namespace holdfast::sim
