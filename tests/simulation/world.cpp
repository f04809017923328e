// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/world.h"

#include "model/protocol/codec.h"
#include "model/protocol/limits.h"

#include <algorithm>

namespace holdfast::sim {

namespace {
using namespace std::chrono_literals;
/// The largest dead-link limit, the largest backoff, the connect deadline, and what a slow path needs for a
/// few round trips.
constexpr Duration restUsual = 32s + 20s + 8s + 40s;
constexpr Duration restTick = 500ms;
} // namespace

World::World(const Plan &plan, Trace::Lines lines)
    : m_plan(plan), m_trace(lines), m_network(plan.config, m_schedule, m_trace)
{
    const Context context{plan.config, m_schedule, m_network, m_checkers, m_truth, m_marks, m_trace, m_steps};
    m_truth.accounts.resize(plan.config.accounts);
    std::vector<std::shared_ptr<GatewayStore>> stores;
    for (std::uint32_t i = 0; i < 2 * plan.config.accounts; ++i) {
        const auto account = static_cast<std::uint32_t>(i % plan.config.accounts);
        if (i == account)
            stores.push_back(std::make_shared<GatewayStore>(GatewayStore{.serving = i}));
        m_gateways.emplace_back(context, account, i, stores[account]).start();
    }
    for (std::uint32_t i = 0; i < plan.config.accounts * plan.config.clients; ++i) {
        Profile profile;
        profile.store.device = {"d" + std::to_string(i)};
        addClient(i % static_cast<std::uint32_t>(plan.config.accounts), profile);
    }
    for (std::size_t i = 0; i < plan.entries.size(); ++i)
        m_schedule.add(m_schedule.now() + std::chrono::milliseconds(plan.entries[i].atMs),
                       Happening::Kind::Entry, 0, i);
}

void World::addClient(std::uint32_t account, const Profile &profile)
{
    const auto index = static_cast<std::uint32_t>(m_clients.size());
    const Context context{m_plan.config, m_schedule, m_network, m_checkers,
                          m_truth,       m_marks,    m_trace,   m_steps};
    m_network.addPath({.latency = std::chrono::milliseconds(m_plan.config.latencyMs),
                       .random = stream(m_plan.config.seed, "net", index)});
    m_checkers.fold.addClient();
    m_checkers.outbox.addClient();
    m_checkers.outbox.replaced(index, profile.store);
    m_checkers.bounds.addClient();
    m_saved.emplace_back();
    m_written.push_back(0);
    m_clients.emplace_back(context, index, account, profile);
    m_schedule.add(m_schedule.now(), Happening::Kind::ClientStart, index);
}

Outcome World::run()
{
    const TimePoint begun = m_schedule.now();
    runUntil(begun + std::chrono::milliseconds(m_plan.config.safetyMs));
    if (!isBroken())
        heal();
    rest();
    return {.failure = m_checkers.judge.failure(),
            .hash = m_trace.hash(),
            .steps = m_steps,
            .virtualUs = (m_schedule.now() - begun).count(),
            .marks = m_marks,
            .ops = m_ops};
}

void World::runUntil(TimePoint end)
{
    while (!isBroken() && !m_schedule.isEmpty() && m_schedule.next() <= end) {
        const Happening what = m_schedule.take();
        m_trace.mix(static_cast<std::uint64_t>(what.at.time_since_epoch().count()),
                    static_cast<std::uint64_t>(what.kind) * 1'000 + what.whom);
        m_trace.setTime(what.at.time_since_epoch().count());
        ++m_steps;
        dispatch(what);
        if (!m_network.unreadable().empty())
            m_checkers.judge.broken("codec",
                                    "cannot be read, or reads as another: " + m_network.unreadable());
    }
    m_schedule.advance(end);
}

void World::dispatch(const Happening &what)
{
    switch (what.kind) {
    case Happening::Kind::Entry:
        return perform(m_plan.entries[what.detail]);
    case Happening::Kind::DeliverUp:
        return deliver(what.whom, Way::Up);
    case Happening::Kind::DeliverDown:
        return deliver(what.whom, Way::Down);
    case Happening::Kind::ClientWake:
        if (m_clients[what.whom].life() == what.detail)
            m_clients[what.whom].timeCame();
        return;
    case Happening::Kind::GatewayWake:
        return m_gateways[what.whom].timeCame();
    case Happening::Kind::ClientStart:
        return m_clients[what.whom].start();
    case Happening::Kind::GatewayStart:
        return m_gateways[what.whom].start();
    case Happening::Kind::GatewayLeave:
    case Happening::Kind::DrainDeadline:
    case Happening::Kind::DrainOver:
        return m_gateways[what.whom].drainCame(what.kind, what.detail);
    case Happening::Kind::Compaction:
        return m_gateways[what.whom].compact(what.detail);
    case Happening::Kind::RunTick:
        return m_gateways[what.whom].runTick(what.detail);
    case Happening::Kind::Committed:
        if (m_clients[what.whom].life() == what.detail && m_clients[what.whom].isAlive())
            m_clients[what.whom].committed();
        return;
    case Happening::Kind::LinkEnd:
        return endLink(what.whom);
    case Happening::Kind::ClientOnline:
        return m_clients[what.whom].comeBack(what.detail == 1 ? ClientNode::From::Sleep
                                                              : ClientNode::From::Offline);
    }
}

void World::deliver(std::size_t index, Way way)
{
    Network::Link &link = m_network.link(index);
    ClientNode &client = m_clients[link.client];
    if (way == Way::Up && link.gatewayLife == 0)
        link.gateway = serving(client.account()).index(); // whoever listens now
    GatewayNode &gateway = m_gateways[link.gateway];
    const TimePoint paused = way == Way::Up ? gateway.pausedUntil() : client.pausedUntil();
    std::optional<Packet> packet = m_network.arrive(index, way, paused);
    if (!packet)
        return;
    const Network::Path &path = m_network.path(link.client);
    if ((way == Way::Up ? path.holeUp : path.holeDown) == m_schedule.now())
        m_marks.hit(Mark::LateAfterHole);
    if (m_trace.hasLines())
        m_trace.line(describe(index, way, *packet));
    if (way == Way::Up)
        return gateway.hears(index, std::move(*packet));
    const bool flaps = packet->kind == Packet::Kind::Frame && path.flapsUntil > m_schedule.now();
    client.hears(index, std::move(*packet));
    if (flaps)
        cut(link.client, 0);
    gateway.drained(index);
}

/// The link has come to its end, and whoever can still be told is told.
void World::endLink(std::size_t index)
{
    Network::Link &link = m_network.link(index);
    const Packet lost{
        .at = {}, .kind = Packet::Kind::Lost, .frame = {}, .cause = Cause::Reset, .detail = "ended"};
    if (link.isDead || link.clientEnd == Network::Link::End::Closed)
        return m_gateways[link.gateway].hears(index, lost);
    m_network.push(index, Way::Up, lost);
    m_network.push(index, Way::Down, lost);
}

void World::heal()
{
    m_network.heal();
    for (GatewayNode &gateway : m_gateways) {
        gateway.armKill(0, 0);
        gateway.wakeUp();
        gateway.start();
    }
    for (ClientNode &client : m_clients) {
        client.armKill(0, 0);
        client.fillDisk(0, 0);
        client.wakeUp();
        client.start();
        client.comeBack(ClientNode::From::Offline);
    }
}

Duration World::restLimit() const
{
    Duration limit = restUsual;
    std::uint64_t bytes = 0;
    for (const auto &[id, answer] : m_truth.answers) {
        limit += std::chrono::milliseconds(answer.paceMs * 40);
        bytes += 500 + answer.blocks * textBlock;
    }
    // A small window lets only so much travel in one round trip, and small reads have large envelopes.
    const std::uint64_t wire = bytes * (100 + m_plan.config.bytesPerRead) / m_plan.config.bytesPerRead;
    if (m_plan.config.bytesPerMs > 0)
        limit += std::chrono::milliseconds(4 * wire * m_clients.size() / m_plan.config.bytesPerMs);
    // What exhausts the window is acknowledged within a second (law 5).
    const std::uint64_t least =
        m_plan.config.creditBytes > 0 ? m_plan.config.creditBytes / 4 : limits::creditWindowLeast;
    limit += std::chrono::seconds(4 * wire / least);
    const std::uint64_t trips = 60 + 4 * wire / m_plan.config.windowBytes;
    for (std::uint32_t i = 0; i < m_clients.size(); ++i)
        limit += static_cast<std::int64_t>(trips) * std::as_const(m_network).path(i).latency;
    return limit;
}

void World::rest()
{
    const TimePoint last = m_schedule.now() + restLimit();
    std::string why = "not begun";
    while (!isBroken() && !why.empty() && m_schedule.now() < last) {
        runUntil(m_schedule.now() + restTick);
        for (ClientNode &client : m_clients)
            client.hasBeenOnline = client.hasBeenOnline || client.isOnline();
        why = unrest();
    }
    if (!why.empty())
        m_checkers.judge.broken("convergence", why);
    for (ClientNode &client : m_clients)
        client.compareStores();
    for (GatewayNode &gateway : m_gateways)
        gateway.compareStores();
}

std::string World::unrest() const
{
    for (const GatewayNode &gateway : m_gateways) {
        if (gateway.isServing() && (!gateway.isAlive() || gateway.hasOpenRuns()))
            return "a run is still open";
        if (!gateway.isServing() && gateway.isAlive())
            return "a gateway does not know yet that it was replaced";
    }
    for (std::size_t i = 0; i < m_network.size(); ++i) {
        const Network::Link &link = std::as_const(m_network).link(i);
        if (link.isOpen() && m_checkers.credit.inFlight(i) > 0)
            return std::to_string(m_checkers.credit.inFlight(i)) + " of credit are not returned on link " +
                   std::to_string(i);
    }
    for (const ClientNode &client : m_clients) {
        if (client.isGone)
            continue;
        if (std::string why = unrestOf(client); !why.empty())
            return why + "; " + client.describe();
    }
    return {};
}

std::string World::unrestOf(const ClientNode &client) const
{
    const LogState &log = m_gateways[client.account()].log();
    const ReplicaState &store = client.store();
    if (!client.isAlive() || !client.hasBeenOnline)
        return "a client is not online";
    // Links that end every 16 s are never all up at one moment; without that, whoever was online stays it.
    if (m_plan.config.lifetimeMs == 0 && client.status().state != ConnectionState::Online)
        return "a client is not online any more";
    if (client.isAsking())
        return "a question has no answer";
    if (store.cursor.epoch != log.epoch || store.cursor.seq != log.head())
        return "a client is behind";
    for (const ReplicaState::Stored &each : store.commands) {
        if (each.state == ReplicaState::State::Queued || each.state == ReplicaState::State::Sent)
            return "a command waits";
    }
    for (const auto &[id, item] : store.items) {
        // What the gateway did not name since the last reset is only on this device (law 12).
        if (item.telling == store.telling &&
            log.standing(item.conversation) == gate::CommandContext::Conversation::Deleted)
            return id.value + " is here, and its conversation was deleted";
    }
    for (const auto &[seq, body] : log.events) {
        ItemId id;
        if (const auto *message = std::get_if<logged::MessageAdded>(&body))
            id = message->item;
        else if (const auto *run = std::get_if<logged::RunStarted>(&body))
            id = run->item;
        else
            continue;
        if (log.state(id).status == gate::TextState::Status::Unknown)
            continue; // its conversation was deleted
        const auto item = store.items.find(id);
        const bool isHere = item != store.items.end() && item->second.verdict.has_value();
        // Where the gateway has lost all of a text, what its readers hold of it stays, unverified (law 2).
        const bool isLostThere = log.state(id).length == 0 && m_truth.accounts[client.account()].hasLost;
        if (!isHere || (item->second.length != log.state(id).length && !isLostThere) ||
            (item->second.verdict != change::Verdict::Verified && !isLostThere))
            return id.value + " is not here, or not verified";
        if (item->second.telling == store.telling && item->second.status != log.texts.at(id).outcome &&
            !isLostThere)
            return id.value + " ended otherwise";
    }
    return {};
}

std::string World::describe(std::size_t index, Way way, const Packet &packet)
{
    const Network::Link &link = m_network.link(index);
    std::string words = way == Way::Up ? "client " + std::to_string(link.client) + " -> gateway "
                                       : "client " + std::to_string(link.client) + " <- gateway ";
    words += "link " + std::to_string(index) + ' ';
    switch (packet.kind) {
    case Packet::Kind::Dial:
        return words + "dials from " + toString(std::get<frame::Hello>(packet.frame).resume.cursor);
    case Packet::Kind::Opened:
        return words + "opened";
    case Packet::Kind::Lost:
        return words + "lost: " + packet.detail;
    case Packet::Kind::Frame:
        break;
    }
    return words + codec::encode(packet.frame).substr(0, 200);
}

Outcome runPlan(const Plan &plan, Trace::Lines lines) { return World(plan, lines).run(); }

} // namespace holdfast::sim
