// SPDX-License-Identifier: Apache-2.0
// What a session asks its client to do, and what the checkers see of it.
#include "tests/simulation/clientnode.h"

#include <utility>

namespace holdfast::sim {

void ClientNode::act(const action::OpenLink &a)
{
    m_context.checkers.bounds.dials(m_index, m_context.schedule.now());
    const ConnectionStatus &status = m_session->status();
    const TimePoint now = m_context.schedule.now();
    const Duration outage =
        std::min(now - m_awakeSince, status.lostAt ? localNow() - *status.lostAt : Duration());
    if (outage > std::chrono::minutes(1)) // it could have tried all that time
        m_context.checkers.bounds.dialsLate(m_index, m_context.schedule.now());
    Network::Link link{.client = m_index,
                       .life = m_life,
                       .name = a.link,
                       .gateway = m_account,
                       .up = {},
                       .down = {},
                       .timeline = {}};
    link.isDead = m_context.network.path(m_index).hangsUntil > m_context.schedule.now();
    m_saidSeq = a.resume.cursor.seq;
    m_links[a.link] = m_context.network.dial(std::move(link), a.resume);
}

void ClientNode::act(const action::AbortLink &a)
{
    const auto found = m_links.find(a.link);
    if (found == m_links.end())
        return;
    const auto flight = m_context.network.path(m_index).random.below(2) == 0 ? Network::Flight::Kept
                                                                             : Network::Flight::Dropped;
    const Network::Link &link = m_context.network.link(found->second);
    if (link.gatewayEnd == Network::Link::End::Open && !link.hasAnswered)
        m_context.marks.hit(Mark::AttemptDiedAfterAccept);
    m_context.network.close(found->second, Way::Up, flight, Cause::Reset, "aborted");
    m_links.erase(found);
}

void ClientNode::act(const action::SendFrame &a)
{
    const auto found = m_links.find(a.link);
    if (found == m_links.end())
        return;
    if (const auto *command = std::get_if<frame::Command>(&a.frame)) {
        m_context.checkers.outbox.leaves(store(), m_disk.unsynced(), *command);
        m_hasNumbered = false;
        m_asked.leaves(command->id);
    } else if (const auto *ack = std::get_if<frame::Ack>(&a.frame)) {
        if (!m_isDamaged) // what was cut back may be acknowledged at the length it had
            m_context.checkers.quiet.acks(store(), m_epochs, *ack);
        m_context.checkers.credit.acks(found->second, ack->received, m_lastWritten);
    } else if (std::holds_alternative<frame::GetPart>(a.frame) ||
               std::holds_alternative<frame::GetLog>(a.frame)) {
        m_context.checkers.bounds.asks(m_index, m_context.schedule.now());
    } else if (const auto *history = std::get_if<frame::GetHistory>(&a.frame)) {
        m_answers.leaves(history->id);
    } else if (const auto *context = std::get_if<frame::GetContext>(&a.frame)) {
        m_answers.leaves(context->id);
    }
    m_context.network.send(found->second, Way::Up, a.frame);
}

void ClientNode::act(const action::Commit &a)
{
    m_context.trace.mix(m_index, static_cast<std::uint64_t>(a.id) * 64 + a.changes.size());
    Ordered ordered{a, m_heardOn, {}};
    for (const auto &[commit, id] : m_writing)
        ordered.unwritten.insert(id);
    for (const Change &each : a.changes) {
        if (const auto *enqueue = std::get_if<change::Enqueue>(&each))
            m_writing.emplace(a.id, enqueue->command.id);
    }
    m_ordered.push_back(std::move(ordered));
    if (m_context.config.commitMs == 0) {
        if (writeNext())
            m_events.push_back(event::Committed{a.id});
        return;
    }
    m_context.schedule.add(m_context.schedule.now() + std::chrono::milliseconds(m_context.config.commitMs),
                           Happening::Kind::Committed, m_index, m_life);
}

/// The oldest commit that was ordered goes to the disk. \returns false when the client has died of it.
bool ClientNode::writeNext()
{
    if (dies(Mark::KilledBeforeCommit))
        return false;
    Ordered ordered = std::move(m_ordered.front());
    m_ordered.pop_front();
    m_lookedFrom = ordered.heardOn;
    m_lastWritten = ordered.commit.id;
    m_unwritten = std::move(ordered.unwritten);
    Durability durability = ordered.commit.durability;
    if (m_real) {
        const auto done = m_real->perform(ordered.commit.changes, durability);
        m_hasStoreFailed = !done;
        durability = done.value_or(Durability::Usual);
    }
    m_disk.commit(std::move(ordered.commit.changes), durability, [this](const Change &change) {
        if (!m_hasStoreFailed) // else nobody was told of it
            look(change);
    });
    if (m_hasStoreFailed) { // as the real body: no link, no commit any more; the user starts it again
        m_stage = Stage::Dying;
        return false;
    }
    return !dies(m_hasNumbered ? Mark::KilledBetweenNumberAndSend : Mark::KilledAfterCommit);
}

/// At the gateway, whether or not this client has heard of it.
bool ClientNode::isDeleted(const ItemId &id) const
{
    const auto item = store().items.find(id);
    return item != store().items.end() &&
           m_context.truth.accounts[m_account].deleted.contains(item->second.conversation);
}

/// Every change before it is made: the checkers see the store as it is.
void ClientNode::look(const Change &change)
{
    Checkers &checkers = m_context.checkers;
    const auto history =
        historyIsLost() || m_isDamaged ? KeepChecker::History::Lost : KeepChecker::History::Whole;
    std::visit([&](const auto &c) { checkers.outbox.changes(m_index, store(), c); }, change);
    if (const auto *apply = std::get_if<change::ApplyLog>(&change)) {
        m_order.applies(store(), *apply);
        checkers.fold.applies(m_index, store(), *apply,
                              m_lookedFrom ? m_context.network.link(*m_lookedFrom).timeline : nullptr);
    } else if (std::holds_alternative<change::BeginEpoch>(change)) {
        m_epochs.insert(store().cursor.epoch);
        checkers.fold.beginsEpoch(m_index);
    } else if (const auto *write = std::get_if<change::WriteTail>(&change)) {
        checkers.prefix.writes(store(), *write);
    } else if (const auto *restart = std::get_if<change::RestartTail>(&change)) {
        checkers.keep.restarts(store(), *restart, history);
        checkers.bounds.repairs(++m_restarts[restart->item]);
    } else if (const auto *finish = std::get_if<change::FinishItem>(&change)) {
        checkers.keep.finishes(store(), *finish,
                               isDeleted(finish->item) ? KeepChecker::History::Lost : history);
    } else if (const auto *settle = std::get_if<change::Settle>(&change)) {
        checkers.cause.parked(settle->error, had());
        if (settle->error == "lost_by_reset")
            m_context.marks.hit(Mark::LostByServerShown);
        if (settle->error.empty())
            checkers.effect.accepted(m_account, settle->id);
    } else if (const auto *given = std::get_if<change::Enqueue>(&change)) {
        m_asked.given(given->command.id);
    } else if (const auto *number = std::get_if<change::Number>(&change)) {
        m_hasNumbered = true;
        m_order.numbers(store(), m_unwritten, *number);
    } else if (std::holds_alternative<change::Withdraw>(change)) {
        m_context.marks.hit(Mark::WithdrawnInTime);
    } else if (std::holds_alternative<change::BeginDevice>(change)) {
        m_context.marks.hit(Mark::ProfileForked);
    }
}

void ClientNode::act(const action::ReportStatus &a)
{
    const std::uint64_t head = m_heardOn ? m_context.network.link(*m_heardOn).head : 0;
    m_context.checkers.quiet.reports(m_ordered.empty() ? &store() : nullptr, m_reported, a.status, m_synced,
                                     head);
    m_context.trace.mix(m_index, static_cast<std::uint64_t>(a.status.state) * 32 +
                                     static_cast<std::uint64_t>(a.status.cause));
    if (m_context.trace.hasLines())
        m_context.trace.line("client " + std::to_string(m_index) + " state " +
                             std::to_string(static_cast<int>(a.status.state)) + " cause " +
                             std::to_string(static_cast<int>(a.status.cause)) + ' ' + a.status.detail);
    m_reported = a.status;
    if (a.status.repairs != m_repairs)
        m_context.checkers.judge.broken("repairs", "they are not counted");
}

void ClientNode::act(const action::Noted &a)
{
    m_context.marks.hit(a.note);
    m_repairs += a.note == Note::ItemRepaired ? 1 : 0;
    m_hasAskedAnew = m_hasAskedAnew || a.note == Note::NoProgress;
    m_context.checkers.cause.notes(a.note, had());
    m_context.trace.mix(m_index, 1'000 + static_cast<std::uint64_t>(a.note));
    if (m_context.trace.hasLines())
        m_context.trace.line("client " + std::to_string(m_index) + " note " + toString(a.note));
}

} // namespace holdfast::sim
