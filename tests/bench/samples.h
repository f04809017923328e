// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace holdfast::bench {

/// Measured values, in milliseconds.
class Samples
{
public:
    void add(double ms) { m_values.push_back(ms); }
    std::size_t count() const { return m_values.size(); }
    /// \param share  0 … 1: 0.5 is the median.
    double quantile(double share) const
    {
        std::vector<double> sorted = m_values;
        std::ranges::sort(sorted);
        const auto last = static_cast<double>(sorted.size() - 1);
        return sorted.empty() ? 0 : sorted[static_cast<std::size_t>(last * share + 0.5)];
    }

private:
    std::vector<double> m_values;
};

} // namespace holdfast::bench
