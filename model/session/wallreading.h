// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clock.h"

#include <algorithm>
#include <optional>

namespace holdfast {

/// The wall clock as a session knows it: what it was told last, and the time since. It decides about nothing
/// but messages: whether one is out of date, or older than a day.
class WallReading
{
public:
    void read(WallTime wall, TimePoint now)
    {
        m_wall = wall;
        m_readAt = now;
    }
    /// Nothing before it was told for the first time.
    std::optional<WallTime> at(TimePoint now) const
    {
        if (!m_readAt)
            return std::nullopt;
        return WallTime{m_wall.ms +
                        std::chrono::duration_cast<std::chrono::milliseconds>(now - *m_readAt).count()};
    }
    /// When the wall clock will show this.
    std::optional<TimePoint> when(WallTime wall) const
    {
        if (!m_readAt)
            return std::nullopt;
        constexpr std::int64_t farAway = 1'000'000'000'000; // thirty years: further than any timer
        return *m_readAt + std::chrono::milliseconds(std::clamp(wall.ms - m_wall.ms, -farAway, farAway));
    }

private:
    WallTime m_wall;
    std::optional<TimePoint> m_readAt;
};

} // namespace holdfast
