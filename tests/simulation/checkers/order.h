// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/checkers/judge.h"
#include "tests/simulation/replicastate.h"

#include <algorithm>
#include <set>

namespace holdfast::sim {

/// Law 7, for one client and what has no number yet: what overtakes goes first, the rest by the most urgent
/// of its conversation, and within that as it was given; what depends on another leaves behind it.
class OrderChecker
{
public:
    explicit OrderChecker(Judge &judge) : m_judge(judge) {}

    /// A client starts from its store.
    void starts() { m_hasMoot = false; }
    /// A tombstone takes the deletion that waits for it from the store; its session has it still, and where
    /// it stands there is not known here.
    void applies(const ReplicaState &before, const change::ApplyLog &c)
    {
        for (const LogEvent &event : c.events) {
            const auto *deleted = std::get_if<logged::ConversationDeleted>(&event.body);
            m_hasMoot = m_hasMoot || (deleted && std::ranges::any_of(before.commands, [&](const auto &each) {
                                          return each.command.name == "delete" && each.command.seq == 0 &&
                                                 each.command.conversation == deleted->conversation;
                                      }));
        }
    }
    /// \param unwritten  what its session does not know to be on the disk.
    void numbers(const ReplicaState &before, const std::set<CommandId> &unwritten, const change::Number &c)
    {
        if (m_hasMoot)
            return;
        Waiting waiting;
        for (const ReplicaState::Stored &each : before.commands) {
            if (each.state == ReplicaState::State::Queued && !unwritten.contains(each.command.id))
                waiting.push_back(&each.command);
        }
        std::set<CommandId> numbered;
        for (const change::Number::Pair &pair : c.pairs) {
            if (!pair.after.isEmpty() && !numbered.contains(pair.after) && !hasNumber(before, pair.after))
                m_judge.broken("order", pair.id.value + " leaves before " + pair.after.value);
            numbered.insert(pair.id);
            const auto found = std::ranges::find(waiting, pair.id, &frame::Command::id);
            if (found == waiting.end())
                continue; // it left before, under another name of its device
            const auto better = std::ranges::find_if(waiting, [&](const frame::Command *each) {
                return rank(waiting, *each) < rank(waiting, **found);
            });
            const bool isFull = (*found)->priority != Priority::Critical && c.pairs.size() >= urgentAtOnce;
            if (better != waiting.end() && !isFull)
                m_judge.broken("order", pair.id.value + " overtakes " + (*better)->id.value);
            waiting.erase(found);
        }
    }

private:
    /// So many that overtake are numbered in one transaction.
    static constexpr std::size_t urgentAtOnce = 64;
    using Waiting = std::vector<const frame::Command *>;
    struct Rank {
        Priority urgency{Priority::Low};
        std::ptrdiff_t head{0}; ///< the place of the first of its conversation
        std::ptrdiff_t place{0};
        friend auto operator<=>(const Rank &, const Rank &) = default;
    };
    static Rank rank(const Waiting &waiting, const frame::Command &command)
    {
        Rank rank;
        rank.place = std::ranges::find(waiting, &command) - waiting.begin();
        if (command.priority == Priority::Critical)
            return {Priority::Critical, 0, rank.place};
        rank.head = rank.place;
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            const frame::Command &each = *waiting[i];
            if (each.priority == Priority::Critical || each.conversation != command.conversation)
                continue;
            rank.urgency = std::min(rank.urgency, each.priority);
            rank.head = std::min(rank.head, static_cast<std::ptrdiff_t>(i));
        }
        return rank;
    }
    static bool hasNumber(const ReplicaState &store, const CommandId &id)
    {
        return std::ranges::any_of(store.commands, [&](const ReplicaState::Stored &each) {
            return each.command.id == id && each.command.seq != 0;
        });
    }
    Judge &m_judge;
    bool m_hasMoot{false};
};

} // namespace holdfast::sim
