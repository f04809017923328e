// SPDX-License-Identifier: Apache-2.0
// How a gateway goes in peace, and how the next one finds its clients (law 17).
#include "tests/simulation/gatewaynode.h"

#include <utility>

namespace holdfast::sim {

namespace {
/// Behind the deadline the last client is let go after so long at the latest.
constexpr Duration lettingGo = std::chrono::milliseconds(2'001);
} // namespace

void GatewayNode::drain(const Drain &drain)
{
    if (!m_session || m_pausedUntil > m_context.schedule.now())
        return;
    if (isDraining())
        return leave();
    m_draining = Draining::Working;
    m_downMs = drain.downMs;
    m_killAfter = drain.killAfter;
    m_store->dials = drain.dials;
    m_leavesAt = m_context.schedule.now() + drain.deadline;
    feed(gate::event::DrainBegun{drain.deadline});
    m_context.schedule.add(m_leavesAt, Happening::Kind::DrainDeadline, m_index, m_life);
    m_context.schedule.add(m_leavesAt + lettingGo, Happening::Kind::DrainOver, m_index, m_life);
    m_runs.drain();
}

void GatewayNode::becameIdle()
{
    if (m_draining != Draining::Working)
        return;
    m_draining = Draining::Closing;
    feed(gate::event::DrainReady{});
    leaveWhenAlone();
}

/// Not at once: this may be in the middle of a step.
void GatewayNode::leaveWhenAlone()
{
    if (m_draining == Draining::Closing && m_links.empty())
        m_context.schedule.add(m_context.schedule.now(), Happening::Kind::GatewayLeave, m_index, m_life);
}

void GatewayNode::drainCame(Happening::Kind kind, std::uint64_t life)
{
    const TimePoint now = m_context.schedule.now();
    if (!m_session || !isDraining() || life != m_life)
        return;
    const bool isCheck = kind == Happening::Kind::DrainOver;
    const TimePoint due = isCheck ? std::max(m_leavesAt, m_wokeAt) + lettingGo : m_pausedUntil;
    if (due > now)
        return m_context.schedule.add(due, kind, m_index, life);
    if (isCheck)
        return m_context.checkers.drain.isLate();
    if (kind == Happening::Kind::GatewayLeave)
        return leave();
    if (m_draining == Draining::Working) {
        m_context.marks.hit(Mark::DrainDeadlineHit);
        m_runs.abandon();
    }
}

void GatewayNode::leave()
{
    m_draining = Draining::Closing;
    m_runs.abandon();
    while (!m_links.empty())
        act(gate::action::CloseLink{nameOf(m_links.begin()->first), CloseCode::Draining, "going away"});
    LogState::Transaction last;
    last.stop = LogState::Stop::Clean;
    if (!store(std::move(last), Durability::Durable))
        return;
    m_context.marks.hit(Mark::DrainCompleted);
    if (real())
        real()->leaves(m_index);
    kill(Network::Flight::Kept);
    startLater();
}

/// Whoever waits at the socket that a supervisor holds is served by the next process that lives to do it.
void GatewayNode::greetHeld()
{
    if (!m_session)
        return;
    m_store->dials = GatewayStore::Dials::Refused;
    while (m_session && !m_store->held.empty()) {
        const auto [index, resume] = *m_store->held.begin();
        m_store->held.erase(m_store->held.begin());
        if (m_context.network.link(index).clientEnd == Network::Link::End::Closed)
            continue;
        m_context.marks.hit(Mark::DialHeldForNext);
        greet(index, resume);
    }
}

} // namespace holdfast::sim
