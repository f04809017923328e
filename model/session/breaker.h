// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/connection.h"

#include <optional>

namespace holdfast {

/// Notices a gateway that refuses one message after the other: then the rest waits, instead of being refused
/// as well. After a pause, or by the user's word, one message probes.
class Breaker
{
public:
    static constexpr int refusalsToOpen = 3;
    static constexpr Duration pause = std::chrono::seconds(30);

    void accepted() { *this = Breaker{}; }
    void refused(TimePoint now)
    {
        ++m_refusals;
        if (m_state == BreakerState::Closed && m_refusals < refusalsToOpen)
            return;
        m_state = BreakerState::Open;
        m_probeAt = now + pause;
    }
    /// Somebody says that trying makes sense.
    void probe()
    {
        if (m_state == BreakerState::Open)
            m_state = BreakerState::Probing;
    }
    void timeCame(TimePoint now)
    {
        if (m_state == BreakerState::Open && now >= m_probeAt)
            m_state = BreakerState::Probing;
    }
    BreakerState state() const { return m_state; }
    /// While it is open: when one message may probe.
    std::optional<TimePoint> probeAt() const
    {
        return m_state == BreakerState::Open ? std::optional(m_probeAt) : std::nullopt;
    }

private:
    BreakerState m_state{BreakerState::Closed};
    int m_refusals{0};
    TimePoint m_probeAt{};
};

} // namespace holdfast
