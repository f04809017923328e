// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/gatewaynode.h"

#include <utility>

namespace holdfast::sim {

namespace {
/// More often than the product does it, so that short runs see it.
constexpr Duration compactionEvery = std::chrono::seconds(4);
} // namespace

GatewayNode::GatewayNode(Context context, std::uint32_t account, std::uint32_t index,
                         std::shared_ptr<GatewayStore> store)
    : m_context(context),
      m_account(account),
      m_index(index),
      m_store(std::move(store)),
      m_runs(*this, mixed(mixed(context.config.seed, "agents"), index))
{
    if (!isServing())
        return;
    beginTimeline();
    if (m_context.config.realStores != 0)
        m_store->real = std::make_unique<RealLog>(m_context.checkers.judge, m_context.marks,
                                                  mixed(mixed(m_context.config.seed, "log"), index),
                                                  std::to_string(account));
}

void GatewayNode::beginTimeline()
{
    m_store->timeline = std::make_shared<Timeline>(Timeline{log().events, {}});
    m_context.checkers.effect.restarts(m_account, *m_store->timeline);
}

void GatewayNode::takeOver()
{
    m_store->serving = m_index;
    start();
}

/// As GatewayLog::begin(): the epoch changes only when history could be gone.
void GatewayNode::start()
{
    if (m_session || !isServing())
        return;
    m_life = ++m_store->lives;
    const std::string boot = "b" + std::to_string(m_store->boots);
    std::string epoch = log().epoch;
    if (epoch.empty() || (log().boot != boot && log().stop == LogState::Stop::Unclean)) {
        epoch = "ab" + std::to_string(m_account) + std::to_string(++m_store->epochs);
        if (m_store->epochs > 1)
            m_context.marks.hit(Mark::PowerLossNewEpoch);
    }
    m_lineage = "a" + std::to_string(m_life);
    GatewaySession::Options options{epoch, "g" + std::to_string(m_life), log().head(), log().floor, credit()};
    if (const Config &config = m_context.config; config.commandsPerSecond > 0)
        options.pace = {static_cast<int>(config.commandsPerSecond), static_cast<int>(config.commandsAtOnce)};
    m_session = std::make_unique<GatewaySession>(options);
    m_stage = Stage::Idle;
    m_draining = Draining::No;
    LogState::Transaction first;
    first.start = LogState::Start{epoch, boot, m_lineage};
    if (!store(std::move(first), Durability::Durable))
        return;
    m_context.schedule.add(m_context.schedule.now() + compactionEvery, Happening::Kind::Compaction, m_index,
                           m_life);
    m_runs.takeOver();
    compareStores();
    greetHeld();
}

void GatewayNode::kill(Network::Flight flight)
{
    if (!m_session)
        return;
    if (m_draining == Draining::Working)
        m_context.marks.hit(Mark::KilledWhileDraining);
    m_session.reset();
    if (real())
        real()->isKilled(m_index);
    m_runs.drop();
    m_events.clear();
    m_wakeAt.reset();
    m_killAfter = 0;
    m_pausedUntil = {};
    for (const auto &[link, device] : std::exchange(m_links, {}))
        m_context.network.close(link, Way::Down, flight, Cause::Reset, "the gateway died");
}

void GatewayNode::fallSilent()
{
    for (const auto &[link, device] : m_links)
        m_context.network.link(link).isDead = true;
    kill(Network::Flight::Dropped);
}

void GatewayNode::losePower(std::uint64_t keptPercent)
{
    fallSilent();
    for (const auto &[link, resume] : std::exchange(m_store->held, {}))
        m_context.network.link(link).isDead = true;
    const std::size_t all = m_store->disk.unsynced();
    const std::size_t kept = real() ? real()->losePower() : all * keptPercent / 100;
    if (kept < all)
        m_context.marks.hit(Mark::PowerLossLostText);
    else
        m_context.marks.hit(Mark::PowerLossSameEpoch);
    m_store->disk.losePower(kept);
    ++m_store->boots;
    m_context.truth.accounts[m_account].hasLost = true;
    beginTimeline();
}

bool GatewayNode::restore()
{
    if (!m_store->backup)
        return false;
    m_store->disk.replace(m_store->backup->log);
    if (real())
        real()->replace(m_store->backup->files);
    m_context.truth.accounts[m_account].hasLost = true;
    beginTimeline();
    return true;
}

bool GatewayNode::store(LogState::Transaction transaction, Durability durability)
{
    const auto isLast = [this] { return m_killAfter > 0 && --m_killAfter == 0; };
    if (m_stage == Stage::Dying)
        return false;
    if (isLast()) {
        m_context.marks.hit(Mark::GatewayKilledBeforeStore);
        return die();
    }
    transaction.by = m_lineage;
    if (const std::string why = log().refusal(transaction); !why.empty()) {
        if (real())
            real()->refuses(m_index, transaction, log());
        return !isRefused(why);
    }
    if (real())
        durability = real()->perform(m_index, transaction, durability, log());
    const std::vector<LogBody> events = transaction.events;
    m_store->disk.commit(std::move(transaction), durability, [this](const LogState::Transaction &each) {
        m_context.checkers.terminal.stores(log(), each);
    });
    m_head = log().head();
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (const auto *deleted = std::get_if<logged::ConversationDeleted>(&events[i]))
            m_context.truth.accounts[m_account].deleted.insert(deleted->conversation);
        m_store->timeline->events[m_head - events.size() + 1 + i] = events[i];
        m_context.checkers.effect.appends(m_account, events[i]);
    }
    watch();
    m_context.trace.mix(m_index, log().head());
    if (isLast()) {
        m_context.marks.hit(Mark::GatewayKilledAfterStore);
        return die();
    }
    return true;
}

