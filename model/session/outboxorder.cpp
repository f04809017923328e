// SPDX-License-Identifier: Apache-2.0
// In which order commands leave (laws 6 and 7).
#include "model/session/outbox.h"

#include <algorithm>
#include <utility>

namespace holdfast {

namespace {
/// Urgent ones have no limit of their own; a transaction has.
constexpr std::size_t urgentAtOnce = 64;
} // namespace

/// What waits in one conversation. It is served in order, as soon as the most urgent of it deserves.
struct Outbox::Lane {
    std::vector<std::size_t> waiting; ///< which entries
    std::vector<Priority> urgency;    ///< of the most urgent from this one on
    std::size_t next{0};

    bool isEmpty() const { return next == waiting.size(); }
    /// Of two lanes the one whose head was given first wins when both are equally urgent.
    std::pair<Priority, std::size_t> rank() const { return {urgency[next], waiting[next]}; }
};

std::map<ConversationId, Outbox::Lane> Outbox::lanes() const
{
    std::map<ConversationId, Lane> lanes;
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        const Entry &entry = m_entries[i];
        if (mayLeave(entry) && !goesFirst(entry))
            lanes[entry.command.conversation].waiting.push_back(i);
    }
    for (auto &[conversation, lane] : lanes) {
        lane.urgency.resize(lane.waiting.size());
        Priority most = Priority::Low;
        for (std::size_t i = lane.waiting.size(); i-- > 0;) {
            most = std::min(most, m_entries[lane.waiting[i]].command.priority);
            lane.urgency[i] = most;
        }
    }
    return lanes;
}

/// A message that is being withdrawn goes nowhere until the gateway has said whether it may.
bool Outbox::mayLeave(const Entry &entry) const
{
    return entry.state == State::Queued && !m_withdrawing.contains(entry.command.id);
}

std::size_t Outbox::waiting(Kind kind) const
{
    return static_cast<std::size_t>(std::ranges::count_if(m_entries, [&](const Entry &entry) {
        return mayLeave(entry) && goesFirst(entry) == (kind == Kind::Urgent);
    }));
}

change::Number Outbox::number(std::size_t usualMax)
{
    change::Number number;
    for (Entry &entry : m_entries) {
        if (number.pairs.size() < urgentAtOnce && mayLeave(entry) && goesFirst(entry))
            numberOne(entry, number);
    }
    if (usualMax == 0)
        return number;
    std::map<ConversationId, Lane> waiting = lanes();
    for (; usualMax > 0 && !waiting.empty(); --usualMax) {
        const auto first = std::ranges::min_element(
            waiting, {}, [](const auto &conversation) { return conversation.second.rank(); });
        Lane &lane = first->second;
        numberOne(m_entries[lane.waiting[lane.next++]], number);
        if (lane.isEmpty())
            waiting.erase(first);
    }
    return number;
}

void Outbox::numberOne(Entry &entry, change::Number &number)
{
    entry.command.after = isMessage(entry.command) ? unansweredBefore(entry.command) : CommandId{};
    entry.command.seq = m_nextSeq++;
    advance(entry, State::Numbering);
    number.pairs.push_back({entry.command.id, entry.command.seq, entry.command.after});
}

/// The last message of the same conversation that has left and has no answer: if it is refused, what was
/// written behind it must not stand alone.
CommandId Outbox::unansweredBefore(const frame::Command &command) const
{
    const Entry *last = nullptr;
    for (const Entry &entry : m_entries) {
        const bool isBefore = entry.command.seq != 0 && isMessage(entry.command) &&
                              entry.command.conversation == command.conversation &&
                              !m_withdrawing.contains(entry.command.id);
        if (isBefore && (!last || entry.command.seq > last->command.seq))
            last = &entry;
    }
    return last ? last->command.id : CommandId{};
}

std::vector<frame::Command> Outbox::numbered(const change::Number &number)
{
    std::vector<frame::Command> commands;
    for (const change::Number::Pair &pair : number.pairs) {
        Entry *entry = find(pair.id);
        if (!entry || entry->state != State::Numbering || entry->command.seq != pair.seq)
            continue;
        advance(*entry, State::Sent);
        if (!m_withdrawing.contains(pair.id))
            commands.push_back(leaving(*entry));
    }
    return commands;
}

std::vector<frame::Command> Outbox::unanswered() const
{
    std::vector<frame::Command> commands;
    for (const Entry &entry : m_entries) {
        if (entry.state == State::Sent && !m_withdrawing.contains(entry.command.id))
            commands.push_back(leaving(entry));
    }
    sortBySeq(commands);
    return commands;
}

/// What may be withdrawn does not take along what was written behind it.
frame::Command Outbox::leaving(const Entry &entry) const
{
    frame::Command command = entry.command;
    if (m_withdrawing.contains(command.after))
        command.after = {};
    return command;
}

void Outbox::sortBySeq(std::vector<frame::Command> &commands)
{
    std::ranges::sort(commands, {}, &frame::Command::seq);
}

bool Outbox::isAwaiting() const
{
    return std::ranges::any_of(
        m_entries, [](const Entry &entry) { return entry.command.seq != 0 && isMessage(entry.command); });
}

void Outbox::beginDevice()
{
    const auto isNumbered = [](const Entry &entry) { return entry.command.seq != 0; };
    std::ranges::stable_sort(m_entries, [&](const Entry &a, const Entry &b) {
        return isNumbered(a) && (!isNumbered(b) || a.command.seq < b.command.seq);
    });
    for (Entry &entry : m_entries) {
        if (!isNumbered(entry))
            continue;
        entry.wasSent = true; // for the user it stays what it was
        entry.state = State::Queued;
        entry.command.seq = 0;
        entry.command.after = {};
    }
    m_nextSeq = 1;
}

bool Outbox::isConsistent() const
{
    std::size_t messages = 0;
    std::uint64_t bytes = 0;
    std::size_t withdrawals = 0;
    for (const Entry &entry : m_entries) {
        const bool isNumbered = entry.command.seq != 0;
        if (isNumbered != (entry.state >= State::Numbering) || entry.command.seq >= m_nextSeq)
            return false;
        messages += isMessage(entry.command) ? 1 : 0;
        bytes += bytesOf(entry.command);
        withdrawals += entry.command.name == "withdraw" ? 1 : 0;
    }
    return messages == m_messages && bytes == m_bytes && withdrawals == m_withdrawing.size();
}

} // namespace holdfast
