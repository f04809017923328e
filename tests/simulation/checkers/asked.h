// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/checkers/judge.h"
#include "tests/simulation/replicastate.h"

#include <set>

namespace holdfast::sim {

/// I4 across a reset, for one client: what had a number above the gateway's high-water when another history
/// began never leaves again by itself (law 2).
class AskedChecker
{
public:
    explicit AskedChecker(Judge &judge) : m_judge(judge) {}

    void resets(const ReplicaState &store, const frame::Reset &reset)
    {
        if (reset.cursor.epoch == store.cursor.epoch && reset.reason != "diverged")
            return;
        for (const ReplicaState::Stored &each : store.commands) {
            if (each.state == ReplicaState::State::Sent && each.command.seq > reset.ackedCommand)
                m_lost.insert(each.command.id);
        }
    }
    void leaves(const CommandId &id)
    {
        if (m_lost.contains(id))
            m_judge.broken("asked", id.value + " was lost, and left again by itself");
    }
    /// The user was asked, and said it again.
    void given(const CommandId &id) { m_lost.erase(id); }
    /// Another profile is in its place, which never heard of it.
    void forget() { m_lost.clear(); }

private:
    Judge &m_judge;
    std::set<CommandId> m_lost;
};

} // namespace holdfast::sim
