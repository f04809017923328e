// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace holdfast::fuzz {

/// The fuzzer's bytes as a row of decisions; behind the end all of them are 0.
class Script
{
public:
    Script(const std::uint8_t *data, std::size_t size) : m_rest(data, size) {}

    bool isOver() const { return m_rest.empty(); }
    /// 0 … bound - 1; `bound` is at most 256.
    unsigned choose(unsigned bound)
    {
        if (m_rest.empty())
            return 0;
        const unsigned byte = m_rest.front();
        m_rest = m_rest.subspan(1);
        return byte % bound;
    }
    bool flip() { return choose(2) == 1; }

private:
    std::span<const std::uint8_t> m_rest;
};

} // namespace holdfast::fuzz
