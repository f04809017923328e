// SPDX-License-Identifier: Apache-2.0
#include "model/session/liveness.h"

#include "model/protocol/limits.h"

#include <algorithm>

namespace holdfast {

namespace {
constexpr Duration pingAfterSilenceWhileStreaming = std::chrono::seconds(1);
} // namespace

void Liveness::start(TimePoint now)
{
    m_heardAt = now;
    m_awaitedSince.reset();
}

void Liveness::heard(TimePoint now)
{
    m_heardAt = now;
    if (m_awaitedSince)
        m_awaitedSince = now; // it lives: the answer may still be on its way behind other bytes
}

void Liveness::expectAnswer(TimePoint now)
{
    if (!m_awaitedSince)
        m_awaitedSince = now;
}

std::optional<TimePoint> Liveness::pingAt(Mode mode) const
{
    if (m_awaitedSince)
        return std::nullopt;
    return m_heardAt +
           (mode == Mode::Streaming ? pingAfterSilenceWhileStreaming : Duration(limits::pingAfterIdle));
}

TimePoint Liveness::deadAt(Mode mode) const
{
    if (!m_awaitedSince)
        return m_heardAt + limits::deadAfterIdle;
    // While streaming the ping itself waited for a second of silence: the four seconds count from the last
    // byte.
    const TimePoint from = mode == Mode::Streaming
                               ? std::max(m_heardAt, *m_awaitedSince - pingAfterSilenceWhileStreaming)
                               : *m_awaitedSince;
    return from + limits::deadAfterSend;
}

} // namespace holdfast
