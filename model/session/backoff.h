// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clock.h"
#include "model/session/random.h"

namespace holdfast {

/// Delay before the next attempt (law 16): the first at once, then full jitter below a ceiling that doubles
/// from `first` to `earlyCap` while the outage is young, and climbs to `cap` afterwards. Full jitter because
/// it spreads a herd best for the same number of attempts (M. Brooker, "Exponential backoff and jitter",
/// 2015).
class Backoff
{
public:
    struct Options {
        Duration first{std::chrono::milliseconds(250)};
        Duration earlyCap{std::chrono::seconds(1)};
        Duration earlyUntil{std::chrono::seconds(30)}; ///< how long an outage counts as young
        Duration cap{std::chrono::seconds(20)};
        Duration connectFirst{std::chrono::seconds(2)}; ///< deadline of the first attempt
        Duration connectCap{std::chrono::seconds(8)};
    };
    Backoff(Options options, Random random) : m_options(options), m_random(random) {}

    /// The delay before the next attempt, which is counted.
    Duration next(TimePoint now);
    /// How long the attempt that begins may take.
    Duration connectDeadline() const;
    /// Synced: the next outage begins anew.
    void reset();

    int attempts() const { return m_attempts; }

private:
    Options m_options;
    Random m_random;
    int m_attempts{0};
    int m_late{0}; ///< attempts since the outage stopped being young
    TimePoint m_outageSince{};
};

} // namespace holdfast
