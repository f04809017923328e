// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clock.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace holdfast {

/// Who may ask to be woken.
enum class Timer {
    Retry,
    ConnectDeadline,
    Probe,
    Ping,
    Suspect,
    Dead,
    Ack,
    Merge,
    Flush,
    Expire,
    Drain,
    Commands
};
constexpr std::size_t timerCount = 12;

/// "ping", …: for logs.
constexpr const char *toString(Timer timer)
{
    switch (timer) {
    case Timer::Retry:
        return "retry";
    case Timer::ConnectDeadline:
        return "connect_deadline";
    case Timer::Probe:
        return "probe";
    case Timer::Ping:
        return "ping";
    case Timer::Suspect:
        return "suspect";
    case Timer::Dead:
        return "dead";
    case Timer::Ack:
        return "ack";
    case Timer::Merge:
        return "merge";
    case Timer::Flush:
        return "flush";
    case Timer::Expire:
        return "expire";
    case Timer::Drain:
        return "drain";
    case Timer::Commands:
        return "commands";
    }
    return "";
}

/// A deadline always says who asked.
struct Wake {
    TimePoint at;
    Timer why{Timer::Retry};
    friend bool operator==(const Wake &, const Wake &) = default;
};

/// What on() returns: what must be done, in this order, and when the session wants to hear the time.
template<class Action>
struct [[nodiscard]] Step {
    std::vector<Action> actions;
    std::optional<Wake> wake;
};

} // namespace holdfast
