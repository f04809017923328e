// SPDX-License-Identifier: Apache-2.0
#include "model/session/liveness.h"

#include <algorithm>
#include <utility>

namespace holdfast {

namespace {
constexpr Duration pingAfterSilenceWhileStreaming = std::chrono::seconds(1);
constexpr Duration patienceMax = std::chrono::seconds(32);
constexpr std::size_t slowBytesPerSecond = 8 * 1024;
} // namespace

void Liveness::start(TimePoint now, Duration opening)
{
    learn(2 * opening);
    restart(now);
}

void Liveness::learn(Duration patience)
{
    m_patience = std::clamp<Duration>(patience, limits::deadAfterSend, patienceMax);
}

void Liveness::restart(TimePoint now)
{
    m_heardAt = now;
    m_awaitedSince.reset();
    m_bytes = 0;
}

void Liveness::heard(TimePoint now)
{
    m_heardAt = now;
    if (m_awaitedSince)
        m_awaitedSince = now; // it lives: the answer may still be on its way behind other bytes
}

void Liveness::expectAnswer(TimePoint now, std::size_t bytes)
{
    m_bytes += bytes;
    if (m_awaitedSince)
        return;
    m_awaitedSince = now;
    m_askedAt = now;
}

void Liveness::answered(TimePoint now)
{
    if (std::exchange(m_awaitedSince, std::nullopt))
        learn(4 * (now - m_askedAt));
    m_bytes = 0;
}

std::optional<TimePoint> Liveness::pingAt(Mode mode) const
{
    if (m_awaitedSince)
        return std::nullopt;
    return m_heardAt +
           (mode == Mode::Streaming ? pingAfterSilenceWhileStreaming : Duration(limits::pingAfterIdle));
}

/// While streaming the ping itself waited for a second of silence: the time counts from the last byte.
TimePoint Liveness::awaitedFrom(Mode mode) const
{
    const TimePoint since = *m_awaitedSince;
    return mode == Mode::Streaming ? std::max(m_heardAt, since - pingAfterSilenceWhileStreaming) : since;
}

Duration Liveness::patience() const
{
    return m_patience + std::chrono::seconds(m_bytes / slowBytesPerSecond);
}

std::optional<TimePoint> Liveness::suspectAt(Mode mode) const
{
    if (!m_awaitedSince)
        return std::nullopt;
    return awaitedFrom(mode) + patience() / 2;
}

TimePoint Liveness::deadAt(Mode mode) const
{
    return m_awaitedSince ? awaitedFrom(mode) + patience() : m_heardAt + limits::deadAfterIdle;
}

} // namespace holdfast
