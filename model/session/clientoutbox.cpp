// SPDX-License-Identifier: Apache-2.0
// What a client does with the commands of its user.
#include "model/session/clientsession.h"

#include <algorithm>
#include <utility>

namespace holdfast {

namespace {
/// Commands numbered in one durable transaction: many messages written offline cost few syncs.
constexpr std::size_t numberedAtOnce = 64;
/// While the flush is paced: fewer, larger transactions.
constexpr std::size_t pacedAtOnce = 8;
/// Between attempts that are made because somebody sends.
constexpr Duration hurryEvery = std::chrono::seconds(10);

/// A stop and a withdrawal overtake; nothing else may, whatever it says of itself.
frame::Command withItsPriority(frame::Command command)
{
    if (command.name == "stop" || command.name == "withdraw")
        command.priority = Priority::Critical;
    else if (command.priority == Priority::Critical)
        command.priority = Priority::High;
    return command;
}
} // namespace

void ClientSession::onEvent(const event::CommandGiven &e, TimePoint now)
{
    const frame::Command command = withItsPriority(e.command);
    const bool leavesAtOnce =
        m_status.state == ConnectionState::Online && m_breaker.state() == BreakerState::Closed;
    if (m_options.queueing == Queueing::Off && !leavesAtOnce && !Outbox::isUrgent(command))
        return refuse(command, "queueing_off");
    write(command, e.replaces, now);
    // Somebody waits for an answer: one extra attempt, but not one for every line of a pasted list.
    const bool hasHurried = m_hurriedAt && now - *m_hurriedAt < hurryEvery;
    if (m_status.state != ConnectionState::Waiting || hasHurried)
        return;
    m_hurriedAt = now;
    dial(now);
}

void ClientSession::write(const frame::Command &command, const CommandId &replaces, TimePoint now)
{
    const Outbox::Given given = m_outbox.give(command, now);
    if (given.admission == Outbox::Admission::Known)
        return;
    if (given.admission == Outbox::Admission::Full)
        return refuse(command, "outbox_full");
    std::vector<Change> changes;
    if (!replaces.isEmpty() && m_outbox.withdraw(replaces) == Outbox::Withdrawal::Done)
        changes.push_back(change::Withdraw{replaces});
    changes.push_back(change::Enqueue{command});
    for (const change::Settle &dropped : given.dropped) {
        note(Note::CommandDropped);
        changes.push_back(dropped);
    }
    m_enqueueing.emplace(commit(Durability::Durable, std::move(changes)), command.id);
    flushOutbox(now);
}

void ClientSession::refuse(const frame::Command &command, const char *reason)
{
    note(Note::CommandTurnedAway);
    m_step.actions.push_back(action::RefuseCommand{command, reason});
}

void ClientSession::onEvent(const event::CommandWithdrawn &e, TimePoint now)
{
    switch (m_outbox.withdraw(e.id)) {
    case Outbox::Withdrawal::Done:
        note(Note::CommandWithdrawn);
        commit(Durability::Durable, {change::Withdraw{e.id}});
        return flushOutbox(now);
    case Outbox::Withdrawal::Needed:
        return write(m_outbox.withdrawalOf(e.id), {}, now);
    case Outbox::Withdrawal::Pending:
        return;
    case Outbox::Withdrawal::Unknown:
        return note(Note::WithdrawnTooLate);
    }
}

void ClientSession::onEvent(const event::ClockRead &e, TimePoint now)
{
    m_wall.read(e.wall, now);
    flushOutbox(now);
}

void ClientSession::onEvent(const event::Committed &e, TimePoint now)
{
    m_receipts.committed(e.id);
    ackWhenDue(now);
    const auto written = m_enqueueing.find(e.id);
    if (written != m_enqueueing.end()) {
        m_outbox.written(written->second);
        m_enqueueing.erase(written);
    } else if (m_numbering && m_numbering->first == e.id) {
        const std::vector<frame::Command> leaving = m_outbox.numbered(m_numbering->second);
        m_numbering.reset();
        if (isReady())
            sendCommands(leaving, now); // else they are resent on the next link
    } else {
        return;
    }
    flushOutbox(now);
}

void ClientSession::onFrame(const frame::Result &f, TimePoint now)
{
    m_liveness.answered(now);
    if (f.error == "device_forked" || f.error == "out_of_order") {
        beginDevice();
        return breakLink(Cause::Closed, f.error, now);
    }
    const Outbox::Settled settled = m_outbox.settle(f, m_replay.cursor().seq);
    noteSettled(settled, now);
    if (settled.changes.empty())
        return;
    commit(Durability::Usual, settled.changes);
    sendCommands(settled.resend, now);
    if (!m_outbox.unanswered().empty())
        m_liveness.expectAnswer(now);
    flushOutbox(now);
}

void ClientSession::noteSettled(const Outbox::Settled &settled, TimePoint now)
{
    const BreakerState before = m_breaker.state();
    switch (settled.outcome) {
    case Outbox::Settled::Outcome::Unknown:
        return note(Note::UnknownResult);
    case Outbox::Settled::Outcome::Accepted:
        m_breaker.accepted();
        if (settled.givenAt)
            m_status.outbox.lastDelivery = now - *settled.givenAt;
        break;
    case Outbox::Settled::Outcome::Refused:
        note(Note::CommandParked);
        m_breaker.refused(now);
        break;
    case Outbox::Settled::Outcome::SetAside:
        note(Note::CommandParked);
        break;
    case Outbox::Settled::Outcome::Withdrawn:
        return note(Note::CommandWithdrawn);
    case Outbox::Settled::Outcome::TooLate:
        return note(Note::WithdrawnTooLate);
    }
    if (settled.changes.size() > 1)
        note(Note::CommandBlocked);
    if (m_breaker.state() != before)
        note(m_breaker.state() == BreakerState::Closed ? Note::BreakerClosed : Note::BreakerOpened);
}

/// A message that was written before somebody else's, and has not left, may not say any more what its user
/// means: it is parked together with the events that show it, and the user is asked. While the log is told
/// anew after a reset nothing in it is news.
void ClientSession::askAboutMoved(Replay::Effects &effects)
{
    for (std::size_t i = 0; i < effects.changes.size(); ++i) {
        const auto *log = std::get_if<change::ApplyLog>(&effects.changes[i]);
        if (!log)
            continue;
        const std::set<ConversationId> moved = m_outbox.strangersIn(log->events);
        if (m_status.state == ConnectionState::Online || m_replay.telling() == Telling::Open)
            continue;
        for (const change::Settle &each : m_outbox.parkIn(moved)) {
            note(Note::ConversationMoved);
            effects.changes.push_back(each);
        }
    }
}

/// Before what was written offline leaves.
void ClientSession::askAboutStale(TimePoint now)
{
    if (const auto wall = m_wall.at(now))
        park(m_outbox.parkStale(*wall), Note::CommandStale);
}

void ClientSession::park(const std::vector<change::Settle> &settled, Note why)
{
    if (settled.empty())
        return;
    note(why);
    commit(Durability::Durable, std::vector<Change>(settled.begin(), settled.end()));
}

/// How many commands may be numbered, the urgent ones not counted. What was written offline waits for
/// `synced`: the replay may show that it should not leave.
std::size_t ClientSession::usualQuota(TimePoint now)
{
    m_breaker.timeCame(now);
    if (m_status.state != ConnectionState::Online || m_breaker.state() == BreakerState::Open)
        return 0;
    if (m_breaker.state() == BreakerState::Probing)
        return m_outbox.isAwaiting() ? 0 : 1;
    return std::min(numberedAtOnce, m_bucket.available(now));
}

void ClientSession::flushOutbox(TimePoint now)
{
    if (const auto wall = m_wall.at(now))
        park(m_outbox.parkExpired(*wall), Note::CommandExpired);
    if (isReady() && !m_numbering && !m_outbox.isEmpty()) {
        const std::size_t urgent = m_outbox.urgentCount();
        change::Number number = m_outbox.number(usualQuota(now));
        if (!number.pairs.empty()) {
            m_bucket.take(number.pairs.size() - std::min(urgent, number.pairs.size()), now);
            const CommitId id = commit(Durability::Durable, {number});
            m_numbering.emplace(id, std::move(number));
        }
    }
    armOutbox(now);
}

void ClientSession::armOutbox(TimePoint now)
{
    m_timers.clear(Timer::Flush);
    m_timers.clear(Timer::Expire);
    if (const auto expiry = m_outbox.nextExpiry()) {
        if (const auto at = m_wall.when(*expiry))
            m_timers.set(Timer::Expire, *at);
    }
    const std::size_t waiting = m_outbox.usualCount();
    if (m_status.state == ConnectionState::Online && waiting > 0 && !m_numbering) {
        if (const auto probeAt = m_breaker.probeAt()) {
            m_timers.set(Timer::Flush, *probeAt);
        } else if (m_breaker.state() == BreakerState::Closed && m_bucket.available(now) == 0) {
            note(Note::FlushPaced);
            m_timers.set(Timer::Flush, m_bucket.when(std::min(waiting, pacedAtOnce)));
        }
    }
    OutboxStatus &status = m_status.outbox;
    status.depth = m_outbox.depth();
    status.bytes = m_outbox.bytes();
    status.parked = m_outbox.parkedCount();
    status.breaker = m_breaker.state();
}

void ClientSession::sendCommands(const std::vector<frame::Command> &commands, TimePoint now)
{
    std::size_t bytes = 0;
    for (const frame::Command &command : commands) {
        send(command);
        bytes += command.text.size();
    }
    if (!commands.empty())
        m_liveness.expectAnswer(now, bytes);
}

} // namespace holdfast
