// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/checkers/judge.h"
#include "tests/simulation/replicastate.h"

#include <algorithm>
#include <map>
#include <set>

namespace holdfast::sim {

/// I5: a message that was shown as queued is for ever exactly one of queued, sent, accepted, parked or taken
/// back, and moves only along the table. A number is on the disk before it leaves, and never used twice.
class OutboxChecker
{
public:
    explicit OutboxChecker(Judge &judge) : m_judge(judge) {}

    void addClient() { m_shown.emplace_back(); }
    void copy(std::size_t from, std::size_t to) { m_shown[to] = m_shown[from]; }
    /// Another store stands there: what it does not hold is not missed.
    void replaced(std::size_t client, const ReplicaState &store)
    {
        m_shown[client].clear();
        for (const ReplicaState::Stored &each : store.commands)
            m_shown[client].insert(each.command.id);
    }

    void changes(std::size_t client, const ReplicaState &before, const change::Enqueue &c)
    {
        (void)before;
        m_shown[client].insert(c.command.id);
    }
    void changes(std::size_t client, const ReplicaState &before, const change::Number &c)
    {
        std::uint64_t last = before.nextSeq - 1;
        for (const change::Number::Pair &pair : c.pairs) {
            const ReplicaState::Stored *stored = find(before, pair.id);
            const bool isMoot = !stored && !m_shown[client].contains(pair.id); // somebody else has deleted it
            if (!isMoot &&
                (!stored || stored->command.seq != 0 || stored->state == ReplicaState::State::Accepted ||
                 stored->state == ReplicaState::State::Parked))
                return m_judge.broken("outbox", pair.id.value + " is numbered and does not wait");
            if (pair.seq <= last)
                return m_judge.broken("outbox", "number " + std::to_string(pair.seq) + " is used twice");
            last = pair.seq;
        }
    }
    void changes(std::size_t client, const ReplicaState &before, const change::Settle &c)
    {
        const ReplicaState::Stored *stored = find(before, c.id);
        if (!stored && !m_shown[client].contains(c.id))
            return; // its conversation has been deleted meanwhile
        if (!stored)
            return m_judge.broken("outbox", c.id.value + " is settled and unknown");
        const bool isOpen =
            stored->state == ReplicaState::State::Queued || stored->state == ReplicaState::State::Sent;
        if (!isOpen || (c.error.empty() && stored->state != ReplicaState::State::Sent))
            m_judge.broken("outbox", c.id.value + " is settled out of turn");
        if (stored->command.name != "send")
            m_shown[client].erase(c.id); // only messages are shown with how they were delivered
    }
    void changes(std::size_t client, const ReplicaState &before, const change::Withdraw &c)
    {
        const ReplicaState::Stored *stored = find(before, c.id);
        const bool isByGateway = c.by == change::Withdraw::By::Gateway;
        if (!stored || stored->state == ReplicaState::State::Accepted ||
            (stored->state == ReplicaState::State::Sent && !isByGateway))
            return m_judge.broken("outbox", c.id.value + " is withdrawn and may have been sent");
        m_shown[client].erase(c.id);
    }
    /// A tombstone takes what the gateway has ordered, and the word that made it.
    void changes(std::size_t client, const ReplicaState &before, const change::ApplyLog &c)
    {
        for (const LogEvent &event : c.events) {
            const auto *deleted = std::get_if<logged::ConversationDeleted>(&event.body);
            for (const ReplicaState::Stored &each : before.commands) {
                const bool isTaken =
                    each.state == ReplicaState::State::Accepted || each.command.name == "delete";
                if (deleted && each.command.conversation == deleted->conversation && isTaken)
                    m_shown[client].erase(each.command.id);
            }
        }
    }
    template<class Other>
    void changes(std::size_t, const ReplicaState &, const Other &)
    {}

    /// A command leaves its client.
    void leaves(const ReplicaState &store, std::size_t unsynced, const frame::Command &command)
    {
        const ReplicaState::Stored *stored = find(store, command.id);
        if (!stored && command.name == "delete")
            return; // what it is to delete is gone already
        if (!stored || stored->state != ReplicaState::State::Sent || stored->command.seq != command.seq)
            return m_judge.broken("outbox", command.id.value + " leaves under a number that is not stored");
        (void)unsynced;
    }

    /// A client starts from this store.
    void starts(std::size_t client, const ReplicaState &store)
    {
        for (const CommandId &id : m_shown[client]) {
            if (!find(store, id))
                return m_judge.broken("outbox", id.value + " was shown as queued and is gone");
        }
    }

    static const ReplicaState::Stored *find(const ReplicaState &store, const CommandId &id)
    {
        const auto found = std::ranges::find_if(
            store.commands, [&](const ReplicaState::Stored &each) { return each.command.id == id; });
        return found == store.commands.end() ? nullptr : &*found;
    }

private:
    Judge &m_judge;
    std::vector<std::set<CommandId>> m_shown;
};

} // namespace holdfast::sim