/// What compaction takes is not missed by anybody.
void GatewayNode::watch()
{
    for (std::size_t i = m_store->timeline->gone.size(); i < log().gone.size(); ++i)
        m_store->timeline->gone.insert(log().gone[i]);
    std::uint64_t &floor = m_context.truth.accounts[m_account].floor;
    floor = std::max(floor, log().floor);
}

bool GatewayNode::die()
{
    if (m_stage == Stage::Feeding) {
        m_stage = Stage::Dying;
        return false;
    }
    kill(Network::Flight::Kept);
    startLater();
    return false;
}

bool GatewayNode::isRefused(const std::string &why)
{
    m_context.checkers.lease.refuses(log().owner == m_lineage, why);
    m_context.marks.hit(Mark::StaleOwnerRejected);
    die();
    return true;
}

void GatewayNode::compact(std::uint64_t life)
{
    if (!m_session || life != m_life)
        return;
    const TimePoint now = m_context.schedule.now();
    const bool isPaused = m_pausedUntil > now;
    m_context.schedule.add(isPaused ? m_pausedUntil : now + compactionEvery, Happening::Kind::Compaction,
                           m_index, life);
    if (isPaused)
        return;
    LogState::Transaction compaction;
    compaction.compactsAtMs = wallMs();
    if (store(std::move(compaction), Durability::Usual))
        feed(gate::event::FloorRose{log().floor});
}

void GatewayNode::feed(gate::Event event)
{
    if (!m_session)
        return;
    m_events.push_back(std::move(event));
    if (m_stage != Stage::Idle)
        return;
    m_stage = Stage::Feeding;
    while (!m_events.empty() && m_stage == Stage::Feeding) {
        const gate::Event next = std::move(m_events.front());
        m_events.pop_front();
        handle(next);
    }
    const bool isDying = m_stage == Stage::Dying;
    m_stage = Stage::Idle;
    if (!isDying)
        return;
    kill(Network::Flight::Kept);
    startLater();
}

void GatewayNode::startLater()
{
    if (!isServing())
        return;
    m_context.schedule.add(m_context.schedule.now() + std::chrono::milliseconds(m_downMs),
                           Happening::Kind::GatewayStart, m_index);
}

void GatewayNode::handle(const gate::Event &event)
{
    ++m_context.steps;
    const GatewaySession::Step step = m_session->on(event, m_context.schedule.now());
    for (const gate::Action &each : step.actions) {
        if (m_stage == Stage::Dying)
            return;
        std::visit([this](const auto &a) { act(a); }, each);
    }
    m_wakeWhy = step.wake ? step.wake->why : m_wakeWhy;
    if (!step.wake) {
        m_wakeAt.reset();
    } else if (!m_wakeAt || *m_wakeAt != step.wake->at) {
        m_wakeAt = step.wake->at;
        m_context.schedule.add(*m_wakeAt, Happening::Kind::GatewayWake, m_index);
    }
}

void GatewayNode::pause(Duration duration)
{
    m_pausedUntil = m_wokeAt = std::max(m_pausedUntil, m_context.schedule.now() + duration);
}

void GatewayNode::wakeUp()
{
    m_wokeAt = std::min(m_wokeAt, m_context.schedule.now());
    m_pausedUntil = {};
    if (isDraining())
        m_context.schedule.add(m_leavesAt, Happening::Kind::DrainDeadline, m_index, m_life);
    if (!isServing()) // it has slept through the next compaction
        m_context.schedule.add(m_context.schedule.now(), Happening::Kind::Compaction, m_index, m_life);
}

void GatewayNode::timeCame()
{
    if (!m_session || !m_wakeAt || *m_wakeAt > m_context.schedule.now())
        return;
    if (m_pausedUntil > m_context.schedule.now())
        return m_context.schedule.add(m_pausedUntil, Happening::Kind::GatewayWake, m_index);
    m_wakeAt.reset();
    m_merging = m_wakeWhy == Timer::Merge ? Merging::Yes : Merging::No;
    feed(gate::event::TimeCame{});
    m_merging = Merging::No;
}

