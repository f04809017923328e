// SPDX-License-Identifier: Apache-2.0
// How a client gets a link, changes it for another, and loses it.
#include "model/session/clientsession.h"

#include "model/protocol/resumeheader.h"

#include <algorithm>
#include <utility>

namespace holdfast {

namespace {
/// A gateway that drains may need a while until its successor listens.
constexpr Duration probeAgain = std::chrono::milliseconds(500);
/// Between attempts of a client that is let in again and again and gets nowhere.
constexpr Duration stuckRetry = std::chrono::seconds(20);
/// More than a resume header can name.
constexpr std::size_t tailsNamedMax = 64;
} // namespace

void ClientSession::dial(TimePoint now)
{
    m_timers.clear(Timer::Retry);
    m_status.retryAt.reset();
    probe(now);
    setState(ConnectionState::Connecting, now);
}

/// An attempt beside the link, or where there is none.
void ClientSession::probe(TimePoint now)
{
    if (m_links.attempt())
        return;
    ResumeRequest said{
        .cursor = m_replay.cursor(), .device = m_device, .tails = m_replay.positions(tailsNamedMax)};
    said.budget = m_options.budget;
    if (m_progress.takeReset()) {
        note(Note::NoProgress);
        said.cursor = {};
    }
    said.attempt = {m_instance + '-' + m_random.hex()};
    const LinkId link = m_links.dial(said, now);
    m_step.actions.push_back(action::OpenLink{link, std::move(said)});
    m_timers.set(Timer::ConnectDeadline, now + m_backoff.connectDeadline());
}

bool ClientSession::proofHolds(const std::string &proof, TimePoint now)
{
    const std::string &expected = m_links.attempt()->expectedProof;
    if (expected == proof || expected.empty())
        return true;
    note(Note::ProofFailed);
    dropAttempt(Cause::NotOurGateway, "the other side does not know the token", Duration::zero(), now);
    return false;
}

/// True when a gateway that goes has let us in a second time: that link would go with it.
bool ClientSession::isWhereItWas(const std::string &generation) const
{
    return m_draining == Draining::Yes && isReady() && generation == m_generation;
}

/// True when the link has moved our cursor since the attempt said where it was, and another process answers:
/// what it has behind that place may be another history, and lineage was compared there only (law 2).
bool ClientSession::isAheadOf(const ResumeRequest &said, const std::string &generation) const
{
    return said.cursor != m_replay.cursor() && !said.cursor.isNull() && generation != m_generation;
}

/// A process that died can have been followed by one with an older log; the same process never forgets. Where
/// not one command of ours is known, nothing is asked: all of the history is only on this device, and is
/// shown so.
void ClientSession::loseAccepted(const std::string &generation, std::uint64_t ackedCommand)
{
    if (generation == m_generation || ackedCommand == 0 || !m_outbox.hasAnswersAbove(ackedCommand))
        return;
    note(Note::AcceptedLost);
    commit(Durability::Durable, {change::LoseAccepted{ackedCommand}});
}

void ClientSession::onOutcome(const frame::Resumed &f, TimePoint now)
{
    if (!proofHolds(f.proof, now))
        return;
    const ResumeRequest said = m_links.attempt()->said;
    if (f.from != said.cursor)
        return dropAttempt(Cause::BadFrame, "resumed from a cursor that is not ours", Duration::zero(), now);
    if (isWhereItWas(f.generation))
        return dropAttempt(Cause::Drained, "the gateway is going away", Duration::zero(), now);
    if (isAheadOf(said, f.generation)) {
        note(Note::StaleAttempt);
        abandonAttempt();
        return isReady() ? probe(now) : dial(now);
    }
    loseAccepted(f.generation, f.ackedCommand);
    adopt(f.generation, f.head, now);
    if (isForked(f.ackedCommand)) {
        beginDevice();
        return breakLink(Cause::Closed, "the gateway knows later commands of this device", now);
    }
    resend(said, now);
}

void ClientSession::onOutcome(const frame::Reset &f, TimePoint now)
{
    if (!proofHolds(f.proof, now))
        return;
    ResumeRequest said = m_links.attempt()->said;
    // A client that asked for a reset itself has lost nothing: its commands are where they were.
    const bool isOtherHistory = f.cursor.epoch != m_replay.cursor().epoch || f.reason == "diverged";
    if (isReady())
        setState(ConnectionState::Connecting,
                 now); // until it is synced nothing may look as if it were (law 3)
    loseAccepted(f.generation, f.ackedCommand);
    // Before the other history begins here: killed between the two, we would resend by ourselves what was
    // lost.
    if (isOtherHistory)
        park(m_outbox.parkAbove(f.ackedCommand), Note::CommandsLost);
    perform(m_replay.onReset(f.cursor));
    m_receipts.restart();
    noteReceipt(0, now);
    adopt(f.generation, f.head, now);
    resend(said, now);
}

void ClientSession::onOutcome(const frame::Rejected &f, TimePoint now)
{
    const Cause cause = f.code == "version"                     ? Cause::BadVersion
                        : f.code == "unauthorised" || f.isFinal ? Cause::Unauthorised
                                                                : Cause::Overloaded;
    dropAttempt(cause, f.code, std::chrono::milliseconds(f.retryAfterMs), now);
}

/// The attempt becomes the link. While another one worked this is no event for anybody: the state stays.
void ClientSession::adopt(const std::string &generation, std::uint64_t head, TimePoint now)
{
    m_liveness.start(now, now - m_links.attempt()->dialledAt);
    const LinkId replaced = m_links.adopt();
    if (replaced != LinkId::None)
        m_step.actions.push_back(action::AbortLink{replaced});
    m_timers.clear(Timer::ConnectDeadline);
    m_timers.clear(Timer::Probe);
    m_draining = Draining::No;
    m_generation = generation;
    m_pingSentAt.reset();
    m_receipts.begin();
    m_head = head;
    if (isReady()) {
        note(Note::HandedOver);
        ++m_status.handovers;
        return sendAck(now); // our first frame here: the gateway lets the old link go (law 15)
    }
    m_replayedEvents = 0;
    m_replayedBytes = 0;
    m_status.replayDone = 0;
    m_status.replayTotal = head - std::min(head, m_replay.cursor().seq);
    setState(ConnectionState::CatchingUp, now);
}

/// What the gateway could not know from the request, and what it may not have received.
void ClientSession::resend(const ResumeRequest &said, TimePoint now)
{
    if (!m_focus.isEmpty())
        send(frame::Focus{m_focus});
    const auto named = said.tails.begin() + static_cast<std::ptrdiff_t>(tailsInHeader(said));
    perform(m_replay.onLinkReady({said.tails.begin(), named}));
    const std::vector<frame::Command> unanswered = m_outbox.unanswered();
    if (!unanswered.empty())
        note(Note::CommandsResent);
    sendCommands(unanswered, now);
    for (const auto &[id, question] : m_asked)
        ask(question, now);
    flushOutbox(now);
}

/// This profile is one of two that share a name: it takes another (law 6).
void ClientSession::beginDevice()
{
    note(Note::DeviceForked);
    m_device = {m_random.hex() + m_random.hex()};
    m_outbox.beginDevice();
    m_numbering.reset();
    commit(Durability::Durable, {change::BeginDevice{m_device}});
}

void ClientSession::abandonAttempt()
{
    const LinkId link = m_links.attempt()->link;
    m_step.actions.push_back(action::AbortLink{link});
    m_links.forget(link);
    m_timers.clear(Timer::ConnectDeadline);
}

void ClientSession::dropAttempt(Cause cause, const std::string &detail, Duration atLeast, TimePoint now)
{
    m_step.actions.push_back(action::AbortLink{m_links.attempt()->link});
    attemptEnded(cause, detail, atLeast, now);
}

void ClientSession::attemptEnded(Cause cause, const std::string &detail, Duration atLeast, TimePoint now)
{
    m_links.forget(m_links.attempt()->link);
    m_timers.clear(Timer::ConnectDeadline);
    if (!isReady())
        return retryLater(cause, detail, atLeast, now);
    note(Note::ProbeFailed); // and nothing else has happened: the link is what it was
    if (m_draining == Draining::Yes)
        m_timers.set(Timer::Probe, now + std::max(probeAgain, atLeast));
}

void ClientSession::breakLink(Cause cause, const std::string &detail, TimePoint now)
{
    m_step.actions.push_back(action::AbortLink{m_links.adopted()});
    linkEnded(cause, detail, Duration::zero(), now);
}

void ClientSession::linkEnded(Cause cause, const std::string &detail, Duration atLeast, TimePoint now)
{
    if (m_status.state == ConnectionState::CatchingUp)
        m_progress.linkEnded(m_replay.cursor(), m_replay.heldBytes());
    leaveLink();
    if (!m_links.attempt())
        return retryLater(cause, detail, atLeast, now);
    m_status.cause = cause;
    m_status.detail = detail;
    setState(ConnectionState::Connecting, now);
}

void ClientSession::leaveLink()
{
    Replay::Effects effects = m_replay.onLinkLost();
    if (!effects.changes.empty())
        commit(Durability::Usual, std::move(effects.changes));
    m_links.forget(m_links.adopted());
    m_pingSentAt.reset();
    m_draining = Draining::No;
    for (const Timer timer :
         {Timer::Probe, Timer::Ping, Timer::Suspect, Timer::Dead, Timer::Ack, Timer::Flush})
        m_timers.clear(timer);
}

void ClientSession::retryLater(Cause cause, const std::string &detail, Duration atLeast, TimePoint now)
{
    m_status.cause = cause;
    m_status.detail = detail;
    if (cause == Cause::Unauthorised)
        return setState(ConnectionState::AuthFailed, now);
    ++m_status.attempts;
    if (m_progress.isStuck())
        atLeast = std::max(atLeast, stuckRetry);
    const Duration delay = std::max(m_backoff.next(cause, now), atLeast);
    m_status.isSlow = m_progress.isStuck() || m_backoff.isOpen();
    if (delay == Duration::zero())
        return dial(now);
    m_status.retryAt = now + delay;
    m_timers.set(Timer::Retry, *m_status.retryAt);
    setState(ConnectionState::Waiting, now);
}

} // namespace holdfast
