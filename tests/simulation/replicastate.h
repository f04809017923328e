// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clientsession.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::sim {

/// What a client's store holds; it behaves as model/store's Replica does. Texts are lengths: their bytes were
/// checked when they came.
class ReplicaState
{
public:
    struct Item {
        ConversationId conversation;
        OpenText::Source source{OpenText::Source::Run};
        std::uint32_t gen{0};
        std::uint64_t length{0};
        std::uint64_t telling{0};
        std::optional<Tail::Final> final;
        std::vector<Tail::Mark> checkpoints;
        std::optional<change::Verdict> verdict;
        RunStatus status{RunStatus::Working};
        std::optional<std::uint64_t> damagedAt; ///< this byte is another one
    };
    enum class State { Queued, Sent, Accepted, Parked };
    struct Stored {
        frame::Command command;
        State state{State::Queued};
        std::string error;
    };

    template<class Look>
    void apply(const std::vector<Change> &changes, Look look)
    {
        for (const Change &each : changes) {
            look(each);
            std::visit([this](const auto &c) { take(c); }, each);
        }
    }
    /// What a session begins with, and what the store finishes at once.
    ClientSession::Restored restore(std::vector<Change> &finished) const;
    /// Damages the newest text that is held in part. \returns false when there is none.
    bool damage(std::uint64_t permille);
    bool isDamaged() const
    {
        return std::ranges::any_of(items, [](const auto &each) { return each.second.damagedAt.has_value(); });
    }

    DeviceId device;
    Cursor cursor;
    std::uint64_t nextSeq{1};
    std::uint64_t telling{0};
    std::uint64_t told{0}; ///< the last telling that came to its end
    std::map<ItemId, Item> items;
    std::vector<Stored> commands; ///< in the order in which they were given

private:
    void take(const change::ApplyLog &c);
    void take(const change::BeginEpoch &c)
    {
        cursor = c.cursor;
        ++telling;
    }
    void take(const change::EndTelling &) { told = telling; }
    void take(const change::WriteTail &c);
    void take(const change::RestartTail &c);
    void take(const change::FinishItem &c);
    void take(const change::Enqueue &c);
    void take(const change::Number &c);
    void take(const change::BeginDevice &c);
    void take(const change::Settle &c);
    void take(const change::Withdraw &c);
    void take(const change::LoseAccepted &c);
    template<class Other>
    void take(const Other &)
    {} // what only people see

    void tell(const logged::MessageAdded &e);
    void tell(const logged::RunStarted &e);
    void tell(const logged::Checkpoint &e);
    void tell(const logged::RunFinished &e);
    void tell(const logged::ConversationDeleted &e);
    template<class Other>
    void tell(const Other &)
    {}
    Stored *find(const CommandId &id);
};

} // namespace holdfast::sim
