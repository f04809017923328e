// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/logstate.h"

#include "model/protocol/codec.h"
#include "model/protocol/limits.h"

#include <algorithm>

namespace holdfast::sim {

namespace {
constexpr std::size_t rowsAtOnce = 200;

template<class Body>
concept OfAConversation = requires(Body body) { body.conversation; };

std::uint64_t bytesOf(const LogBody &body)
{
    std::uint64_t bytes = codec::encodeBody(body).size();
    if (const auto *message = std::get_if<logged::MessageAdded>(&body))
        bytes += message->length;
    else if (const auto *end = std::get_if<logged::RunFinished>(&body))
        bytes += end->length;
    return bytes;
}
} // namespace

std::string LogState::refusal(const Transaction &transaction) const
{
    if (!transaction.start && transaction.by != owner)
        return "another start of the gateway has this log";
    std::optional<ItemId> begun;
    for (const LogBody &body : transaction.events) {
        if (const auto *start = std::get_if<logged::RunStarted>(&body))
            begun = start->item;
        ItemId item;
        if (const auto *checkpoint = std::get_if<logged::Checkpoint>(&body))
            item = checkpoint->item;
        else if (const auto *end = std::get_if<logged::RunFinished>(&body))
            item = end->item;
        if (std::string why = leaseRefusal(item, transaction.by); begun != item && !why.empty())
            return why;
    }
    return transaction.growth ? leaseRefusal(transaction.growth->item, transaction.by) : std::string();
}

/// As GatewayLog::checkLease().
std::string LogState::leaseRefusal(const ItemId &item, const std::string &by) const
{
    if (item.isEmpty())
        return {};
    const auto text = texts.find(item);
    if (text == texts.end() || text->second.status != gate::TextState::Status::Growing)
        return "the run of " + item.value + " is over";
    return text->second.lease == by ? "" : "the run of " + item.value + " belongs to another start";
}

void LogState::take(const Transaction &transaction)
{
    stop = transaction.stop;
    if (transaction.start) {
        epoch = transaction.start->epoch;
        boot = transaction.start->boot;
        owner = transaction.start->lineage;
        m_lineage[head() + 1] = owner;
    }
    if (transaction.leases == Leases::Taken) {
        for (auto &[id, text] : texts)
            text.lease = text.status == gate::TextState::Status::Growing ? transaction.by : text.lease;
    }
    for (const LogBody &event : transaction.events) {
        const std::uint64_t seq = head() + 1;
        events[seq] = event;
        m_bytes[seq] = bytesOf(event);
        std::visit([&](const auto &e) { index(seq, e); }, event);
    }
    if (transaction.growth)
        texts[transaction.growth->item].length = transaction.growth->length;
    if (transaction.answer)
        keep(*transaction.answer);
    if (transaction.foretelling)
        m_foretold[transaction.foretelling->message] = {transaction.foretelling->what, 0};
    if (transaction.compactsAtMs)
        compact(*transaction.compactsAtMs);
}

void LogState::keep(const Answer &answer)
{
    m_foretold.erase({answer.result.id.value}); // a word about a message lives until it has come
    m_answers[answer.result.id] = answer.result;
    m_numbers[{answer.device, answer.result.seq}] = {answer.result.id, 0};
    std::uint64_t &acked = m_acked[answer.device];
    acked = std::max(acked, answer.result.seq);
}

void LogState::vacate(std::uint64_t seq)
{
    if (events.erase(seq) > 0)
        gone.push_back(seq);
    m_bytes.erase(seq);
}

void LogState::replaceCheckpoint(const ItemId &item, std::uint64_t by)
{
    const auto last = m_checkpoints.find(item);
    if (last != m_checkpoints.end())
        vacate(last->second);
    if (by > 0)
        m_checkpoints[item] = by;
    else if (last != m_checkpoints.end())
        m_checkpoints.erase(last);
}

/// With the tombstone goes the whole conversation.
void LogState::index(std::uint64_t seq, const logged::ConversationDeleted &e)
{
    std::vector<std::uint64_t> leaving;
    for (const auto &[place, event] : events) {
        const auto *checkpoint = std::get_if<logged::Checkpoint>(&event);
        const ConversationId of = checkpoint ? state(checkpoint->item).conversation
                                             : std::visit(
                                                   [](const auto &each) {
                                                       if constexpr (OfAConversation<decltype(each)>)
                                                           return each.conversation;
                                                       else
                                                           return ConversationId();
                                                   },
                                                   event);
        if (place < seq && of == e.conversation)
            leaving.push_back(place);
    }
    for (const std::uint64_t each : leaving)
        vacate(each);
    std::erase_if(m_checkpoints,
                  [&](const auto &each) { return state(each.first).conversation == e.conversation; });
    std::erase_if(texts, [&](const auto &each) { return each.second.conversation == e.conversation; });
    m_conversations[e.conversation] = {Standing::Deleted, std::max<std::int64_t>(e.atMs, 1), seq};
}

/// As GatewayLog::compact().
void LogState::compact(std::int64_t nowMs)
{
    const std::int64_t before = nowMs - std::chrono::milliseconds(limits::tombstonesLive).count();
    forgetAnswers(nowMs, before);
    for (auto &[message, word] : m_foretold)
        word.atMs = word.atMs == 0 ? nowMs : word.atMs;
    std::erase_if(m_foretold, [&](const auto &each) { return each.second.atMs < before; });
    std::vector<std::uint64_t> old;
    for (const auto &[id, each] : m_conversations) {
        if (each.tombstone > 0 && each.tombstone < head() && each.deletedMs < before)
            old.push_back(each.tombstone);
    }
    std::ranges::sort(old);
    old.resize(std::min(old.size(), rowsAtOnce));
    for (const std::uint64_t seq : old) {
        m_conversations[std::get<logged::ConversationDeleted>(events.at(seq)).conversation].tombstone = 0;
        vacate(seq);
        floor = std::max(floor, seq);
    }
}

void LogState::forgetAnswers(std::int64_t nowMs, std::int64_t before)
{
    std::size_t count = 0;
    for (auto each = m_numbers.begin(); each != m_numbers.end();) {
        if (each->second.atMs == 0)
            each->second.atMs = nowMs;
        const bool isOld = each->second.atMs < before && count < rowsAtOnce &&
                           each->first.second + limits::answersKept <= acked(each->first.first);
        if (isOld) {
            ++count;
            m_answers.erase(each->second.id);
        }
        each = isOld ? m_numbers.erase(each) : std::next(each);
    }
}

gate::CommandContext::Conversation LogState::standing(const ConversationId &id) const
{
    const auto found = m_conversations.find(id);
    return found == m_conversations.end() ? Standing::Unknown : found->second.standing;
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
    return found == m_foretold.end() ? std::nullopt : std::optional(found->second.what);
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

std::uint64_t LogState::missedBytes(std::uint64_t after, std::uint64_t enough) const
{
    constexpr std::uint64_t leastEventBytes = 64;
    std::uint64_t left = std::min(enough, limits::numberMax) / leastEventBytes + 1;
    std::uint64_t bytes = 0;
    for (auto each = m_bytes.upper_bound(after); each != m_bytes.end() && left > 0; ++each, --left)
        bytes += each->second;
    return bytes;
}

gate::event::LogRead LogState::read(LinkId link, std::uint64_t after, std::size_t countMax) const
{
    gate::event::LogRead read;
    read.link = link;
    read.after = after;
    read.upTo = after;
    for (auto each = events.upper_bound(after); each != events.end() && read.events.size() < countMax;
         ++each) {
        read.upTo = each->first;
        read.events.push_back({each->first, each->second});
        if (const auto *message = std::get_if<logged::MessageAdded>(&each->second))
            read.texts.push_back(state(message->item));
        else if (const auto *run = std::get_if<logged::RunStarted>(&each->second))
            read.texts.push_back(state(run->item));
    }
    read.lineage = lineageAt(read.upTo);
    return read;
}

std::vector<logged::RunStarted> LogState::openRuns() const
{
    std::vector<logged::RunStarted> open;
    for (const auto &[seq, body] : events) {
        const auto *run = std::get_if<logged::RunStarted>(&body);
        if (run && state(run->item).status == gate::TextState::Status::Growing)
            open.push_back(*run);
    }
    return open;
}

} // namespace holdfast::sim
