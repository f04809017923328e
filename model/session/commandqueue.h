// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"
#include "model/session/connection.h"
#include "model/session/tokenbucket.h"

#include <deque>
#include <map>
#include <optional>

namespace holdfast {

/// The commands of an account on their way to its store: so many at once and so many a second, the others
/// wait (law 6). Each link keeps its order and has a turn, so a client that floods is slow for itself alone.
class CommandQueue
{
public:
    struct Next {
        LinkId link{LinkId::None};
        frame::Command command;
    };

    explicit CommandQueue(const TokenBucket::Options &pace) : m_pace(pace) {}

    void add(LinkId link, frame::Command command);
    /// The command whose turn it is; nothing while none waits, or all have to.
    std::optional<Next> take(TimePoint now);
    /// When the next may go; nothing while none waits.
    std::optional<TimePoint> nextAt() const;
    /// The link is gone: its client gives them again on the next one.
    void forget(LinkId link) { m_waiting.erase(link); }

    bool isEmpty() const { return m_waiting.empty(); }
    /// More waits on this link than is kept in memory (limits::commandsWaitingMax).
    bool isOverfull(LinkId link) const;
    bool isConsistent() const;

private:
    struct Waiting {
        std::deque<frame::Command> commands; ///< never empty
        std::size_t bytes{0};                ///< of their texts
    };

    TokenBucket m_pace;
    std::map<LinkId, Waiting> m_waiting;
    LinkId m_served{LinkId::None}; ///< had the last turn
};

} // namespace holdfast
