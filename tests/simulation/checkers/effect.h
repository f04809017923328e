// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/checkers/judge.h"
#include "tests/simulation/network.h"
#include "tests/simulation/truth.h"

#include <map>
#include <set>

namespace holdfast::sim {

/// I6 and I7: a message takes effect at most once in a history, and exactly once when it was accepted; those
/// that come from one profile for one conversation in the order in which they were written. (A copy of a
/// profile sends what the other one has taken back, or knows as lost: each has its own order.)
class EffectChecker
{
public:
    EffectChecker(Judge &judge, const Truth &truth) : m_judge(judge), m_truth(truth) {}

    void appends(std::size_t account, const LogBody &body)
    {
        const auto *message = std::get_if<logged::MessageAdded>(&body);
        if (!message)
            return;
        Seen &seen = m_accounts[account];
        if (!seen.messages.insert(message->item).second)
            return m_judge.broken("at_most_once", message->item.value + " took effect twice");
        const auto written = m_truth.messages.find({message->item.value});
        if (written == m_truth.messages.end())
            return m_judge.broken("at_most_once", message->item.value + " was never written");
        std::uint64_t &last = seen.last[{m_senders[{message->item.value}], message->conversation}];
        if (written->second.number < last)
            return m_judge.broken("order", message->item.value + " took effect after a later one");
        last = written->second.number;
    }
    /// A client sends this command, which is new.
    void takes(const CommandId &id, std::uint32_t client)
    {
        const auto profile = m_truth.profiles.find(client);
        m_senders[id] = {client, profile == m_truth.profiles.end() ? 0 : profile->second};
    }
    /// This command takes effect now, by the clock of its gateway.
    void happens(const frame::Command &command, std::int64_t nowMs)
    {
        if (command.expiresAtMs != 0 && command.expiresAtMs < nowMs)
            m_judge.broken("in_time", command.id.value + " took effect behind its time");
    }
    /// \param isAnswered  what it depends on has an answer.
    void follows(std::size_t account, const frame::Command &command, bool isAnswered)
    {
        const bool mayLack = m_truth.accounts[account].hasLost || !m_truth.profiles.empty();
        if (!command.after.isEmpty() && !isAnswered && !mayLack)
            m_judge.broken("order", command.id.value + " took effect before " + command.after.value);
    }
    /// A client was told that this message is accepted, on a link of this history.
    void accepted(std::size_t account, const CommandId &id)
    {
        const auto written = m_truth.messages.find(id);
        if (written != m_truth.messages.end() && !m_accounts[account].messages.contains({id.value}) &&
            !m_truth.accounts[account].hasLost)
            m_judge.broken("accepted", id.value + " was accepted and has no effect");
    }
    /// The history of this account goes on from these events.
    void restarts(std::size_t account, const Timeline &events)
    {
        m_accounts[account] = {};
        for (const auto &[seq, body] : events.events)
            appends(account, body);
    }
    bool hasEffect(std::size_t account, const CommandId &id) const
    {
        const auto found = m_accounts.find(account);
        return found != m_accounts.end() && found->second.messages.contains({id.value});
    }

private:
    using Sender = std::pair<std::uint32_t, std::uint32_t>; ///< a client, and which profile of it
    struct Seen {
        std::set<ItemId> messages;
        std::map<std::pair<Sender, ConversationId>, std::uint64_t> last;
    };
    Judge &m_judge;
    const Truth &m_truth;
    std::map<std::size_t, Seen> m_accounts;
    std::map<CommandId, Sender> m_senders;
};

} // namespace holdfast::sim
