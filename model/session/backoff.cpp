// SPDX-License-Identifier: Apache-2.0
#include "model/session/backoff.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace holdfast {

namespace {

using namespace std::chrono_literals;

constexpr std::array<Duration, 4> gracefulSteps{1s, 2s, 4s, 8s};
constexpr std::array<Duration, 4> emergencySteps{500ms, 1s, 2s, 4s};
constexpr std::array<Duration, 4> rollingSteps{100ms, 500ms, 1s, 2s};

std::span<const Duration> stepsOf(BackoffPreset preset)
{
    switch (preset) {
    case BackoffPreset::Usual:
        break;
    case BackoffPreset::Graceful:
        return gracefulSteps;
    case BackoffPreset::Emergency:
        return emergencySteps;
    case BackoffPreset::Rolling:
        return rollingSteps;
    }
    return {};
}

/// The other side works, and will say the same in a second.
bool isHopeless(Cause cause)
{
    return cause == Cause::NotHoldfast || cause == Cause::BadVersion || cause == Cause::NotOurGateway ||
           cause == Cause::BadFrame || cause == Cause::Overloaded;
}

/// `first` doubled `times` times, at most `cap`.
Duration doubled(Duration first, int times, Duration cap)
{
    Duration value = first;
    for (int i = 0; i < times && value < cap; ++i)
        value *= 2;
    return std::min(value, cap);
}

} // namespace

Result<BackoffPreset> parseBackoffPreset(std::string_view word)
{
    constexpr std::array<std::pair<std::string_view, BackoffPreset>, 4> words{
        {{"usual", BackoffPreset::Usual},
         {"graceful", BackoffPreset::Graceful},
         {"emergency", BackoffPreset::Emergency},
         {"rolling", BackoffPreset::Rolling}}};
    for (const auto &[known, preset] : words) {
        if (known == word)
            return preset;
    }
    return failure(Error::Code::BadArgument,
                   "--backoff is usual, graceful, emergency or rolling, not \"" + std::string(word) + '"');
}

Duration Backoff::next(Cause cause, TimePoint now)
{
    const int attempt = m_attempts++;
    if (attempt == 0)
        m_outageSince = now;
    m_hopeless = isHopeless(cause) ? m_hopeless + 1 : 0;
    if (isOpen())
        return m_options.breakerOpen;
    if (m_hopeless > 0)
        return nextStep(gracefulSteps, m_hopeless - 1);
    if (attempt == 0)
        return Duration::zero();
    const bool isReplaced = cause == Cause::Drained && m_options.preset == BackoffPreset::Usual;
    const auto steps = stepsOf(isReplaced ? BackoffPreset::Rolling : m_options.preset);
    return steps.empty() ? nextUsual(now) : nextStep(steps, attempt - 1);
}

Duration Backoff::nextUsual(TimePoint now)
{
    Duration ceiling = doubled(m_options.first, m_attempts - 2, m_options.earlyCap);
    if (now - m_outageSince >= m_options.earlyUntil)
        ceiling = doubled(m_options.earlyCap, ++m_late, m_options.cap);
    return Duration(
        static_cast<Duration::rep>(m_random.below(static_cast<std::uint64_t>(ceiling.count()) + 1)));
}

Duration Backoff::nextStep(std::span<const Duration> steps, int index)
{
    const Duration step = steps[std::min(static_cast<std::size_t>(index), steps.size() - 1)];
    const auto half = static_cast<std::uint64_t>(step.count()) / 2;
    return Duration(static_cast<Duration::rep>(half + m_random.below(half + 1)));
}

Duration Backoff::connectDeadline() const
{
    return doubled(m_options.connectFirst, std::max(0, m_attempts - 1), m_options.connectCap);
}

void Backoff::reset()
{
    m_attempts = 0;
    m_late = 0;
    m_hopeless = 0;
}

} // namespace holdfast
