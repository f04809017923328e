// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/limits.h"
#include "model/session/clock.h"

#include <cstddef>
#include <optional>

namespace holdfast {

/// Is the other side still there? Only what is received counts (law 14). While an answer streams, silence is
/// suspicious after a second; otherwise a ping goes out after ten. How long an answer may take is learned:
/// four times the last one, or twice the opening of the link, 4 s at least, 32 s at most.
class Liveness
{
public:
    enum class Mode { Idle, Streaming };

    /// The link is open. \param opening  from dialling to the gateway's first frame: two round trips or more.
    void start(TimePoint now, Duration opening);
    /// What was heard until now means nothing: we did not listen.
    void restart(TimePoint now);
    /// Something was received.
    void heard(TimePoint now);
    /// Something was sent that will be answered. \param bytes  what has to travel first: 8 KB/s are allowed
    /// for.
    void expectAnswer(TimePoint now, std::size_t bytes = 0);
    /// That answer has come.
    void answered(TimePoint now);
    /// When to ask; nothing while an answer is awaited already.
    std::optional<TimePoint> pingAt(Mode mode) const;
    /// When to open a second link while this one may still live; nothing when it is above suspicion.
    std::optional<TimePoint> suspectAt(Mode mode) const;
    /// When to give it up.
    TimePoint deadAt(Mode mode) const;

private:
    TimePoint awaitedFrom(Mode mode) const;
    Duration patience() const;
    void learn(Duration patience);

    TimePoint m_heardAt{};
    std::optional<TimePoint> m_awaitedSince; ///< moves on with every byte that is heard
    TimePoint m_askedAt{};
    std::size_t m_bytes{0};
    Duration m_patience{limits::deadAfterSend};
};

} // namespace holdfast
