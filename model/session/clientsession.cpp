// SPDX-License-Identifier: Apache-2.0
#include "model/session/clientsession.h"

#include "model/protocol/limits.h"
#include "model/text/check.h"

#include <algorithm>
#include <utility>

namespace holdfast {

namespace {
/// Later than this for our own wake, and the silence may be ours: no verdict (law 14).
constexpr Duration blockedAfter = std::chrono::seconds(1);
/// Later than this, and we slept: the other side may have given us up.
constexpr Duration sleptAfter = std::chrono::seconds(5);
} // namespace

//             | GoOnline   | GoOffline | outcome    | Synced | attempt lost        | link lost
// Offline     | Connecting | -         | stale      | stale  | stale               | stale
// Waiting     | -          | Offline   | stale      | stale  | stale               | stale
// Connecting  | -          | Offline   | CatchingUp | stale  | Connecting, Waiting | stale
// CatchingUp  | -          | Offline   | handover   | Online | -                   | Connecting, Waiting
// Online      | -          | Offline   | handover   | -      | -                   | Connecting, Waiting
// AuthFailed  | Connecting | Offline   | stale      | stale  | stale               | stale
// "outcome" is the first frame of an attempt: resumed, reset or rejected. "stale": an event of a link we no
// longer hold changes nothing but leaves a Note. "handover": the attempt becomes the link, the old one is
// aborted, the state stays. Waiting becomes Connecting when the Retry timer comes, or by RetryNow or
// NetworkChanged. A refused token turns Connecting into AuthFailed.

ClientSession::ClientSession(Restored restored, const Options &options)
    : m_device(std::move(restored.device)),
      m_random(options.seed),
      m_instance(m_random.hex()),
      m_replay(std::move(restored.cursor), std::move(restored.texts), restored.telling),
      m_receipts(m_replay.cursor()),
      m_options(options),
      m_outbox({std::move(restored.commands), restored.nextSeq, std::move(restored.sentBefore),
                std::move(restored.parked), std::move(restored.unseen)},
               options.outbox),
      m_bucket(options.flush),
      m_backoff(options.backoff, Random(m_random.next()))
{
    armOutbox(TimePoint{});
    m_reported = m_status;
}

ClientSession::Step ClientSession::on(const Event &event, TimePoint now)
{
    m_step = {};
    std::visit([&](const auto &e) { onEvent(e, now); }, event);
    if (isReady())
        armLiveness();
    if (m_status != m_reported) {
        m_reported = m_status;
        m_step.actions.push_back(action::ReportStatus{m_status});
    }
    HF_ASSERT(isConsistent());
    m_step.wake = m_timers.earliest();
    return std::exchange(m_step, {});
}

void ClientSession::onEvent(const event::GoOnline &, TimePoint now)
{
    if (m_status.state != ConnectionState::Offline && m_status.state != ConnectionState::AuthFailed)
        return;
    if (m_status.lostAt)
        m_status.lostAt = now; // being switched off was no outage: it would begin now
    m_status.cause = Cause::None;
    m_breaker = {}; // perhaps it is another gateway
    dial(now);
}

void ClientSession::onEvent(const event::GoOffline &e, TimePoint now)
{
    if (m_links.attempt())
        abandonAttempt();
    if (isReady()) {
        m_step.actions.push_back(action::AbortLink{m_links.adopted()});
        leaveLink();
    }
    m_timers.clear(Timer::Retry);
    m_status.retryAt.reset();
    m_status.cause = e.cause;
    m_status.detail.clear();
    setState(ConnectionState::Offline, now);
}

void ClientSession::onEvent(const event::RetryNow &, TimePoint now)
{
    m_breaker.probe();
    flushOutbox(now);
    if (m_status.state == ConnectionState::Waiting || m_status.state == ConnectionState::AuthFailed)
        dial(now);
    else if (isReady() && m_liveness.pingAt(mode()))
        ping(now);
}

/// A cause on our side: whatever the ladder says, now is the time (law 16).
void ClientSession::onEvent(const event::NetworkChanged &, TimePoint now)
{
    if (m_status.state == ConnectionState::Waiting)
        return dial(now);
    if (m_links.attempt()) {
        abandonAttempt(); // it may hang on a way that is gone
        if (!isReady())
            return dial(now);
    }
    if (!isReady())
        return;
    if (m_liveness.pingAt(mode()))
        ping(now);
    probe(now);
}

void ClientSession::onEvent(const event::LinkOpened &e, TimePoint now)
{
    if (!m_links.isAttempt(e.link))
        return note(Note::StaleLink);
    Links::Attempt &attempt = *m_links.attempt();
    if (attempt.isOpen)
        return dropAttempt(Cause::BadFrame, "a link opened twice", Duration::zero(), now);
    attempt.isOpen = true;
    attempt.expectedProof = e.expectedProof;
}

void ClientSession::onEvent(const event::LinkLost &e, TimePoint now)
{
    if (m_links.isAttempt(e.link))
        return attemptEnded(e.cause, e.detail, e.retryAfter, now);
    if (!m_links.isAdopted(e.link))
        return note(Note::StaleLink);
    if (e.cause == Cause::Superseded && !e.detail.starts_with(m_instance))
        beginDevice();
    linkEnded(e.cause, e.detail, e.retryAfter, now);
}

void ClientSession::onEvent(const event::FrameReceived &e, TimePoint now)
{
    if (m_links.isAttempt(e.link))
        return std::visit([&](const auto &f) { onOutcome(f, now); }, e.frame);
    if (!m_links.isAdopted(e.link))
        return note(Note::StaleLink);
    m_liveness.heard(now);
    std::visit([&](const auto &f) { onFrame(f, now); }, e.frame);
    noteReceipt(creditCost(e.frame), now);
}

void ClientSession::onEvent(const event::FrameUnreadable &e, TimePoint now)
{
    if (m_links.isAttempt(e.link))
        return dropAttempt(Cause::BadFrame, e.error.detail, Duration::zero(), now);
    if (!m_links.isAdopted(e.link))
        return note(Note::StaleLink);
    breakLink(Cause::BadFrame, e.error.detail, now);
}

/// A question changes nothing, so it is asked again on every link until it is answered.
void ClientSession::onEvent(const event::Asked &e, TimePoint now)
{
    const std::uint64_t id = std::visit([](const auto &question) { return question.id; }, e.question);
    m_asked.insert_or_assign(id, e.question);
    if (isReady())
        ask(e.question, now);
}

void ClientSession::ask(const Question &question, TimePoint now)
{
    std::visit([this](const auto &f) { send(f); }, question);
    m_liveness.expectAnswer(now);
}

void ClientSession::onEvent(const event::FocusChanged &e, TimePoint)
{
    if (std::exchange(m_focus, e.conversation) == e.conversation)
        return;
    Replay::Effects effects = m_replay.onFocus(m_focus);
    if (!isReady())
        return; // another link will hear of it, and is asked for everything again
    send(frame::Focus{m_focus});
    perform(std::move(effects));
}

void ClientSession::onEvent(const event::TimeCame &, TimePoint now)
{
    const std::optional<TimePoint> dead = m_timers.at(Timer::Dead);
    if (dead && now - *dead > blockedAfter) {
        note(Note::LoopBlocked);
        if (now - *dead > sleptAfter)
            probe(now);
        m_liveness.restart(now);
        m_timers.clear(Timer::Dead);
        m_timers.clear(Timer::Suspect);
        m_timers.set(Timer::Ping, now);
    }
    if (m_timers.take(Timer::Retry, now))
        dial(now);
    if (m_timers.take(Timer::ConnectDeadline, now)) {
        note(Note::ConnectTooSlow);
        dropAttempt(Cause::TimedOut, "no answer within the connect deadline", Duration::zero(), now);
    }
    if (m_timers.take(Timer::Dead, now)) {
        note(Note::LinkSilent);
        breakLink(Cause::Silent, "nothing was heard", now);
    }
    if (m_timers.take(Timer::Suspect, now)) {
        note(Note::LinkSuspect);
        m_suspectedAt = m_liveness.suspectAt(mode());
        probe(now);
    }
    if (m_timers.take(Timer::Probe, now))
        probe(now);
    if (m_timers.take(Timer::Ping, now))
        ping(now);
    if (m_timers.take(Timer::Ack, now))
        sendAck(now);
    const bool mustFlush = m_timers.take(Timer::Flush, now);
    if (m_timers.take(Timer::Expire, now) || mustFlush)
        flushOutbox(now);
}

void ClientSession::setState(ConnectionState state, TimePoint now)
{
    if (m_status.state == state)
        return;
    if (m_status.state == ConnectionState::Online)
        m_status.lostAt = now;
    m_status.state = state;
    m_status.since = now;
}

CommitId ClientSession::commit(Durability durability, std::vector<Change> changes)
{
    const auto id = static_cast<CommitId>(++m_lastCommit);
    m_step.actions.push_back(action::Commit{id, durability, std::move(changes)});
    return id;
}

void ClientSession::ping(TimePoint now)
{
    sendAck(now); // a count of all there is: whatever became of earlier acks, the gateway knows again
    send(frame::Ping{++m_lastPing});
    m_pingSentAt = now;
    m_liveness.expectAnswer(now);
}

/// What the frame at hand brought counts once its commit, and all before it, are done (law 5).
void ClientSession::noteReceipt(std::uint64_t cost, TimePoint now)
{
    Receipts::Entry entry = std::exchange(m_receipt, {});
    entry.cost = cost;
    entry.cursor = m_replay.cursor();
    m_receipts.add(std::move(entry), static_cast<CommitId>(m_lastCommit));
    ackWhenDue(now);
}

void ClientSession::ackWhenDue(TimePoint now)
{
    if (!isReady() || m_receipts.owed() == 0)
        return;
    TimePoint due = now + limits::ackDelay;
    if (m_receipts.isUrgent() || m_receipts.owed() >= limits::ackBytes)
        due = now;
    else if (m_receipts.owed() >= limits::ackBytesSoon)
        due = m_ackedAt + limits::ackSoon;
    if (due <= now)
        return sendAck(now);
    const std::optional<TimePoint> &set = m_timers.at(Timer::Ack);
    if (!set || due < *set)
        m_timers.set(Timer::Ack, due);
}

void ClientSession::sendAck(TimePoint now)
{
    m_ackedAt = now;
    m_timers.clear(Timer::Ack);
    frame::Ack ack = m_receipts.take();
    if (!ack.cursor.isNull()) // nothing is on the disk before the first commit
        send(std::move(ack));
}

void ClientSession::armLiveness()
{
    const std::optional<TimePoint> ping = m_liveness.pingAt(mode());
    if (!ping)
        m_timers.clear(Timer::Ping);
    else if (!m_timers.at(Timer::Ping) || *m_timers.at(Timer::Ping) != *ping)
        m_timers.set(Timer::Ping, *ping);
    const std::optional<TimePoint> suspect = m_liveness.suspectAt(mode());
    if (!suspect || suspect == m_suspectedAt || m_links.attempt())
        m_timers.clear(Timer::Suspect);
    else
        m_timers.set(Timer::Suspect, *suspect);
    m_timers.set(Timer::Dead, m_liveness.deadAt(mode()));
}

bool ClientSession::isConsistent() const
{
    const bool hasLink = m_links.adopted() != LinkId::None;
    const bool hasAttempt = m_links.attempt() != nullptr;
    const bool retrying = m_timers.at(Timer::Retry).has_value();
    const bool watching = m_timers.at(Timer::Dead).has_value();
    const bool owesAck = isReady() && m_receipts.owed() > 0;
    if (!m_replay.isConsistent() || !m_outbox.isConsistent() ||
        (owesAck && !m_timers.at(Timer::Ack)) || // else the gateway would wait for it for ever
        hasAttempt != m_timers.at(Timer::ConnectDeadline).has_value())
        return false;
    switch (m_status.state) {
    case ConnectionState::Offline:
    case ConnectionState::AuthFailed:
        return !hasLink && !hasAttempt && !retrying && !watching;
    case ConnectionState::Waiting:
        return !hasLink && !hasAttempt && retrying && !watching;
    case ConnectionState::Connecting:
        return !hasLink && hasAttempt && !retrying && !watching;
    case ConnectionState::CatchingUp:
    case ConnectionState::Online:
        return hasLink && !retrying && watching;
    }
    return false;
}

} // namespace holdfast
