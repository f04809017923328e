// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clock.h"

#include <optional>

namespace holdfast {

/// Is the other side still there? Only what is received counts (law 14). While an answer streams, silence is
/// suspicious after a second; otherwise a ping goes out after ten.
class Liveness
{
public:
    enum class Mode { Idle, Streaming };

    /// The link is open.
    void start(TimePoint now);
    /// Something was received.
    void heard(TimePoint now);
    /// Something was sent that will be answered.
    void expectAnswer(TimePoint now);
    /// That answer has come.
    void answered() { m_awaitedSince.reset(); }

    /// When to ask; nothing while an answer is awaited already.
    std::optional<TimePoint> pingAt(Mode mode) const;
    /// When to give it up.
    TimePoint deadAt(Mode mode) const;

private:
    TimePoint m_heardAt{};
    std::optional<TimePoint> m_awaitedSince;
};

} // namespace holdfast
