// SPDX-License-Identifier: Apache-2.0
#include "model/session/gatewaysession.h"

#include "model/session/drainplan.h"
#include "model/text/check.h"

#include <algorithm>
#include <utility>

namespace holdfast {

namespace {
template<class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template<class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;
} // namespace

GatewaySession::GatewaySession(Options options)
    : m_epoch(std::move(options.epoch)),
      m_generation(std::move(options.generation)),
      m_head(options.head),
      m_floor(options.floor),
      m_credit(options.credit),
      m_commands(options.pace)
{}

GatewaySession::Step GatewaySession::on(const gate::Event &event, TimePoint now)
{
    m_step = {};
    std::visit([&](const auto &e) { onEvent(e, now); }, event);
    HF_ASSERT(isConsistent());
    m_step.wake = m_timers.earliest();
    return std::exchange(m_step, {});
}

GatewayLink *GatewaySession::find(LinkId id)
{
    const auto found = m_links.find(id);
    return found == m_links.end() ? nullptr : &found->second;
}

void GatewaySession::onEvent(const gate::event::LinkOpened &e, TimePoint now)
{
    if (e.resume.version != 1) {
        send(e.link, frame::Rejected{.code = "version", .isFinal = true});
        m_step.actions.push_back(
            gate::action::CloseLink{e.link, CloseCode::BadVersion, "this gateway speaks version 1"});
        return;
    }
    if (m_isLettingGo) // it was on its way when the others were told
        return close(e.link, CloseCode::Draining, "the gateway is going away");
    welcome(e.link, e);
    if (!m_agents.empty())
        send(e.link, frame::Agents{m_agents});
    if (m_leavesAt)
        tellDrain(e.link, Duration::zero(), now);
    GatewayLink &link = m_links.at(e.link);
    for (const TailPosition &held : e.resume.tails) {
        const auto text = std::ranges::find(e.texts, held.item, &gate::TextState::item);
        if (text == e.texts.end() || text->status == gate::TextState::Status::Unknown)
            send(e.link, frame::Gone{held.item});
        else
            link.follow(*text, held.gen == text->gen ? std::min(held.offset, text->length) : 0);
    }
    pump(e.link, now);
}

/// The three outcomes of law 3: resumed when we can go on from the cursor, else reset. (Rejected comes
/// above.)
void GatewaySession::welcome(LinkId id, const gate::event::LinkOpened &e)
{
    const Cursor &cursor = e.resume.cursor;
    const bool isOurs = cursor.epoch == m_epoch;
    // In a log that was restored from a copy the events may be others, though there are enough (law 2).
    const bool isSameHistory = cursor.seq <= m_head && cursor.lineage == e.lineage;
    const auto before = e.missedBytes > e.resume.budget ? GatewayLink::Before::Log : GatewayLink::Before::All;
    const bool mayLackATombstone = cursor.seq < m_floor;
    if (isOurs && isSameHistory && !mayLackATombstone) {
        m_links.emplace(id, GatewayLink(e.resume, {cursor.seq, m_head, before}, m_credit));
        send(id, frame::Resumed{cursor, m_head, e.ackedCommand, m_generation, e.serverTimeMs, e.proof});
        return;
    }
    const char *reason = cursor.isNull() ? "first_contact"
                         : !isOurs       ? "epoch"
                         : isSameHistory ? "compacted"
                                         : "diverged";
    note(id, Note::EpochChanged);
    m_links.emplace(id, GatewayLink(e.resume, {0, m_head, before}, m_credit));
    send(id,
         frame::Reset{reason, {m_epoch, 0}, m_head, e.ackedCommand, m_generation, e.serverTimeMs, e.proof});
}

void GatewaySession::onEvent(const gate::event::LinkLost &e, TimePoint) { forget(e.link); }

void GatewaySession::forget(LinkId id)
{
    m_links.erase(id);
    m_commands.forget(id);
}

void GatewaySession::onEvent(const gate::event::FrameReceived &e, TimePoint now)
{
    if (!find(e.link))
        return note(e.link, Note::StaleLink);
    supersede(e.link);
    std::visit([&](const auto &f) { onFrame(e.link, f, now); }, e.frame);
    pump(e.link, now);
}

/// Make before break: older links of a device are served until the newest one speaks (law 15).
void GatewaySession::supersede(LinkId newest)
{
    GatewayLink &link = m_links.at(newest);
    if (link.hasSpoken())
        return;
    link.spoke();
    std::vector<LinkId> older;
    for (const auto &[id, other] : m_links) {
        if (id < newest && other.device() == link.device())
            older.push_back(id);
    }
    for (const LinkId id : older) {
        note(id, Note::Superseded);
        close(id, CloseCode::Superseded, link.attempt().value); // the client looks whether it is its own
    }
}

void GatewaySession::onEvent(const gate::event::FrameUnreadable &e, TimePoint)
{
    if (find(e.link))
        close(e.link, CloseCode::BadFrame, e.error.detail);
}

void GatewaySession::onFrame(LinkId id, const frame::Command &f, TimePoint now)
{
    m_commands.add(id, f);
    if (m_commands.isOverfull(id))
        return close(id, CloseCode::Overload, "too many commands wait");
    takeCommands(now);
    if (!m_commands.isEmpty())
        note(id, Note::CommandsPaced);
}

/// Has what may go now accepted, and sets the time for the next one.
void GatewaySession::takeCommands(TimePoint now)
{
    while (auto next = m_commands.take(now))
        m_step.actions.push_back(
            gate::action::Accept{next->link, m_links.at(next->link).device(), std::move(next->command)});
    if (const auto at = m_commands.nextAt())
        m_timers.set(Timer::Commands, *at);
    else
        m_timers.clear(Timer::Commands);
}

void GatewaySession::onFrame(LinkId id, const frame::Ack &f, TimePoint now)
{
    m_links.at(id).acked(f.received, now); // and nothing else: resuming never depends on acks (law 5)
}

void GatewaySession::onFrame(LinkId id, const frame::Ping &f, TimePoint)
{
    send(id, frame::Pong{f.id, m_head});
}

void GatewaySession::onFrame(LinkId id, const frame::GetPart &f, TimePoint)
{
    m_step.actions.push_back(gate::action::LookUp{id, f.position});
}

void GatewaySession::onFrame(LinkId id, const frame::Focus &f, TimePoint)
{
    m_links.at(id).focus(f.conversation);
}

void GatewaySession::onFrame(LinkId id, const frame::GetLog &f, TimePoint)
{
    m_links.at(id).rewindLog(std::min(f.after, m_head));
}

void GatewaySession::onEvent(const gate::event::TextFound &e, TimePoint now)
{
    GatewayLink *link = find(e.link);
    if (!link)
        return;
    if (e.text.status == gate::TextState::Status::Unknown)
        send(e.link, frame::Gone{e.position.item});
    else
        link->follow(e.text, e.position.gen == e.text.gen ? std::min(e.position.offset, e.text.length) : 0);
    pump(e.link, now);
}

void GatewaySession::onEvent(const gate::event::LogRead &e, TimePoint now)
{
    GatewayLink *link = find(e.link);
    if (!link)
        return;
    frame::Log log{e.after, e.upTo, e.events, e.lineage};
    link->logSent(log, e.texts, now);
    send(e.link, std::move(log));
    pump(e.link, now);
}

void GatewaySession::onEvent(const gate::event::TextRead &e, TimePoint now)
{
    GatewayLink *link = find(e.link);
    if (!link)
        return;
    frame::Tail tail{e.position.item, e.position.gen, e.position.offset, std::string(link->fitting(e.text))};
    link->tailSent(tail, now);
    if (!tail.text.empty())
        send(e.link, std::move(tail));
    pump(e.link, now);
}

void GatewaySession::onEvent(const gate::event::Appended &e, TimePoint now)
{
    HF_CHECK(e.head >= m_head); // a seq is never reused within an epoch
    m_head = e.head;
    pumpAll(now);
}

void GatewaySession::onEvent(const gate::event::TextGrew &e, TimePoint now)
{
    for (auto &[id, link] : m_links)
        link.textGrew(e.text);
    pumpAll(now);
}

void GatewaySession::onEvent(const gate::event::CommandSettled &e, TimePoint)
{
    if (find(e.link))
        send(e.link, e.result);
}

void GatewaySession::onEvent(const gate::event::LinkFull &e, TimePoint)
{
    if (GatewayLink *link = find(e.link)) {
        note(e.link, Note::LinkFull);
        link->setFlow(GatewayLink::Flow::Full);
    }
}

void GatewaySession::onEvent(const gate::event::LinkWritable &e, TimePoint now)
{
    if (GatewayLink *link = find(e.link)) {
        link->setFlow(GatewayLink::Flow::Writable);
        pump(e.link, now);
    }
}

void GatewaySession::onEvent(const gate::event::Answered &e, TimePoint)
{
    if (find(e.link))
        send(e.link, e.response);
}

void GatewaySession::onEvent(const gate::event::FloorRose &e, TimePoint)
{
    if (e.floor <= m_floor)
        return;
    m_floor = e.floor;
    std::vector<LinkId> behind;
    for (const auto &[id, link] : m_links) {
        if (link.sentSeq() < m_floor)
            behind.push_back(id);
    }
    for (const LinkId id : behind) // when they come again they are told everything anew
        close(id, CloseCode::Compacted, "the log was compacted");
}

void GatewaySession::onEvent(const gate::event::DrainBegun &e, TimePoint now)
{
    m_leavesAt = now + e.deadline;
    std::size_t index = 0;
    for (const auto &[id, link] : m_links)
        tellDrain(id, drainSlot(index++, m_links.size()), now);
}

void GatewaySession::tellDrain(LinkId id, Duration slot, TimePoint now)
{
    const auto ms = [](Duration duration) {
        return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
    };
    send(id, frame::Drain{ms(slot), ms(std::max(*m_leavesAt - now, Duration::zero()))});
}

void GatewaySession::onEvent(const gate::event::DrainReady &, TimePoint now)
{
    m_isLettingGo = true;
    std::size_t index = 0;
    for (const auto &[id, link] : m_links)
        m_lettingGo.emplace(id, now + drainSlot(index++, m_links.size()));
    letGo(now);
}

/// Closes the links whose slot has come.
void GatewaySession::letGo(TimePoint now)
{
    std::optional<TimePoint> next;
    std::vector<LinkId> due;
    for (const auto &[id, at] : m_lettingGo) {
        if (at <= now)
            due.push_back(id);
        else if (!next || at < *next)
            next = at;
    }
    for (const LinkId id : due) {
        m_lettingGo.erase(id);
        if (find(id))
            close(id, CloseCode::Draining, "the gateway is going away");
    }
    if (next)
        m_timers.set(Timer::Drain, *next);
}

void GatewaySession::onEvent(const gate::event::AgentsChanged &e, TimePoint)
{
    m_agents = e.agents;
    for (const auto &[id, link] : m_links)
        send(id, frame::Agents{m_agents});
}

void GatewaySession::onEvent(const gate::event::TimeCame &, TimePoint now)
{
    if (m_timers.take(Timer::Drain, now))
        letGo(now);
    if (m_timers.take(Timer::Commands, now))
        takeCommands(now);
    m_timers.clear(Timer::Merge);
    pumpAll(now);
}

void GatewaySession::pumpAll(TimePoint now)
{
    for (const auto &[id, link] : m_links)
        pump(id, now);
}

/// Starts the next read of this link, if it wants one; the answer comes back as an event and pumps again.
void GatewaySession::pump(LinkId id, TimePoint now)
{
    GatewayLink *link = find(id);
    if (!link)
        return;
    const auto wake = [this](TimePoint at) {
        const std::optional<TimePoint> &set = m_timers.at(Timer::Merge);
        if (!set || at < *set)
            m_timers.set(Timer::Merge, at);
    };
    std::visit(Overloaded{
                   [](const GatewayLink::Idle &) {},
                   [&](const GatewayLink::WantLog &want) {
                       link->readStarted();
                       m_step.actions.push_back(gate::action::ReadLog{id, want.after});
                   },
                   [&](const GatewayLink::WantText &want) {
                       link->readStarted();
                       m_step.actions.push_back(gate::action::ReadText{id, want.position});
                   },
                   [&](const GatewayLink::WantSynced &) {
                       link->syncedSent();
                       send(id, frame::Synced{{m_epoch, link->sentSeq()}});
                       pump(id, now); // what has grown meanwhile
                   },
                   [&](const GatewayLink::WantLater &want) { wake(want.at); },
               },
               link->next(m_head, now));
}

void GatewaySession::close(LinkId id, CloseCode code, std::string reason)
{
    m_step.actions.push_back(gate::action::CloseLink{id, code, std::move(reason)});
    forget(id);
}

bool GatewaySession::isConsistent() const
{
    const bool mayTake = m_commands.isEmpty() || m_timers.at(Timer::Commands).has_value();
    return mayTake && m_commands.isConsistent() && std::ranges::all_of(m_links, [this](const auto &entry) {
               return entry.second.isConsistent() && entry.second.sentSeq() <= m_head;
           });
}

} // namespace holdfast
