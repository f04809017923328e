// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/checkers/judge.h"
#include "tests/simulation/network.h"
#include "tests/simulation/replicastate.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace holdfast::sim {

/// I1 and I4: what a client has applied is the log of its gateway up to its cursor, but for what compaction
/// has taken; the cursor moves back only when another telling begins.
class FoldChecker
{
public:
    explicit FoldChecker(Judge &judge) : m_judge(judge) {}

    void addClient() { m_clients.emplace_back(); }
    /// Its store is now another's, or another day's.
    void copy(std::size_t from, std::size_t to) { m_clients[to] = m_clients[from]; }
    void set(std::size_t client, std::shared_ptr<Timeline> history, std::uint64_t seq)
    {
        m_clients[client] = {std::move(history), seq};
    }
    std::shared_ptr<Timeline> history(std::size_t client) const { return m_clients[client].history; }

    /// Its store is an earlier one; what it holds is still of the same history.
    void forget(std::size_t client) { m_clients[client].seq = 0; }

    void beginsEpoch(std::size_t client) { m_clients[client] = {}; }

    /// \param timeline  of the link this came on.
    void applies(std::size_t client, const ReplicaState &before, const change::ApplyLog &apply,
                 const std::shared_ptr<Timeline> &timeline)
    {
        Held &held = m_clients[client];
        const std::uint64_t from = before.cursor.seq;
        if (apply.cursor.epoch != before.cursor.epoch || apply.cursor.seq < from)
            return m_judge.broken("cursor", "it went back, or to another epoch, without a reset");
        if (!timeline || apply.cursor.seq > timeline->head())
            return m_judge.broken("fold", "events that no gateway has");
        if (held.history != timeline) {
            if (held.history && !agree(*held.history, *timeline, from))
                return m_judge.broken("fold", "went on behind events that are not of this history");
            held.history = timeline;
        }
        std::uint64_t next = from;
        for (const LogEvent &event : apply.events) {
            const auto there = timeline->events.find(event.seq);
            if (event.seq <= next || !timeline->mayLack(next, event.seq) || there == timeline->events.end() ||
                !(event.body == there->second))
                return m_judge.broken("fold", "event " + std::to_string(event.seq) +
                                                  " is not the next one of the log");
            next = event.seq;
        }
        if (next != apply.cursor.seq)
            return m_judge.broken("fold", "the cursor is not behind the last event");
    }

private:
    /// What both have up to this place is the same.
    static bool agree(const Timeline &a, const Timeline &b, std::uint64_t upTo)
    {
        return std::ranges::all_of(a.events, [&](const auto &each) {
            const auto there = b.events.find(each.first);
            return each.first > upTo || there == b.events.end() || there->second == each.second;
        });
    }
    struct Held {
        std::shared_ptr<Timeline> history;
        std::uint64_t seq{0};
    };
    Judge &m_judge;
    std::vector<Held> m_clients;
};

} // namespace holdfast::sim
