// SPDX-License-Identifier: Apache-2.0
#include "model/session/outbox.h"

#include "model/text/check.h"

#include <algorithm>

namespace holdfast {

Outbox::Outbox(std::vector<frame::Command> commands, std::uint64_t nextSeq) : m_nextSeq(nextSeq)
{
    for (frame::Command &command : commands) {
        const State state = command.seq == 0 ? State::Queued : State::Sent;
        HF_CHECK(command.seq < nextSeq);
        m_entries.push_back(Entry{std::move(command), state});
    }
}

void Outbox::add(const frame::Command &command)
{
    HF_ASSERT(command.seq == 0);
    auto place = m_entries.end();
    if (command.name == "stop")
        place = std::ranges::find(m_entries, State::Queued, &Entry::state);
    m_entries.insert(place, Entry{command, State::Queued});
}

bool Outbox::withdraw(const CommandId &id)
{
    return std::erase_if(m_entries, [&](const Entry &entry) {
               return entry.state == State::Queued && entry.command.id == id;
           }) > 0;
}

change::Number Outbox::number(std::size_t countMax)
{
    change::Number number;
    for (Entry &entry : m_entries) {
        if (number.pairs.size() == countMax)
            break;
        if (entry.state != State::Queued)
            continue;
        entry.state = State::Numbering;
        entry.command.seq = m_nextSeq++;
        number.pairs.push_back({entry.command.id, entry.command.seq});
    }
    return number;
}

std::vector<frame::Command> Outbox::numbered(const change::Number &number)
{
    std::vector<frame::Command> leaving;
    for (const change::Number::Pair &pair : number.pairs) {
        const auto entry =
            std::ranges::find_if(m_entries, [&](const Entry &each) { return each.command.seq == pair.seq; });
        if (entry == m_entries.end() || entry->state != State::Numbering)
            continue;
        entry->state = State::Sent;
        leaving.push_back(entry->command);
    }
    return leaving;
}

std::vector<frame::Command> Outbox::unanswered() const
{
    std::vector<frame::Command> commands;
    for (const Entry &entry : m_entries) {
        if (entry.state == State::Sent)
            commands.push_back(entry.command);
    }
    std::ranges::sort(commands, {}, &frame::Command::seq);
    return commands;
}

std::optional<change::Settle> Outbox::settle(const frame::Result &result)
{
    const auto entry = std::ranges::find_if(m_entries, [&](const Entry &each) {
        return each.state == State::Sent && each.command.seq == result.seq && each.command.id == result.id;
    });
    if (entry == m_entries.end())
        return std::nullopt;
    m_entries.erase(entry);
    return change::Settle{result.id, result.error};
}

std::vector<change::Settle> Outbox::parkAbove(std::uint64_t ackedCommand)
{
    std::vector<change::Settle> parked;
    std::erase_if(m_entries, [&](const Entry &entry) {
        if (entry.state == State::Queued || entry.command.seq <= ackedCommand)
            return false;
        parked.push_back({entry.command.id, "lost_by_reset"});
        return true;
    });
    return parked;
}

void Outbox::beginDevice()
{
    const auto isNumbered = [](const Entry &entry) { return entry.state != State::Queued; };
    std::ranges::stable_sort(m_entries, [&](const Entry &a, const Entry &b) {
        return isNumbered(a) && (!isNumbered(b) || a.command.seq < b.command.seq);
    });
    for (Entry &entry : m_entries) {
        entry.state = State::Queued;
        entry.command.seq = 0;
    }
    m_nextSeq = 1;
}

bool Outbox::hasQueued() const
{
    return std::ranges::find(m_entries, State::Queued, &Entry::state) != m_entries.end();
}

bool Outbox::isConsistent() const
{
    return std::ranges::all_of(m_entries, [this](const Entry &entry) {
        const bool isNumbered = entry.command.seq != 0;
        return isNumbered == (entry.state != State::Queued) && entry.command.seq < m_nextSeq;
    });
}

} // namespace holdfast
