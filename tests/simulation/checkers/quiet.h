// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/connection.h"
#include "tests/simulation/checkers/judge.h"
#include "tests/simulation/replicastate.h"

#include <optional>
#include <set>

namespace holdfast::sim {

/// I13, I14 and I15: a client says that it is online when the gateway has said that all is there, and it is;
/// while it is not, something is pending.
class QuietChecker
{
public:
    explicit QuietChecker(Judge &judge) : m_judge(judge) {}

    /// \param store   nullptr while commits are on their way to it.
    /// \param synced  what this step was told by the gateway, if it was that.
    /// \param head    how far its log went when the link began.
    void reports(const ReplicaState *store, const ConnectionStatus &before, const ConnectionStatus &now,
                 const frame::Synced *synced, std::uint64_t head)
    {
        if (now.state != ConnectionState::Online || before.state == ConnectionState::Online)
            return;
        if (!synced)
            return m_judge.broken("honest", "online without the gateway's word");
        const bool isBehind =
            store && (store->cursor.epoch != synced->cursor.epoch || store->cursor.seq < synced->cursor.seq);
        if (isBehind || synced->cursor.seq < head)
            m_judge.broken("honest", "online with a part missing");
    }
    void waits(const ConnectionStatus &status, bool hasWake)
    {
        const bool mayRest =
            status.state == ConnectionState::Offline || status.state == ConnectionState::AuthFailed;
        if (!mayRest && !hasWake)
            m_judge.broken("no_wedge", "not offline, and waits for nothing");
    }
    /// What was told to be on the disk is there.
    /// \param epochs  that its store ever stood in.
    void acks(const ReplicaState &store, const std::set<std::string> &epochs, const frame::Ack &ack)
    {
        const bool isOfNow = store.cursor.epoch == ack.cursor.epoch;
        if (isOfNow ? store.cursor.seq < ack.cursor.seq : !epochs.contains(ack.cursor.epoch))
            return m_judge.broken("ack_after_commit", "a cursor was acknowledged before it was stored");
        for (const TailPosition &tail : ack.tails) {
            const auto item = store.items.find(tail.item);
            if (item != store.items.end() && // else its conversation was deleted
                (item->second.gen == tail.gen && item->second.length < tail.offset))
                m_judge.broken("ack_after_commit",
                               "text of " + tail.item.value + " was acknowledged, not stored");
        }
    }

private:
    Judge &m_judge;
};

} // namespace holdfast::sim
