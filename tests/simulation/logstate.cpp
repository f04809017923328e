// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/logstate.h"

#include <algorithm>

namespace holdfast::sim {

void LogState::take(const Transaction &transaction)
{
    stop = transaction.stop;
    if (transaction.start) {
        epoch = transaction.start->epoch;
        boot = transaction.start->boot;
        m_lineage[head() + 1] = transaction.start->lineage;
    }
    for (const LogBody &event : transaction.events) {
        events.push_back(event);
        std::visit([this](const auto &e) { index(e); }, event);
    }
    if (transaction.growth)
        texts[transaction.growth->item].length = transaction.growth->length;
    if (transaction.foretelling)
        m_foretold[transaction.foretelling->message] = transaction.foretelling->what;
    if (transaction.answer) {
        const Answer &answer = *transaction.answer;
        m_answers[answer.result.id] = answer.result;
        m_numbers[{answer.device, answer.result.seq}] = answer.result.id;
        std::uint64_t &acked = m_acked[answer.device];
        acked = std::max(acked, answer.result.seq);
    }
}

void LogState::index(const logged::ConversationDeleted &e)
{
    m_conversations[e.conversation] = Standing::Deleted;
    std::erase_if(texts, [&](const auto &each) { return each.second.conversation == e.conversation; });
}

gate::CommandContext::Conversation LogState::standing(const ConversationId &id) const
{
    const auto found = m_conversations.find(id);
    return found == m_conversations.end() ? Standing::Unknown : found->second;
}

gate::CommandContext::After LogState::after(const CommandId &id) const
{
    const auto found = m_answers.find(id);
    const bool isRefused = found != m_answers.end() && !found->second.error.empty();
    return isRefused ? gate::CommandContext::After::Refused : gate::CommandContext::After::Fine;
}

gate::CommandContext::Target LogState::target(const ItemId &id) const
{
    using Target = gate::CommandContext::Target;
    const auto text = texts.find(id);
    const auto command = m_answers.find({id.value});
    if (text != texts.end() && command != m_answers.end())
        return Target::Message;
    if (text != texts.end())
        return text->second.status == gate::TextState::Status::Final ? Target::EndedAnswer
                                                                     : Target::OpenAnswer;
    if (command == m_answers.end())
        return Target::Unknown;
    return command->second.error.empty() ? Target::Message : Target::Refused;
}

std::optional<gate::Foretold> LogState::foretold(const ItemId &message) const
{
    const auto found = m_foretold.find(message);
    return found == m_foretold.end() ? std::nullopt : std::optional(found->second);
}

std::string LogState::lineageAt(std::uint64_t seq) const
{
    const auto after = m_lineage.upper_bound(seq);
    return after == m_lineage.begin() ? std::string() : std::prev(after)->second;
}

std::uint64_t LogState::acked(const DeviceId &device) const
{
    const auto found = m_acked.find(device);
    return found == m_acked.end() ? 0 : found->second;
}

std::optional<frame::Result> LogState::answered(const DeviceId &device, const frame::Command &command) const
{
    const auto known = m_answers.find(command.id);
    if (known != m_answers.end())
        return frame::Result{command.seq, command.id, known->second.error, known->second.head};
    const bool isForked = m_numbers.contains({device, command.seq});
    if (isForked || command.seq <= acked(device))
        return frame::Result{command.seq, command.id, isForked ? "device_forked" : "out_of_order", head()};
    return std::nullopt;
}

gate::TextState LogState::state(const ItemId &item) const
{
    gate::TextState state;
    state.item = item;
    const auto found = texts.find(item);
    if (found == texts.end())
        return state;
    state.gen = found->second.gen;
    state.length = found->second.length;
    state.status = found->second.status;
    state.conversation = found->second.conversation;
    return state;
}

gate::event::LogRead LogState::read(LinkId link, std::uint64_t after, std::size_t countMax) const
{
    gate::event::LogRead read;
    read.link = link;
    read.after = after;
    read.upTo = std::max(after, std::min<std::uint64_t>(head(), after + countMax));
    for (std::uint64_t seq = after + 1; seq <= read.upTo; ++seq) {
        const LogBody &body = events[seq - 1];
        read.events.push_back({seq, body});
        if (const auto *message = std::get_if<logged::MessageAdded>(&body))
            read.texts.push_back(state(message->item));
        else if (const auto *run = std::get_if<logged::RunStarted>(&body))
            read.texts.push_back(state(run->item));
    }
    read.lineage = lineageAt(read.upTo);
    return read;
}

std::vector<logged::RunStarted> LogState::openRuns() const
{
    std::vector<logged::RunStarted> open;
    for (const LogBody &body : events) {
        const auto *run = std::get_if<logged::RunStarted>(&body);
        if (run && state(run->item).status == gate::TextState::Status::Growing)
            open.push_back(*run);
    }
    return open;
}

} // namespace holdfast::sim
