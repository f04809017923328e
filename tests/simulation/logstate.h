// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/commandeffects.h"
#include "model/session/gatewayevent.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::sim {

/// What a gateway's store holds of one account; it behaves as model/store's GatewayLog does. The seq of an
/// event is its place. Texts are lengths.
class LogState
{
public:
    struct Text {
        std::uint64_t length{0};
        std::uint32_t gen{0};
        gate::TextState::Status status{gate::TextState::Status::Growing};
        ConversationId conversation;
    };
    struct Growth {
        ItemId item;
        std::uint64_t length{0};
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
    /// One of them is one transaction.
    struct Transaction {
        std::vector<LogBody> events;
        std::optional<Growth> growth;
        std::optional<Answer> answer;
        std::optional<Start> start;
        std::optional<gate::Effects::Foretelling> foretelling;
        Stop stop{Stop::Unclean}; ///< Clean: the gateway has left, and all is on the disk
    };

    template<class Look>
    void apply(const Transaction &transaction, Look look)
    {
        look(transaction);
        take(transaction);
    }

    std::uint64_t head() const { return events.size(); }
    std::string lineageAt(std::uint64_t seq) const;
    std::uint64_t acked(const DeviceId &device) const;
    std::optional<frame::Result> answered(const DeviceId &device, const frame::Command &command) const;
    gate::TextState state(const ItemId &item) const;
    gate::event::LogRead read(LinkId link, std::uint64_t after, std::size_t countMax) const;
    /// Runs without an end, in the order of the log.
    std::vector<logged::RunStarted> openRuns() const;
    gate::CommandContext::Conversation standing(const ConversationId &id) const;
    gate::CommandContext::After after(const CommandId &id) const;
    gate::CommandContext::Target target(const ItemId &id) const;
    std::optional<gate::Foretold> foretold(const ItemId &message) const;

    std::string epoch;
    std::string boot;
    Stop stop{Stop::Unclean}; ///< what a start would find
    std::vector<LogBody> events;
    std::map<ItemId, Text> texts;

private:
    void take(const Transaction &transaction);
    void index(const logged::ConversationCreated &e) { m_conversations[e.conversation] = Standing::Known; }
    void index(const logged::MessageAdded &e)
    {
        texts[e.item] = {e.length, 0, gate::TextState::Status::Final, e.conversation};
    }
    void index(const logged::RunStarted &e)
    {
        texts[e.item] = {0, e.gen, gate::TextState::Status::Growing, e.conversation};
    }
    void index(const logged::RunFinished &e) { texts[e.item].status = gate::TextState::Status::Final; }
    void index(const logged::ConversationDeleted &e);
    template<class Other>
    void index(const Other &)
    {}

    using Standing = gate::CommandContext::Conversation;
    std::map<ConversationId, Standing> m_conversations;
    std::map<ItemId, gate::Foretold> m_foretold;
    std::map<std::uint64_t, std::string> m_lineage; ///< from which seq on
    std::map<DeviceId, std::uint64_t> m_acked;
    std::map<CommandId, frame::Result> m_answers;
    std::map<std::pair<DeviceId, std::uint64_t>, CommandId> m_numbers;
};

} // namespace holdfast::sim
