// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/error.h"
#include "model/session/connection.h"
#include "model/session/random.h"

#include <span>
#include <string_view>

namespace holdfast {

/// How hurriedly a client dials again.
enum class BackoffPreset {
    Usual,     ///< law 16: full jitter, at most 1 s in the first half minute, then climbing to 20 s
    Graceful,  ///< 1-2-4-8 s
    Emergency, ///< 0.5-1-2-4 s
    Rolling    ///< 0.1-0.5-1-2 s: a gateway that is being replaced is back soon
};

/// "usual", "graceful", "emergency" or "rolling". Errors: BadArgument, with a sentence to print.
Result<BackoffPreset> parseBackoffPreset(std::string_view word);

/// Delay before the next attempt (law 16). The first after a loss is made at once. Usual spreads a herd best
/// for the same number of attempts (M. Brooker, "Exponential backoff and jitter", 2015: full jitter); the
/// other presets keep their steps recognisable: each delay is between half a step and the step.
/// Where hurrying cannot help (the wrong server answered, or it asked for time) the steps are Graceful's, and
/// after five of them in a row a minute: the breaker of that destination is open, each attempt a probe.
class Backoff
{
public:
    struct Options {
        BackoffPreset preset{BackoffPreset::Usual};
        Duration first{std::chrono::milliseconds(250)};
        Duration earlyCap{std::chrono::seconds(1)};
        Duration earlyUntil{std::chrono::seconds(30)}; ///< how long an outage counts as young
        Duration cap{std::chrono::seconds(20)};
        Duration breakerOpen{std::chrono::seconds(60)};
        Duration connectFirst{std::chrono::seconds(2)}; ///< deadline of the first attempt
        Duration connectCap{std::chrono::seconds(8)};
    };
    static constexpr int hopelessBeforeOpen = 5;

    Backoff(Options options, Random random) : m_options(options), m_random(random) {}

    /// The delay before the next attempt, which is counted. \param cause  why the last link ended.
    Duration next(Cause cause, TimePoint now);
    /// How long the attempt that begins may take.
    Duration connectDeadline() const;
    /// Synced: the next outage begins anew.
    void reset();

    int attempts() const { return m_attempts; }
    /// True while only a probe is sent now and then.
    bool isOpen() const { return m_hopeless > hopelessBeforeOpen; }

private:
    Duration nextUsual(TimePoint now);
    Duration nextStep(std::span<const Duration> steps, int index);

    Options m_options;
    Random m_random;
    int m_attempts{0};
    int m_late{0};     ///< attempts since the outage stopped being young
    int m_hopeless{0}; ///< failures in a row for which hurrying cannot help
    TimePoint m_outageSince{};
};

} // namespace holdfast
