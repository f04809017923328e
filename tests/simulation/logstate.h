// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/commandeffects.h"
#include "model/session/gatewayevent.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::sim {

/// What a gateway's store holds of one account; it behaves as model/store's GatewayLog does. Texts are
/// lengths.
class LogState
{
public:
    struct Text {
        std::uint64_t length{0};
        std::uint32_t gen{0};
        gate::TextState::Status status{gate::TextState::Status::Growing};
        ConversationId conversation;
        RunStatus outcome{RunStatus::Completed}; ///< of an ended one
        std::string lease{};                     ///< of an open one: the start that may write it
    };
    struct Growth {
        ItemId item;
        std::uint64_t from{0};   ///< its length, as who writes knows it
        std::uint64_t length{0}; ///< afterwards
    };
    struct Answer {
        DeviceId device;
        frame::Result result;
    };
    struct Start {
        std::string epoch;
        std::string boot;
        std::string lineage;
    };
    enum class Stop { Unclean, Clean };
    enum class Leases { Kept, Taken };
    /// One of them is one transaction.
    struct Transaction {
        std::vector<LogBody> events;
        std::optional<Growth> growth;
        std::optional<Answer> answer;
        std::optional<Start> start;
        std::optional<gate::Effects::Foretelling> foretelling;
        std::string by;              ///< the start that writes
        Leases leases{Leases::Kept}; ///< Taken: of every open run, by this start
        std::optional<std::int64_t> compactsAtMs;
        Stop stop{Stop::Unclean}; ///< Clean: the gateway has left, and all is on the disk
    };

    template<class Look>
    void apply(const Transaction &transaction, Look look)
    {
        look(transaction);
        take(transaction);
    }

    /// Why it cannot be written: its writer, or its run, has been replaced. Empty when it can.
    std::string refusal(const Transaction &transaction) const;

    std::uint64_t head() const { return events.empty() ? 0 : events.rbegin()->first; }
    std::string lineageAt(std::uint64_t seq) const;
    std::uint64_t acked(const DeviceId &device) const;
    std::optional<frame::Result> answered(const DeviceId &device, const frame::Command &command) const;
    gate::TextState state(const ItemId &item) const;
    /// As GatewayLog::missedBytes().
    std::uint64_t missedBytes(std::uint64_t after, std::uint64_t enough) const;
    gate::event::LogRead read(LinkId link, std::uint64_t after, std::size_t countMax) const;
    /// Runs without an end, in the order of the log.
    std::vector<logged::RunStarted> openRuns() const;
    gate::CommandContext::Conversation standing(const ConversationId &id) const;
    gate::CommandContext::After after(const CommandId &id) const;
    bool isAnswered(const CommandId &id) const { return m_answers.contains(id); }
    gate::CommandContext::Target target(const ItemId &id) const;
    std::optional<gate::Foretold> foretold(const ItemId &message) const;

    std::string epoch;
    std::string boot;
    Stop stop{Stop::Unclean}; ///< what a start would find
    std::string owner;        ///< the last start
    std::uint64_t floor{0};
    std::map<std::uint64_t, LogBody> events; ///< by seq
    std::vector<std::uint64_t> gone;         ///< what compaction has taken, in that order
    std::map<ItemId, Text> texts;

private:
    void take(const Transaction &transaction);
    void keep(const Answer &answer);
    void index(std::uint64_t, const logged::ConversationCreated &e)
    {
        m_conversations.try_emplace(e.conversation);
    }
    void index(std::uint64_t, const logged::MessageAdded &e)
    {
        texts[e.item] = {
            .length = e.length, .status = gate::TextState::Status::Final, .conversation = e.conversation};
    }
    void index(std::uint64_t, const logged::RunStarted &e)
    {
        texts[e.item] = {.gen = e.gen, .conversation = e.conversation, .lease = owner};
    }
    void index(std::uint64_t seq, const logged::Checkpoint &e) { replaceCheckpoint(e.item, seq); }
    void index(std::uint64_t, const logged::RunFinished &e)
    {
        texts[e.item].status = gate::TextState::Status::Final;
        texts[e.item].outcome = e.status;
        replaceCheckpoint(e.item, 0);
    }
    void index(std::uint64_t seq, const logged::ConversationDeleted &e);
    template<class Other>
    void index(std::uint64_t, const Other &)
    {}
    /// \param by  0: by nothing, its run has ended.
    void replaceCheckpoint(const ItemId &item, std::uint64_t by);
    void vacate(std::uint64_t seq);
    void compact(std::int64_t nowMs);
    void forgetAnswers(std::int64_t nowMs, std::int64_t before);
    std::string leaseRefusal(const ItemId &item, const std::string &by) const;

    using Standing = gate::CommandContext::Conversation;
    struct Conversation {
        Standing standing{Standing::Known};
        std::int64_t deletedMs{0};
        std::uint64_t tombstone{0}; ///< its seq, while it is in the log
    };
    struct Word {
        gate::Foretold what{gate::Foretold::Stop};
        std::int64_t atMs{0}; ///< 0: the next compaction dates it
    };
    struct Given {
        CommandId id;
        std::int64_t atMs{0}; ///< 0: the next compaction dates it
    };
    std::map<std::uint64_t, std::uint64_t> m_bytes; ///< of each event, with the text that it ends
    std::map<ConversationId, Conversation> m_conversations;
    std::map<ItemId, Word> m_foretold;
    std::map<ItemId, std::uint64_t> m_checkpoints;  ///< the newest of each open text
    std::map<std::uint64_t, std::string> m_lineage; ///< from which seq on
    std::map<DeviceId, std::uint64_t> m_acked;
    std::map<CommandId, frame::Result> m_answers;
    std::map<std::pair<DeviceId, std::uint64_t>, Given> m_numbers;
};

} // namespace holdfast::sim
