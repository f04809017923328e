// SPDX-License-Identifier: Apache-2.0
// What each line of a plan does to a world.
#include "tests/simulation/generatedtext.h"
#include "tests/simulation/world.h"

#include <algorithm>

namespace holdfast::sim {

namespace {
using namespace std::chrono_literals;
/// A side that is not told of a broken link finds out so much later, when it writes.
constexpr Duration halfOpen = 45s;
constexpr std::size_t clientCountMax = 8;

Duration millis(std::uint64_t ms) { return std::chrono::milliseconds(ms); }
} // namespace

void World::perform(const Entry &entry)
{
    ++m_ops[static_cast<std::size_t>(entry.op)];
    if (m_trace.hasLines())
        m_trace.line("--- " + toWords(entry));
    if (entry.op >= Op::KillGateway && entry.op <= Op::Restore) {
        if (entry.args[0] < m_plan.config.accounts)
            performGateway(entry, static_cast<std::uint32_t>(entry.args[0]));
        return;
    }
    const auto client = static_cast<std::uint32_t>(entry.args[0]);
    if (client >= m_clients.size() || m_clients[client].isGone)
        return;
    if (entry.op <= Op::NetworkChange)
        performLoad(entry, client);
    else if (entry.op <= Op::Slow)
        performPath(entry, client);
    else
        performClient(entry, client);
}

void World::performLoad(const Entry &entry, std::uint32_t index)
{
    ClientNode &client = m_clients[index];
    if (!client.isAlive() || client.isPaused())
        return;
    m_checkers.bounds.mayHurry(index);
    if (entry.op == Op::Give)
        return give(entry, index);
    if (entry.op == Op::Stop || entry.op == Op::Delete)
        return client.feed(event::CommandGiven{commandOf(entry, index), {}});
    if (entry.op == Op::Focus)
        return focus(entry, index);
    if (entry.op == Op::Ask)
        return client.ask(conversationOf(entry, client), entry.args[2]);
    if (entry.op == Op::Continue)
        return goOn(entry, index);
    if (entry.op == Op::Withdraw) {
        const auto &commands = client.store().commands;
        const auto newest =
            std::find_if(commands.rbegin(), commands.rend(),
                         [](const ReplicaState::Stored &each) { return each.command.name == "send"; });
        if (newest != commands.rend())
            client.feed(event::CommandWithdrawn{newest->command.id});
        return;
    }
    if (entry.op == Op::Retry)
        return client.feed(event::RetryNow{});
    if (entry.op == Op::ClockJump)
        return client.setClock(millis(entry.args[1]) - millis(entry.args[2]));
    if (entry.op == Op::NetworkChange)
        return client.feed(event::NetworkChanged{});
    client.wantsOnline = false;
    m_marks.hit(Mark::OfflineByUser);
    client.feed(event::GoOffline{Cause::Simulated});
    m_schedule.add(m_schedule.now() + millis(entry.args[1]), Happening::Kind::ClientOnline, index, 0);
}

/// Of a stop or a deletion.
frame::Command World::commandOf(const Entry &entry, std::uint32_t index)
{
    const ClientNode &client = m_clients[index];
    const std::string account = std::to_string(client.account());
    frame::Command command;
    command.id = {account + ".c" + std::to_string(index) + "s" + std::to_string(++m_written[index])};
    command.name = toString(entry.op);
    command.priority = entry.op == Op::Stop ? Priority::Critical : Priority::Normal;
    command.writtenAtMs = client.wall().ms;
    command.conversation = {account + ".v" + std::to_string(entry.args[1])};
    const auto &commands = client.store().commands;
    if (entry.op == Op::Stop && entry.args[2] == 1 && !commands.empty() &&
        commands.back().command.name == "send") {
        command.conversation = commands.back().command.conversation;
        command.target = {commands.back().command.id.value};
    }
    return command;
}

void World::give(const Entry &entry, std::uint32_t index)
{
    ClientNode &client = m_clients[index];
    const std::uint64_t number = ++m_written[index];
    const std::string account = std::to_string(client.account());
    frame::Command command;
    command.id = {account + ".c" + std::to_string(index) + "m" + std::to_string(number)};
    command.name = "send";
    command.conversation = {account + ".v" + std::to_string(entry.args[1])};
    command.agent = {"sim"};
    command.writtenAtMs = client.wall().ms;
    constexpr std::array<Priority, 3> priorities{Priority::Normal, Priority::High, Priority::Low};
    command.priority = priorities[entry.args[6] % priorities.size()];
    if (entry.args[5] > 0)
        command.expiresAtMs = command.writtenAtMs + static_cast<std::int64_t>(entry.args[5]);
    command.text = generatedText({command.id.value}, 0, 0, entry.args[2] * textBlock);
    m_truth.messages[command.id] = {++m_truth.written};
    m_truth.answers[command.id] = {entry.args[3], std::max<std::uint64_t>(1, entry.args[4]),
                                   entry.args[7] != 0};
    client.feed(event::CommandGiven{command});
}

void World::focus(const Entry &entry, std::uint32_t index)
{
    ClientNode &client = m_clients[index];
    const auto &items = client.store().items;
    const bool isStreaming = std::ranges::any_of(items, [](const auto &each) {
        return each.second.status == RunStatus::Working && !each.second.verdict;
    });
    if (client.isOnline() && isStreaming)
        m_marks.hit(Mark::FocusChangedWhileStreaming);
    const bool isNone = entry.args[1] >= m_plan.config.conversations;
    client.feed(event::FocusChanged{isNone ? ConversationId() : conversationOf(entry, client)});
}

ConversationId World::conversationOf(const Entry &entry, const ClientNode &client)
{
    return {std::to_string(client.account()) + ".v" + std::to_string(entry.args[1])};
}

/// Behind the newest answer there, also one that has not ended: the gateway refuses that.
void World::goOn(const Entry &entry, std::uint32_t index)
{
    ClientNode &client = m_clients[index];
    frame::Command command = commandOf(entry, index);
    command.agent = {"sim"};
    for (const auto &[id, item] : client.store().items) {
        if (item.conversation == command.conversation && item.source == OpenText::Source::Run)
            command.target = id;
    }
    if (command.target.isEmpty())
        return;
    m_truth.answers[command.id] = {entry.args[2], std::max<std::uint64_t>(1, entry.args[3])};
    client.feed(event::CommandGiven{command, {}});
}

void World::performPath(const Entry &entry, std::uint32_t client)
{
    Network::Path &path = m_network.path(client);
    const TimePoint now = m_schedule.now();
    if (entry.op == Op::Cut)
        return cut(client, entry.args[1]);
    if (entry.op == Op::Hole && entry.args[1] != 1)
        path.holeUp = now + millis(entry.args[2]);
    if (entry.op == Op::Hole && entry.args[1] != 0)
        path.holeDown = now + millis(entry.args[2]);
    if (entry.op == Op::Refuse)
        path.refusedUntil = now + millis(entry.args[1]);
    if (entry.op == Op::Hang)
        path.hangsUntil = now + millis(entry.args[1]);
    if (entry.op == Op::Flap)
        path.flapsUntil = now + millis(entry.args[1]);
    if (entry.op == Op::Slow)
        path.latency = millis(entry.args[1]);
}

/// 0: both ends are told, what went up is lost; 1: both are told, it may still be read; 2: only the gateway
/// is told; 3: only the client; 4: neither.
void World::cut(std::uint32_t client, std::uint64_t how)
{
    const Packet lost{
        .at = {}, .kind = Packet::Kind::Lost, .frame = {}, .cause = Cause::Reset, .detail = "cut"};
    for (std::size_t i = 0; i < m_network.size(); ++i) {
        Network::Link &link = m_network.link(i);
        if (link.client != client || link.isDead || link.clientEnd == Network::Link::End::Closed)
            continue;
        link.down.queue.clear();
        link.down.bytes = 0;
        if (how == 0)
            link.up.queue.clear();
        if (how == 2 || how == 4) {
            link.isDead = true;
            if (how == 2)
                m_gateways[link.gateway].hears(i, lost);
        } else {
            m_network.push(i, Way::Down, lost);
            if (how != 3)
                m_network.push(i, Way::Up, lost);
        }
        if (how >= 3)
            m_schedule.add(m_schedule.now() + halfOpen, Happening::Kind::LinkEnd,
                           static_cast<std::uint32_t>(i));
    }
}

void World::startLater(std::uint32_t client, std::uint64_t ms)
{
    m_schedule.add(m_schedule.now() + millis(ms), Happening::Kind::ClientStart, client);
}

void World::performClient(const Entry &entry, std::uint32_t index)
{
    ClientNode &client = m_clients[index];
    if (entry.op == Op::CopyProfile)
        return fork(index);
    if (entry.op == Op::Damage)
        return damage(entry, index);
    if (entry.op == Op::DiskFull)
        return client.fillDisk(entry.args[1], entry.args[2]);
    if (entry.op == Op::SaveProfile) {
        m_saved[index] = client.profile();
        return;
    }
    if (entry.op == Op::PauseClient || entry.op == Op::SleepClient) {
        if (client.isPaused() || !client.isAlive())
            return;
        return entry.op == Op::PauseClient ? client.pause(millis(entry.args[1]))
                                           : client.sleep(millis(entry.args[1]));
    }
    if (entry.op == Op::KillClient && entry.args[1] > 0)
        return client.armKill(entry.args[1], entry.args[2]);
    if (entry.op == Op::RestoreProfile && !m_saved[index])
        return;
    if (entry.op == Op::PowerClient)
        client.losePower(entry.args[2]);
    client.kill();
    client.isGone = entry.op == Op::LoseClient;
    if (entry.op == Op::RestoreProfile) {
        client.hasForked = true;
        ++m_truth.profiles[index];
        client.replaceProfile(*m_saved[index]);
        m_checkers.outbox.replaced(index, client.store());
    }
    if (!client.isGone)
        startLater(index, entry.op == Op::KillClient ? entry.args[2] : entry.args[1]);
}

/// It is found where the text is read again.
void World::damage(const Entry &entry, std::uint32_t index)
{
    ClientNode &client = m_clients[index];
    if (!client.isAlive() || client.isPaused() || m_plan.config.realStores != 0)
        return;
    client.kill();
    client.damage(entry.args[1]);
    startLater(index, entry.args[2]);
}

void World::fork(std::uint32_t index)
{
    if (m_clients.size() >= clientCountMax)
        return;
    addClient(m_clients[index].account(), m_clients[index].profile());
    m_checkers.fold.copy(index, m_clients.size() - 1);
    for (ClientNode &each : m_clients) {
        if (each.account() == m_clients[index].account())
            each.hasForked = true; // the copy of a copy has the name of both
    }
}

void World::performGateway(const Entry &entry, std::uint32_t account)
{
    GatewayNode &gateway = serving(account);
    const auto startAfter = [&](std::uint64_t ms) {
        m_schedule.add(m_schedule.now() + millis(ms), Happening::Kind::GatewayStart, gateway.index());
    };
    if (entry.op == Op::Backup)
        return gateway.backUp();
    if (entry.op == Op::PauseGateway)
        return gateway.pause(millis(entry.args[1]));
    if (entry.op == Op::ClockGateway)
        return gateway.setClock(millis(entry.args[1]) - millis(entry.args[2]));
    if (entry.op == Op::ReplaceGateway)
        return replace(account, millis(entry.args[1]));
    if (entry.op == Op::DrainGateway)
        return gateway.drain(
            {.deadline = millis(entry.args[1]),
             .downMs = entry.args[2],
             .dials = entry.args[3] != 0 ? GatewayStore::Dials::Held : GatewayStore::Dials::Refused,
             .killAfter = entry.args[4]});
    if (entry.op == Op::KillGateway && entry.args[1] > 0)
        return gateway.armKill(entry.args[1], entry.args[2]);
    if (entry.op != Op::KillGateway)
        other(account).fallSilent(); // a frozen one is on the same machine
    if (entry.op == Op::PowerGateway) {
        gateway.losePower(entry.args[2]);
        return startAfter(entry.args[1]);
    }
    const bool isFlushed = entry.op == Op::KillGateway && entry.args[3] != 0;
    gateway.kill(isFlushed ? Network::Flight::Kept : Network::Flight::Dropped);
    if (entry.op == Op::Restore)
        gateway.restore();
    startAfter(entry.op == Op::Restore ? entry.args[1] : entry.args[2]);
}

/// Whoever supervises the gateway takes it for dead while it is only frozen.
void World::replace(std::uint32_t account, Duration frozen)
{
    if (!serving(account).isAlive())
        return;
    m_marks.hit(Mark::LeaseTakenOver);
    GatewayNode &next = other(account);
    next.kill(Network::Flight::Dropped); // one that was frozen before
    serving(account).pause(frozen);
    next.takeOver();
}

} // namespace holdfast::sim
