// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace holdfast {

/// The cores' time, µs. There is no now(): a session is told the time.
struct SessionClock {
    using rep = std::int64_t;
    using period = std::micro;
    using duration = std::chrono::duration<rep, period>;
    using time_point = std::chrono::time_point<SessionClock>;
    static constexpr bool is_steady = true;
};

using Duration = SessionClock::duration;
using TimePoint = SessionClock::time_point;

/// Milliseconds since 1970 UTC; for people to read; all it decides is whether a message is out of date.
struct WallTime {
    std::int64_t ms{0};
    friend bool operator==(const WallTime &, const WallTime &) = default;
};

} // namespace holdfast
