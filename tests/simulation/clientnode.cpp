// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/clientnode.h"

#include "model/protocol/codec.h"
#include "model/protocol/limits.h"

#include <utility>

namespace holdfast::sim {

ClientNode::ClientNode(Context context, std::uint32_t index, std::uint32_t account, const Profile &profile)
    : m_context(context),
      m_index(index),
      m_account(account),
      m_disk(profile.store),
      m_asked(context.checkers.judge),
      m_order(context.checkers.judge),
      m_answers(context.checkers.judge)
{
    if (m_context.config.realStores != 0)
        m_real = std::make_unique<RealReplica>(m_context.checkers.judge, m_context.marks,
                                               mixed(mixed(m_context.config.seed, "disk"), index),
                                               profile.store.device.value, profile.files);
}

void ClientNode::replaceProfile(const Profile &profile)
{
    m_disk.replace(profile.store);
    if (m_real)
        m_real->replace(profile.files);
    m_asked.forget();
}

void ClientNode::fillDisk(std::uint64_t operation, std::uint64_t downMs)
{
    if (!m_real || !m_session)
        return;
    m_real->arm(test::CrashDisk::Kind::Full, operation);
    m_downMs = downMs;
}

void ClientNode::start()
{
    if (m_session || isGone)
        return;
    ++m_life;
    m_context.checkers.outbox.starts(m_index, store());
    std::vector<Change> finished;
    ClientSession::Restored restored = store().restore(finished);
    if (!finished.empty())
        m_disk.commit(std::move(finished), Durability::Usual, [this](const Change &c) { look(c); });
    if (m_real)
        restored = m_real->restore(restored);
    compareStores();
    if (std::exchange(m_hasStoreFailed, false))
        m_context.marks.hit(Mark::DiskFullRecovered);
    ClientSession::Options options;
    options.backoff.preset = static_cast<BackoffPreset>(m_context.config.preset);
    if (m_context.config.outboxMax > 0)
        options.outbox.countMax = m_context.config.outboxMax;
    if (m_context.config.outboxDrops != 0)
        options.outbox.overflow = OutboxOptions::Overflow::Drop;
    if (m_context.config.queueingOff != 0)
        options.queueing = ClientSession::Queueing::Off;
    if (m_context.config.budgetBytes > 0)
        options.budget = m_context.config.budgetBytes;
    options.seed = mixed(mixed(m_context.config.seed, "client"), m_index * 1'000 + m_life);
    m_session = std::make_unique<ClientSession>(std::move(restored), options);
    m_reported = {};
    m_lastOrdered = m_lastWritten = CommitId::None;
    m_writing.clear();
    m_repairs = 0;
    m_isDamaged = m_isDamaged || store().isDamaged();
    m_restarts.clear();
    m_order.starts();
    m_stage = Stage::Idle;
    feed(event::ClockRead{wall()});
    if (wantsOnline)
        feed(event::GoOnline{});
}

void ClientNode::kill()
{
    if (!m_session)
        return;
    endProcess();
    if (m_real)
        comesBack(Blow::Kill, m_disk.unsynced());
}

void ClientNode::endProcess()
{
    if (!m_session)
        return;
    if (m_session->status().state == ConnectionState::CatchingUp)
        m_context.marks.hit(Mark::KilledWhileCatchingUp);
    m_session.reset();
    m_answers.forget();
    m_events.clear();
    m_ordered.clear();
    m_wakeAt.reset();
    m_killAfter = 0;
    wakeUp();
    leaveLinks(m_context.network.path(m_index).random.below(2) == 0 ? Network::Flight::Kept
                                                                    : Network::Flight::Dropped);
}

void ClientNode::leaveLinks(Network::Flight flight)
{
    for (const auto &[name, link] : std::exchange(m_links, {}))
        m_context.network.close(link, Way::Up, flight, Cause::Reset, "the client is gone");
}

void ClientNode::losePower(std::uint64_t keptPercent)
{
    for (const auto &[name, link] : m_links) {
        m_context.network.link(link).isDead = true;
        m_context.schedule.add(m_context.schedule.now() + std::chrono::seconds(45), Happening::Kind::LinkEnd,
                               static_cast<std::uint32_t>(link));
    }
    endProcess();
    comesBack(Blow::PowerLoss, m_disk.unsynced() * keptPercent / 100);
}

/// \param kept  of what was not synced; a real store knows it better.
void ClientNode::comesBack(Blow blow, std::size_t kept)
{
    if (m_real)
        kept = m_real->reopen(blow);
    if (blow == Blow::PowerLoss && kept < m_disk.unsynced())
        m_context.marks.hit(Mark::ClientPowerLossLostCommits);
    const Cursor before = store().cursor;
    m_disk.losePower(kept);
    if (!(store().cursor == before) || m_hasStoreFailed)
        m_context.checkers.fold.forget(m_index);
}

void ClientNode::wakeUp()
{
    m_awakeSince = std::min(m_awakeSince, m_context.schedule.now());
    if (m_isAsleep && isPaused())
        m_slept -= m_pausedUntil - m_context.schedule.now();
    m_isAsleep = false;
    m_pausedUntil = {};
}

void ClientNode::ask(const ConversationId &conversation, std::uint64_t context)
{
    const std::uint64_t id = ++m_questions;
    m_answers.asks(id, conversation);
    if (context == 0)
        feed(event::Asked{frame::GetHistory{id, conversation}});
    else
        feed(event::Asked{frame::GetContext{id, conversation}});
}

void ClientNode::damage(std::uint64_t permille)
{
    ReplicaState damaged = store();
    if (!damaged.damage(permille))
        return;
    m_context.marks.hit(Mark::TextDamaged);
    m_isDamaged = true;
    m_disk.replace(damaged);
}

void ClientNode::comeBack(From from)
{
    if (!m_session || isPaused())
        return;
    m_context.checkers.bounds.mayHurry(m_index);
    if (from == From::Sleep) {
        m_isAsleep = false;
        feed(event::ClockRead{wall()});
        return feed(event::NetworkChanged{});
    }
    wantsOnline = true;
    feed(event::GoOnline{});
}

WallTime ClientNode::wall() const
{
    const Duration since = m_context.schedule.now().time_since_epoch() + m_wallAhead;
    return {wallBegin + std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

void ClientNode::setClock(Duration ahead)
{
    m_wallAhead = ahead;
    feed(event::ClockRead{wall()});
}

void ClientNode::pause(Duration duration)
{
    m_pausedUntil = m_context.schedule.now() + duration;
    m_awakeSince = m_pausedUntil;
}

void ClientNode::sleep(Duration duration)
{
    pause(duration);
    m_isAsleep = true;
    m_slept += duration;
    m_context.schedule.add(m_pausedUntil, Happening::Kind::ClientOnline, m_index, 1);
}

void ClientNode::feed(Event event)
{
    if (!m_session)
        return;
    m_events.push_back(std::move(event));
    if (m_stage != Stage::Idle)
        return;
    m_stage = Stage::Feeding;
    while (!m_events.empty() && m_stage == Stage::Feeding) {
        const Event next = std::move(m_events.front());
        m_events.pop_front();
        handle(next);
    }
    if (m_stage == Stage::Dying) {
        m_stage = Stage::Idle;
        kill();
        m_context.schedule.add(m_context.schedule.now() + std::chrono::milliseconds(m_downMs),
                               Happening::Kind::ClientStart, m_index);
        return;
    }
    m_stage = Stage::Idle;
}

void ClientNode::handle(const Event &event)
{
    ++m_context.steps;
    if (std::holds_alternative<event::Committed>(event) && m_context.config.commitMs > 0 && !writeNext())
        return;
    if (const auto *committed = std::get_if<event::Committed>(&event))
        m_writing.erase(committed->id);
    const auto *received = std::get_if<event::FrameReceived>(&event);
    m_synced = received ? std::get_if<frame::Synced>(&received->frame) : nullptr;
    m_heardOn.reset();
    if (received && m_links.contains(received->link))
        m_heardOn = m_links.at(received->link);
    const ClientSession::Step step = m_session->on(event, localNow());
    takeStock(event, step);
    for (const Action &each : step.actions) {
        if (m_stage == Stage::Dying)
            return;
        std::visit([this](const auto &a) { act(a); }, each);
    }
    wakeAt(step.wake);
    m_context.checkers.quiet.waits(m_session->status(), step.wake.has_value());
}

/// What the checkers must know before the actions are carried out.
void ClientNode::takeStock(const Event &event, const ClientSession::Step &step)
{
    bool isSilent = false;
    for (const Action &each : step.actions) {
        if (const auto *commit = std::get_if<action::Commit>(&each))
            m_lastOrdered = commit->id;
        if (const auto *noted = std::get_if<action::Noted>(&each))
            isSilent = isSilent || noted->note == Note::LinkSilent;
        const auto *abort = std::get_if<action::AbortLink>(&each);
        if (abort && std::exchange(isSilent, false) && m_links.contains(abort->link))
            m_context.checkers.silence.givesUp(localNow() -
                                               m_context.network.link(m_links.at(abort->link)).heardAt);
    }
    const auto *received = std::get_if<event::FrameReceived>(&event);
    if (!received || !m_heardOn)
        return;
    m_context.network.link(*m_heardOn).heardAt = localNow();
    m_context.checkers.credit.takes(*m_heardOn, creditCost(received->frame), m_lastOrdered);
}

void ClientNode::wakeAt(const std::optional<Wake> &wake)
{
    if (!wake) {
        m_wakeAt.reset();
        return;
    }
    const TimePoint at = wake->at + m_slept;
    if (m_wakeAt && *m_wakeAt == at)
        return;
    m_wakeAt = at;
    m_context.schedule.add(at, Happening::Kind::ClientWake, m_index, m_life);
}

void ClientNode::timeCame()
{
    const TimePoint now = m_context.schedule.now();
    if (!m_session || !m_wakeAt || *m_wakeAt > now)
        return;
    if (isPaused())
        return m_context.schedule.add(m_pausedUntil, Happening::Kind::ClientWake, m_index, m_life);
    if (now - *m_wakeAt > std::chrono::seconds(5))
        m_context.marks.hit(Mark::SleptThroughDeadline);
    m_wakeAt.reset();
    feed(event::TimeCame{});
}

void ClientNode::committed()
{
    if (isPaused())
        return m_context.schedule.add(m_pausedUntil, Happening::Kind::Committed, m_index, m_life);
    if (m_links.empty())
        m_context.marks.hit(Mark::CommittedAfterLinkLost);
    feed(
        event::Committed{m_ordered.front().commit.id}); // commits end in the order in which they were ordered
}

void ClientNode::hears(std::size_t index, Packet packet)
{
    Network::Link &link = m_context.network.link(index);
    if (!m_session || link.life != m_life || link.clientEnd == Network::Link::End::Closed)
        return;
    switch (packet.kind) {
    case Packet::Kind::Opened:
        link.clientEnd = Network::Link::End::Open;
        return feed(event::LinkOpened{link.name, "proof"});
    case Packet::Kind::Lost:
        link.clientEnd = Network::Link::End::Closed;
        m_links.erase(link.name);
        m_dropsBeforeEvent = link.hasAnswered ? 0 : m_dropsBeforeEvent + 1;
        if (m_dropsBeforeEvent == 2)
            m_context.marks.hit(Mark::SecondDropBeforeEvent);
        return feed(event::LinkLost{link.name, packet.cause, packet.detail, {}});
    case Packet::Kind::Frame:
        m_context.checkers.isolation.receives(m_account, packet.frame);
        link.hasAnswered = true;
        if (const auto *reset = std::get_if<frame::Reset>(&packet.frame))
            m_asked.resets(store(), *reset);
        if (const auto *reset = std::get_if<frame::Reset>(&packet.frame))
            link.head = reset->head;
        else if (const auto *resumed = std::get_if<frame::Resumed>(&packet.frame))
            link.head = resumed->head;
        return feed(event::FrameReceived{link.name, std::move(packet.frame)});
    case Packet::Kind::Dial:
        break;
    }
}

/// A persistence point. \returns true when this was the last one.
bool ClientNode::dies(Mark mark)
{
    if (m_killAfter == 0 || --m_killAfter > 0)
        return false;
    m_context.marks.hit(mark);
    m_stage = Stage::Dying;
    return true;
}

std::string ClientNode::describe() const
{
    std::string words = "client " + std::to_string(m_index) + ": ";
    if (!m_session)
        return words + "not running";
    words += "state " + std::to_string(static_cast<int>(m_session->status().state)) + ", cursor " +
             holdfast::toString(store().cursor);
    for (const ReplicaState::Stored &each : store().commands) {
        if (each.state == ReplicaState::State::Queued || each.state == ReplicaState::State::Sent)
            words += ", open " + each.command.name + ' ' + each.command.id.value + " seq " +
                     std::to_string(each.command.seq);
    }
    for (const auto &[id, item] : store().items) {
        if (!item.verdict && item.telling == store().telling)
            words += ", open text " + id.value + " at " + std::to_string(item.length);
    }
    return words;
}

} // namespace holdfast::sim
