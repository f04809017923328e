// SPDX-License-Identifier: Apache-2.0
#include "model/session/outbox.h"

#include "model/text/check.h"

#include <algorithm>
#include <utility>

namespace holdfast {

namespace {
constexpr std::int64_t staleAfterMs = std::int64_t{24} * 60 * 60 * 1000;
} // namespace

Outbox::Outbox(Stored stored, const OutboxOptions &options)
    : m_options(options),
      m_nextSeq(stored.nextSeq),
      m_parked(std::move(stored.parked)),
      m_unseen(std::move(stored.unseen))
{
    for (frame::Command &command : stored.commands) {
        HF_CHECK(command.seq < m_nextSeq);
        const State state = command.seq == 0 ? State::Queued : State::Sent;
        const bool wasSent = stored.sentBefore.contains(command.id);
        if (command.name == "withdraw")
            m_withdrawing.insert({command.target.value});
        count(command);
        m_entries.push_back(Entry{std::move(command), state, wasSent, {}});
    }
}

void Outbox::count(const frame::Command &command)
{
    m_messages += isMessage(command) ? 1 : 0;
    m_bytes += bytesOf(command);
}

void Outbox::advance(Entry &entry, State to)
{
    HF_CHECK(to > entry.state);
    entry.state = to;
}

Outbox::Entry *Outbox::find(const CommandId &id)
{
    const auto found =
        std::ranges::find_if(m_entries, [&](const Entry &entry) { return entry.command.id == id; });
    return found == m_entries.end() ? nullptr : &*found;
}

void Outbox::remove(const CommandId &id)
{
    std::erase_if(m_entries, [&](const Entry &entry) {
        if (entry.command.id != id)
            return false;
        m_messages -= isMessage(entry.command) ? 1 : 0;
        m_bytes -= bytesOf(entry.command);
        if (entry.command.name == "withdraw")
            m_withdrawing.erase({entry.command.target.value});
        return true;
    });
}

template<class Predicate>
std::vector<change::Settle> Outbox::parkWhere(Predicate predicate, const std::string &reason)
{
    std::vector<change::Settle> parked;
    for (const Entry &entry : m_entries) {
        if (predicate(entry))
            parked.push_back({entry.command.id, reason});
    }
    for (const change::Settle &each : parked) {
        if (isMessage(find(each.id)->command))
            m_parked.insert(each.id);
        remove(each.id);
    }
    return parked;
}

Outbox::Given Outbox::give(const frame::Command &command, TimePoint now)
{
    HF_ASSERT(command.seq == 0);
    if (find(command.id))
        return {Admission::Known, {}};
    if (!isMessage(command) && m_entries.size() - m_messages >= othersMax)
        return {Admission::Full, {}};
    count(command);
    m_entries.push_back(Entry{command, State::Writing, false, now});
    if (isMessage(command) && !hasRoom()) {
        const bool canDrop = m_options.overflow == OutboxOptions::Overflow::Drop && m_options.countMax > 0 &&
                             command.text.size() <= m_options.bytesMax;
        if (!canDrop) {
            remove(command.id);
            return {Admission::Full, {}};
        }
    }
    if (command.name == "withdraw")
        m_withdrawing.insert({command.target.value});
    m_parked.erase(command.id);
    Given given;
    // What has left may fill it by itself: once the new one has gone again, nothing else makes room.
    while (isMessage(command) && !hasRoom() && find(command.id))
        given.dropped.push_back(dropOne());
    return given;
}

/// The oldest of the least urgent messages that nobody else knows. There is one: what has just been given.
change::Settle Outbox::dropOne()
{
    const Entry *least = nullptr;
    for (const Entry &entry : m_entries) {
        const bool isCandidate = isOurs(entry) && isMessage(entry.command);
        if (isCandidate && (!least || entry.command.priority > least->command.priority))
            least = &entry;
    }
    HF_CHECK(least != nullptr);
    const CommandId id = least->command.id;
    return parkWhere([&](const Entry &entry) { return entry.command.id == id; }, "overflow").front();
}

void Outbox::written(const CommandId &id)
{
    Entry *entry = find(id);
    if (entry && entry->state == State::Writing)
        advance(*entry, State::Queued);
}

Outbox::Withdrawal Outbox::withdraw(const CommandId &id)
{
    if (m_parked.erase(id) > 0)
        return Withdrawal::Done;
    const Entry *entry = find(id);
    if (!entry)
        return Withdrawal::Unknown;
    if (isOurs(*entry)) {
        remove(id);
        return Withdrawal::Done;
    }
    if (!isMessage(entry->command))
        return Withdrawal::Unknown;
    return m_withdrawing.contains(id) ? Withdrawal::Pending : Withdrawal::Needed;
}

frame::Command Outbox::withdrawalOf(const CommandId &id) const
{
    frame::Command command;
    command.id = {"withdraw:" + id.value};
    command.name = "withdraw";
    command.priority = Priority::Critical;
    command.target = {id.value};
    const auto entry =
        std::ranges::find_if(m_entries, [&](const Entry &each) { return each.command.id == id; });
    if (entry != m_entries.end()) {
        command.conversation = entry->command.conversation;
        command.writtenAtMs = entry->command.writtenAtMs;
    }
    return command;
}

Outbox::Settled Outbox::settle(const frame::Result &result, std::uint64_t shown)
{
    const Entry *entry = find(result.id);
    if (!entry || entry->state != State::Sent || entry->command.seq != result.seq)
        return {};
    const frame::Command command = entry->command;
    Settled settled;
    if (command.name == "withdraw")
        return settleWithdrawal(command, result, shown);
    if (result.error.empty()) {
        accept(command.id, result, shown, settled);
        return settled;
    }
    remove(command.id);
    if (result.error == "withdrawn") {
        settled.outcome = Settled::Outcome::Withdrawn;
        settled.changes.push_back(change::Withdraw{command.id, change::Withdraw::By::Gateway});
        return settled;
    }
    settled.changes.push_back(change::Settle{command.id, result.error});
    const bool isOutOfDate = result.error == "expired";
    settled.outcome =
        isOutOfDate || result.error == "blocked" ? Settled::Outcome::SetAside : Settled::Outcome::Refused;
    if (!isMessage(command))
        return settled;
    m_parked.insert(command.id);
    if (isOutOfDate)
        return settled;
    const auto blocked = parkWhere(
        [&](const Entry &each) {
            return isOurs(each) && isMessage(each.command) &&
                   each.command.conversation == command.conversation;
        },
        "blocked");
    settled.changes.insert(settled.changes.end(), blocked.begin(), blocked.end());
    return settled;
}

void Outbox::accept(const CommandId &id, const frame::Result &result, std::uint64_t shown, Settled &settled)
{
    const Entry *entry = find(id);
    if (isMessage(entry->command)) {
        settled.givenAt = entry->givenAt;
        if (shown < result.head)
            m_unseen.insert(id);
    }
    settled.outcome = Settled::Outcome::Accepted;
    settled.changes.push_back(change::Settle{id, {}});
    remove(id);
}

/// The message itself may not have left on this link, so the answer to its withdrawal settles it, too.
Outbox::Settled Outbox::settleWithdrawal(const frame::Command &withdrawal, const frame::Result &result,
                                         std::uint64_t shown)
{
    Settled settled;
    settled.changes.push_back(change::Settle{withdrawal.id, result.error});
    remove(withdrawal.id);
    const CommandId message{withdrawal.target.value};
    const Entry *entry = find(message);
    settled.outcome = result.error.empty() ? Settled::Outcome::Withdrawn : Settled::Outcome::TooLate;
    if (!entry)
        return settled;
    if (result.error.empty()) {
        settled.changes.push_back(change::Withdraw{message, change::Withdraw::By::Gateway});
        remove(message);
    } else if (result.error == "too_late") {
        accept(message, result, shown, settled);
        settled.outcome = Settled::Outcome::TooLate;
    } else if (entry->state == State::Sent) {
        settled.resend.push_back(leaving(*entry));
    }
    return settled;
}

bool Outbox::hasAnswersAbove(std::uint64_t ackedCommand) const
{
    const auto unanswered = std::ranges::count_if(
        m_entries, [&](const Entry &entry) { return entry.command.seq > ackedCommand; });
    return m_nextSeq - 1 > ackedCommand + static_cast<std::uint64_t>(unanswered);
}

std::vector<change::Settle> Outbox::parkAbove(std::uint64_t ackedCommand)
{
    return parkWhere(
        [&](const Entry &entry) {
            return entry.command.seq > ackedCommand || (entry.command.seq == 0 && entry.wasSent);
        },
        "lost_by_reset");
}

std::vector<change::Settle> Outbox::parkExpired(WallTime wall)
{
    return parkWhere(
        [&](const Entry &entry) {
            return isOurs(entry) && entry.command.expiresAtMs != 0 && entry.command.expiresAtMs <= wall.ms;
        },
        "expired");
}

std::vector<change::Settle> Outbox::parkStale(WallTime wall)
{
    std::set<ConversationId> waited;
    return parkWhere(
        [&](const Entry &entry) {
            if (!isOurs(entry) || !isMessage(entry.command))
                return false;
            if (entry.command.writtenAtMs != 0 && wall.ms - entry.command.writtenAtMs > staleAfterMs)
                waited.insert(entry.command.conversation);
            return waited.contains(entry.command.conversation);
        },
        "stale");
}

std::vector<change::Settle> Outbox::parkIn(const std::set<ConversationId> &conversations)
{
    return parkWhere(
        [&](const Entry &entry) {
            return isOurs(entry) && isMessage(entry.command) &&
                   conversations.contains(entry.command.conversation);
        },
        "moved_on");
}

std::set<ConversationId> Outbox::strangersIn(const std::vector<LogEvent> &events)
{
    std::set<ConversationId> conversations;
    for (const LogEvent &event : events) {
        if (const auto *message = std::get_if<logged::MessageAdded>(&event.body)) {
            const CommandId id{message->item.value};
            const bool isOwn = m_unseen.erase(id) > 0 || find(id) || m_parked.contains(id);
            if (!isOwn)
                conversations.insert(message->conversation);
        } else if (const auto *deleted = std::get_if<logged::ConversationDeleted>(&event.body)) {
            conversations.insert(deleted->conversation);
        }
    }
    return conversations;
}

std::optional<WallTime> Outbox::nextExpiry() const
{
    std::optional<WallTime> next;
    for (const Entry &entry : m_entries) {
        const std::int64_t at = entry.command.expiresAtMs;
        if (at != 0 && isOurs(entry) && (!next || at < next->ms))
            next = WallTime{at};
    }
    return next;
}

} // namespace holdfast
