// SPDX-License-Identifier: Apache-2.0
// What each frame of the gateway means to a client: the second half of ClientSession.
#include "model/session/clientsession.h"

#include "model/protocol/limits.h"
#include "model/protocol/resumeheader.h"

#include <algorithm>
#include <utility>

namespace holdfast {

bool ClientSession::proofHolds(const std::string &proof, TimePoint now)
{
    if (m_status.state != ConnectionState::Connecting) {
        note(Note::FrameOutOfPlace);
        breakLink(Cause::BadFrame, "resumed or reset in the middle of a session", now);
        return false;
    }
    if (m_expectedProof == proof || m_expectedProof.empty())
        return true;
    note(Note::ProofFailed);
    breakLink(Cause::NotOurGateway, "the other side does not know the token", now);
    return false;
}

void ClientSession::onFrame(const frame::Resumed &f, TimePoint now)
{
    if (!proofHolds(f.proof, now))
        return;
    if (f.from != m_replay.cursor())
        return breakLink(Cause::BadFrame, "resumed from a cursor that is not ours", now);
    begin(f.head, now);
}

void ClientSession::onFrame(const frame::Reset &f, TimePoint now)
{
    if (!proofHolds(f.proof, now))
        return;
    perform(m_replay.onReset(f.cursor), now);
    const std::vector<change::Settle> lost = m_outbox.parkAbove(f.ackedCommand);
    if (!lost.empty()) {
        note(Note::CommandsLost);
        commit(Durability::Durable, std::vector<Change>(lost.begin(), lost.end()));
    }
    begin(f.head, now);
}

void ClientSession::begin(std::uint64_t head, TimePoint now)
{
    m_timers.clear(Timer::ConnectDeadline);
    m_liveness.start(now);
    m_replay.onLinkReady();
    m_head = head;
    m_replayedEvents = 0;
    m_replayedBytes = 0;
    m_status.replayDone = 0;
    m_status.replayTotal = head - std::min(head, m_replay.cursor().seq);
    setState(ConnectionState::CatchingUp, now);

    ResumeRequest said{.cursor = m_replay.cursor(), .device = m_device, .tails = m_replay.positions()};
    for (std::size_t i = tailsInHeader(said); i < said.tails.size(); ++i)
        send(frame::GetPart{said.tails[i]});
    const std::vector<frame::Command> unanswered = m_outbox.unanswered();
    if (!unanswered.empty())
        note(Note::CommandsResent);
    sendCommands(unanswered, now);
    flushOutbox();
}

void ClientSession::onFrame(const frame::Rejected &f, TimePoint now)
{
    m_step.actions.push_back(action::AbortLink{m_link});
    leaveLink();
    const Cause cause = f.code == "version"                     ? Cause::BadVersion
                        : f.code == "unauthorised" || f.isFinal ? Cause::Unauthorised
                                                                : Cause::Overloaded;
    retryLater(cause, f.code, std::chrono::milliseconds(f.retryAfterMs), now);
}

void ClientSession::perform(Replay::Effects effects, TimePoint now)
{
    for (const Note each : effects.notes)
        note(each);
    if (!effects.changes.empty()) {
        commit(Durability::Usual, std::move(effects.changes));
        noteAcked(effects.bytes, now);
    }
    for (Frame &each : effects.frames)
        send(std::move(each));
    m_replayedEvents += effects.events;
    m_replayedBytes += effects.bytes;
    if (effects.hasEnded && isReady())
        sendAck();
}

void ClientSession::onFrame(const frame::Log &f, TimePoint now)
{
    if (!isReady())
        return breakLink(Cause::BadFrame, "log before resumed", now);
    perform(m_replay.onLog(f), now);
    if (m_status.state == ConnectionState::CatchingUp)
        m_status.replayDone =
            m_status.replayTotal -
            std::min(m_status.replayTotal, m_head - std::min(m_head, m_replay.cursor().seq));
}

void ClientSession::onFrame(const frame::Tail &f, TimePoint now)
{
    if (!isReady())
        return breakLink(Cause::BadFrame, "tail before resumed", now);
    perform(m_replay.onTail(f), now);
}

void ClientSession::onFrame(const frame::Synced &f, TimePoint now)
{
    if (!isReady() || f.cursor.epoch != m_replay.cursor().epoch)
        return breakLink(Cause::BadFrame, "synced out of place", now);
    perform(m_replay.onHead(f.cursor.seq), now);
    if (m_status.state == ConnectionState::Online)
        return;
    m_backoff.reset();
    if (m_status.lostAt || m_status.attempts > 0)
        ++m_status.reconnects;
    m_status.lostAt.reset();
    m_status.attempts = 0;
    m_status.cause = Cause::None;
    m_status.detail.clear();
    setState(ConnectionState::Online, now);
    m_step.actions.push_back(action::ReportResumed{m_replayedEvents, m_replayedBytes});
}

void ClientSession::onFrame(const frame::Result &f, TimePoint now)
{
    if (!isReady())
        return breakLink(Cause::BadFrame, "result before resumed", now);
    m_liveness.answered();
    const std::optional<change::Settle> settled = m_outbox.settle(f);
    if (!settled)
        return note(Note::UnknownResult);
    if (!settled->error.empty())
        note(Note::CommandParked);
    commit(Durability::Usual, {*settled});
    const std::vector<frame::Command> rest = m_outbox.unanswered();
    if (!rest.empty())
        m_liveness.expectAnswer(now);
}

void ClientSession::onFrame(const frame::Pong &f, TimePoint now)
{
    if (!isReady())
        return breakLink(Cause::BadFrame, "pong before resumed", now);
    m_liveness.answered();
    if (f.id == m_lastPing && m_pingSentAt)
        m_status.roundTrip = now - *std::exchange(m_pingSentAt, std::nullopt);
    if (m_status.state == ConnectionState::Online)
        perform(m_replay.onHead(f.head), now);
}

void ClientSession::onFrame(const frame::Drain &, TimePoint)
{
    // The gateway goes on serving until it closes; the close is what we react to.
}

void ClientSession::onFrame(const frame::Agents &f, TimePoint)
{
    commit(Durability::Usual, {change::StoreAgents{f.agents}});
}

void ClientSession::onFrame(const frame::Gone &f, TimePoint now)
{
    if (!isReady())
        return breakLink(Cause::BadFrame, "gone before resumed", now);
    perform(m_replay.onGone(f), now);
}

} // namespace holdfast
