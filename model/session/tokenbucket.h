// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clock.h"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace holdfast {

/// So many at once, and so many a second: what was written offline does not fall upon the gateway in one
/// moment. Kept as the time at which it is full again (ITU-T I.371, generic cell rate).
class TokenBucket
{
public:
    struct Options {
        int perSecond{50}; ///< 0: no limit
        int burst{64};     ///< at least 1
    };

    explicit TokenBucket(const Options &options)
        : m_burst(std::max(options.burst, 1)),
          m_interval(options.perSecond > 0 ? Duration(std::chrono::seconds(1)) / options.perSecond
                                           : Duration::zero())
    {}

    std::size_t available(TimePoint now) const
    {
        if (m_interval == Duration::zero())
            return std::numeric_limits<std::size_t>::max();
        const Duration missing = std::max(m_fullAt - now, Duration::zero());
        const auto used = (missing + m_interval - Duration(1)) / m_interval;
        return static_cast<std::size_t>(std::max<Duration::rep>(m_burst - used, 0));
    }
    void take(std::size_t count, TimePoint now)
    {
        m_fullAt = std::max(m_fullAt, now) + m_interval * static_cast<Duration::rep>(count);
    }
    /// When `count` of them (at most a burst) will be available.
    TimePoint when(std::size_t count) const
    {
        const auto wanted = std::min(static_cast<Duration::rep>(count), m_burst);
        return m_fullAt - m_interval * (m_burst - wanted);
    }

private:
    Duration::rep m_burst;
    Duration m_interval;
    TimePoint m_fullAt{};
};

} // namespace holdfast
