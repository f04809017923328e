// SPDX-License-Identifier: Apache-2.0
#include "tests/support/dialogue.h"

namespace holdfast::test {

Dialogue::Dialogue(const ClientSession::Options &options)
    : m_options(options),
      m_client(std::make_unique<ClientSession>(m_replica.restore(), m_options)),
      m_gateway(std::make_unique<GatewaySession>(GatewaySession::Options{m_log.epoch, "g1", 0}))
{
    m_log.begin("a0");
}

void Dialogue::toClient(const Event &event)
{
    m_clientEvents.push_back(event);
    if (m_clientWorking == Working::Yes)
        return;
    m_clientWorking = Working::Yes;
    while (!m_clientEvents.empty()) {
        const Event next = m_clientEvents.front();
        m_clientEvents.pop_front();
        const ClientSession::Step step = m_client->on(next, m_now);
        m_clientWake = step.wake;
        for (const Action &each : step.actions)
            std::visit([this](const auto &a) { act(a); }, each);
    }
    m_clientWorking = Working::No;
}

void Dialogue::toGateway(const gate::Event &event)
{
    m_gatewayEvents.push_back(event);
    if (m_gatewayWorking == Working::Yes)
        return;
    m_gatewayWorking = Working::Yes;
    while (!m_gatewayEvents.empty()) {
        const gate::Event next = m_gatewayEvents.front();
        m_gatewayEvents.pop_front();
        const GatewaySession::Step step = m_gateway->on(next, m_now);
        m_gatewayWake = step.wake;
        for (const gate::Action &each : step.actions)
            std::visit([this](const auto &a) { act(a); }, each);
    }
    m_gatewayWorking = Working::No;
}

void Dialogue::give(const std::string &id, const std::string &text)
{
    frame::Command command;
    command.id = {id};
    command.name = "send";
    command.conversation = {"c1"};
    command.text = text;
    toClient(event::CommandGiven{command});
}

void Dialogue::startAnswer(const std::string &item)
{
    m_log.grow({item}, "");
    logged::RunStarted start;
    start.item = {item};
    toGateway(gate::event::Appended{m_log.append(start)});
}

void Dialogue::grow(const std::string &item, const std::string &text)
{
    m_log.grow({item}, text);
    toGateway(gate::event::TextGrew{m_log.state({item})});
}

void Dialogue::finish(const std::string &item)
{
    const std::uint64_t head = m_log.finish({item});
    toGateway(gate::event::TextGrew{m_log.state({item})});
    toGateway(gate::event::Appended{head});
}

bool Dialogue::deliverOne()
{
    if (m_flights.empty())
        return false;
    const Flight flight = m_flights.front();
    m_flights.pop_front();
    if (flight.direction == Flight::Direction::ToClient)
        toClient(event::FrameReceived{flight.link, flight.frame});
    else
        toGateway(gate::event::FrameReceived{flight.link, flight.frame});
    return true;
}

void Dialogue::run(Duration limit)
{
    const TimePoint end = m_now + limit;
    while (true) {
        while (deliverOne()) {
        }
        std::optional<TimePoint> next;
        for (const auto &wake : {m_clientWake, m_gatewayWake}) {
            if (wake && (!next || wake->at < *next))
                next = wake->at;
        }
        if (!next || *next > end)
            break;
        m_now = std::max(m_now, *next);
        if (m_clientWake && m_clientWake->at <= m_now)
            toClient(event::TimeCame{});
        if (m_gatewayWake && m_gatewayWake->at <= m_now)
            toGateway(gate::event::TimeCame{});
    }
    m_now = end;
}

void Dialogue::cut()
{
    m_flights.clear();
    for (const LinkId link : std::exchange(m_links, {})) {
        toGateway(gate::event::LinkLost{link});
        toClient(event::LinkLost{link, Cause::Reset, "cut", {}});
    }
}

void Dialogue::killClient()
{
    m_flights.clear();
    for (const LinkId link : std::exchange(m_links, {}))
        toGateway(gate::event::LinkLost{link});
    m_clientEvents.clear();
    m_commits.clear();
    m_client = std::make_unique<ClientSession>(m_replica.restore(), m_options);
    goOnline();
}

void Dialogue::killGateway()
{
    m_flights.clear();
    m_gatewayEvents.clear();
    m_log.begin("a" + std::to_string(++m_starts));
    m_gateway = std::make_unique<GatewaySession>(GatewaySession::Options{m_log.epoch, "g2", m_log.head()});
    for (const LinkId link : std::exchange(m_links, {}))
        toClient(event::LinkLost{link, Cause::Reset, "the gateway died", {}});
}

void Dialogue::act(const action::OpenLink &a)
{
    if (m_network == Network::Down)
        return toClient(event::LinkLost{a.link, Cause::Refused, "down", {}});
    m_links.insert(a.link);
    toClient(event::LinkOpened{a.link, "proof"});
    gate::event::LinkOpened opened{.link = a.link, .resume = a.resume, .texts = {}, .proof = "proof"};
    opened.missedBytes = m_missedBytes;
    opened.ackedCommand = m_log.acked(a.resume.device);
    opened.lineage = m_log.lineageAt(a.resume.cursor.seq);
    for (const TailPosition &held : a.resume.tails)
        opened.texts.push_back(m_log.state(held.item));
    toGateway(opened);
}

void Dialogue::act(const action::AbortLink &a)
{
    std::erase_if(m_flights, [&](const Flight &flight) { return flight.link == a.link; });
    m_links.erase(a.link);
    toGateway(gate::event::LinkLost{a.link});
}

void Dialogue::act(const action::Commit &a)
{
    m_commits.push_back(a);
    if (m_disk == Disk::Fast)
        flush();
}

void Dialogue::flush()
{
    while (!m_commits.empty()) {
        const action::Commit commit = m_commits.front();
        m_commits.pop_front();
        m_replica.perform(commit.changes);
        toClient(event::Committed{commit.id});
    }
}

void Dialogue::act(const action::SendFrame &a)
{
    m_focuses += std::holds_alternative<frame::Focus>(a.frame) ? 1 : 0;
    if (const auto *ack = std::get_if<frame::Ack>(&a.frame)) {
        if (m_acksToLose-- > 0)
            return;
        m_lastAck = *ack;
    }
    m_flights.push_back({Flight::Direction::ToGateway, a.link, a.frame});
}

void Dialogue::act(const gate::action::Send &a)
{
    if (!m_links.contains(a.link))
        return;
    if (const auto *tail = std::get_if<frame::Tail>(&a.frame))
        m_bytesSent += tail->text.size();
    m_sent.push_back(a.frame);
    m_costs[a.link] += creditCost(a.frame);
    m_mostInFlight =
        std::max(m_mostInFlight, m_costs[a.link] - std::min(m_costs[a.link], m_lastAck.received));
    m_flights.push_back({Flight::Direction::ToClient, a.link, a.frame});
}

void Dialogue::act(const gate::action::CloseLink &a)
{
    m_links.erase(a.link);
    const Cause cause = a.code == CloseCode::Superseded ? Cause::Superseded : Cause::Closed;
    toClient(event::LinkLost{a.link, cause, a.reason, {}});
}

void Dialogue::act(const gate::action::Accept &a)
{
    const frame::Result result = m_log.accept(a.device, a.command);
    toGateway(gate::event::TextGrew{m_log.state({a.command.id.value})});
    toGateway(gate::event::Appended{m_log.head()});
    toGateway(gate::event::CommandSettled{a.link, result});
}

} // namespace holdfast::test
