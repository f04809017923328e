// SPDX-License-Identifier: Apache-2.0
// What each frame on its link means to a client.
#include "model/session/clientsession.h"

#include "model/protocol/limits.h"

#include <algorithm>
#include <utility>

namespace holdfast {

void ClientSession::perform(Replay::Effects effects)
{
    for (const Note each : effects.notes)
        note(each);
    if (!effects.changes.empty()) {
        for (const Change &each : effects.changes) {
            if (const auto *tail = std::get_if<change::WriteTail>(&each))
                m_receipt.tails.push_back({tail->item, tail->gen, tail->offset + tail->text.size()});
        }
        commit(Durability::Usual, std::move(effects.changes));
    }
    for (Frame &each : effects.frames)
        send(std::move(each));
    m_status.repairs += effects.repairs;
    m_replayedEvents += effects.events;
    m_replayedBytes += effects.bytes;
    m_receipt.isUrgent = m_receipt.isUrgent || effects.hasEnded;
}

void ClientSession::onFrame(const frame::Log &f, TimePoint)
{
    Replay::Effects effects = m_replay.onLog(f);
    askAboutMoved(effects);
    perform(std::move(effects));
    if (m_status.state == ConnectionState::CatchingUp)
        m_status.replayDone =
            m_status.replayTotal -
            std::min(m_status.replayTotal, m_head - std::min(m_head, m_replay.cursor().seq));
}

void ClientSession::onFrame(const frame::Tail &f, TimePoint) { perform(m_replay.onTail(f)); }

void ClientSession::onFrame(const frame::Synced &f, TimePoint now)
{
    if (f.cursor.epoch != m_replay.cursor().epoch)
        return breakLink(Cause::BadFrame, "synced out of place", now);
    perform(m_replay.onSynced(f.cursor));
    if (m_status.state == ConnectionState::Online)
        return;
    m_backoff.reset();
    m_progress.synced();
    m_status.isSlow = false;
    if (m_status.lostAt || m_status.attempts > 0)
        ++m_status.reconnects;
    m_status.lostAt.reset();
    m_status.attempts = 0;
    m_status.cause = Cause::None;
    m_status.detail.clear();
    setState(ConnectionState::Online, now);
    m_step.actions.push_back(action::ReportResumed{m_replayedEvents, m_replayedBytes});
    askAboutStale(now);
    flushOutbox(now);
}

void ClientSession::onFrame(const frame::Pong &f, TimePoint now)
{
    m_liveness.answered(now);
    if (f.id == m_lastPing && m_pingSentAt)
        m_status.roundTrip = now - *std::exchange(m_pingSentAt, std::nullopt);
    if (m_status.state == ConnectionState::Online)
        perform(m_replay.onHead(f.head));
}

/// The gateway goes on serving until it closes; a link to the one that follows it is opened at the time it
/// has given us.
void ClientSession::onFrame(const frame::Drain &f, TimePoint now)
{
    m_draining = Draining::Yes;
    m_timers.set(Timer::Probe, now + std::chrono::milliseconds(f.reconnectInMs));
    sendAck(now);
}

void ClientSession::onFrame(const frame::Agents &f, TimePoint)
{
    commit(Durability::Usual, {change::StoreAgents{f.agents}});
}

void ClientSession::onFrame(const frame::Response &f, TimePoint now)
{
    m_liveness.answered(now);
    if (m_asked.erase(f.id) == 0)
        return note(Note::UnknownResult);
    m_step.actions.push_back(action::Answered{f});
}

void ClientSession::onFrame(const frame::Gone &f, TimePoint) { perform(m_replay.onGone(f)); }

} // namespace holdfast
