// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ctime>

namespace holdfast::sim {

/// Real time, for the number of steps per second; no run knows it.
class Stopwatch
{
public:
    double seconds() const { return read() - m_begun; }

private:
    static double read()
    {
        std::timespec now{};
        ::clock_gettime(CLOCK_MONOTONIC, &now);
        return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
    }
    double m_begun{read()};
};

} // namespace holdfast::sim
