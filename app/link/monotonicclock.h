// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clock.h"

namespace holdfast {

/// The only reader of the clocks. Any thread.
class MonotonicClock
{
public:
    /// CLOCK_MONOTONIC: microseconds since the system booted; it never goes back, and stands while it sleeps.
    static TimePoint now()
    {
        const auto sinceBoot = std::chrono::steady_clock::now().time_since_epoch();
        return TimePoint(std::chrono::duration_cast<Duration>(sinceBoot));
    }
    /// The wall clock, for what people read.
    static WallTime wallTime()
    {
        const auto since1970 = std::chrono::system_clock::now().time_since_epoch();
        return {std::chrono::duration_cast<std::chrono::milliseconds>(since1970).count()};
    }
    /// How far the wall clock is ahead of ours. It jumps when the machine sleeps, when a virtual machine was
    /// halted, and when somebody sets the clock.
    static std::chrono::milliseconds wallAhead()
    {
        return std::chrono::milliseconds(wallTime().ms) -
               std::chrono::duration_cast<std::chrono::milliseconds>(now().time_since_epoch());
    }
};

} // namespace holdfast