void GatewayNode::runTick(std::uint64_t run)
{
    if (m_pausedUntil > m_context.schedule.now())
        return m_context.schedule.add(m_pausedUntil, Happening::Kind::RunTick, m_index, run);
    if (m_session)
        m_runs.tick(run);
}

void GatewayNode::hears(std::size_t index, Packet packet)
{
    Network::Link &link = m_context.network.link(index);
    if (packet.kind == Packet::Kind::Dial) {
        if (link.clientEnd == Network::Link::End::Closed)
            return;
        const bool isServed = m_session && !isDraining();
        if (!isServed && m_store->dials == GatewayStore::Dials::Held) {
            m_store->held[index] = std::get<frame::Hello>(packet.frame).resume;
            return;
        }
        const bool isRefused =
            !isServed || m_context.network.path(link.client).refusedUntil > m_context.schedule.now();
        if (isRefused) {
            m_context.marks.hit(Mark::DialWhileGatewayDown);
            return m_context.network.close(index, Way::Down, Network::Flight::Kept, Cause::Refused,
                                           "nobody listens");
        }
        return greet(index, std::get<frame::Hello>(packet.frame).resume);
    }
    if (packet.kind == Packet::Kind::Lost)
        m_store->held.erase(index);
    if (!m_session || link.gatewayEnd != Network::Link::End::Open || link.gatewayLife != m_life)
        return;
    if (packet.kind == Packet::Kind::Lost) {
        link.gatewayEnd = Network::Link::End::Closed;
        m_links.erase(index);
        feed(gate::event::LinkLost{nameOf(index)});
        return leaveWhenAlone();
    }
    if (link.clientEnd == Network::Link::End::Closed)
        m_context.marks.hit(Mark::ReadAfterClientGaveUp);
    if (const auto *ack = std::get_if<frame::Ack>(&packet.frame))
        m_context.checkers.credit.comes(index, ack->received);
    else if (const auto *focus = std::get_if<frame::Focus>(&packet.frame))
        m_context.checkers.focus.looksAt(index, focus->conversation);
    feed(gate::event::FrameReceived{nameOf(index), std::move(packet.frame)});
}

void GatewayNode::greet(std::size_t index, const ResumeRequest &resume)
{
    Network::Link &link = m_context.network.link(index);
    link.gatewayEnd = Network::Link::End::Open;
    link.gatewayLife = m_life;
    link.timeline = m_store->timeline;
    for (const auto &[other, device] : m_links) {
        if (device == resume.device)
            m_context.marks.hit(Mark::TwoLinksServed);
    }
    m_links[index] = resume.device;
    m_context.network.push(index, Way::Down,
                           Packet{.at = {}, .kind = Packet::Kind::Opened, .frame = {}, .detail = {}});
    if (m_context.config.lifetimeMs > 0)
        m_context.schedule.add(m_context.schedule.now() +
                                   std::chrono::milliseconds(m_context.config.lifetimeMs),
                               Happening::Kind::LinkEnd, static_cast<std::uint32_t>(index));
    gate::event::LinkOpened opened;
    opened.link = nameOf(index);
    opened.resume = resume;
    opened.ackedCommand = log().acked(resume.device);
    opened.lineage = log().lineageAt(resume.cursor.seq);
    opened.proof = "proof";
    const bool isSameEpoch = resume.cursor.epoch == log().epoch;
    if (isSameEpoch && (resume.cursor.seq > log().head() || resume.cursor.lineage != opened.lineage))
        m_context.marks.hit(Mark::DivergedByLineage);
    if (isSameEpoch && resume.cursor.lineage == opened.lineage && resume.cursor.seq < log().floor)
        m_context.marks.hit(Mark::CompactedPastCursor);
    if (!isSameEpoch && !resume.cursor.epoch.empty() && m_runs.hasOpen())
        m_context.marks.hit(Mark::ResetWhileStreaming);
    if (real())
        real()->greet(m_index, resume.device, resume.cursor, log());
    for (const TailPosition &held : resume.tails) {
        opened.texts.push_back(log().state(held.item));
        if (held.offset > opened.texts.back().length)
            m_context.marks.hit(Mark::TextBeyondGateway);
    }
    weigh(index, opened);
    feed(std::move(opened));
}

void GatewayNode::drained(std::size_t index)
{
    Network::Link &link = m_context.network.link(index);
    if (!link.isFull || link.down.bytes >= m_context.config.windowBytes / 2 || link.gatewayLife != m_life)
        return;
    link.isFull = false;
    if (link.gatewayEnd == Network::Link::End::Open)
        feed(gate::event::LinkWritable{nameOf(index)});
}

} // namespace holdfast::sim
