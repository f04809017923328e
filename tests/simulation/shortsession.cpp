// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/shortsession.h"

#include "model/protocol/codec.h"
#include "model/protocol/limits.h"
#include "model/protocol/resumeheader.h"

#include <algorithm>

namespace holdfast::test {

namespace {

constexpr std::size_t lengthBytes = 4;

std::string withLength(const std::string &frame)
{
    std::string bytes;
    for (std::size_t i = 0; i < lengthBytes; ++i)
        bytes += static_cast<char>(frame.size() >> (8 * i));
    return bytes + frame;
}

} // namespace

ShortSession::ShortSession(ShortStores &stores, Length length, const Blows &blows)
    : m_stores(stores), m_length(length), m_blows(blows)
{
    m_stores.killGateway();
    m_gateway =
        std::make_unique<GatewaySession>(GatewaySession::Options{m_stores.epoch(), "g0", m_stores.head()});
    m_client = std::make_unique<ClientSession>(m_stores.restore(), ClientSession::Options{});
}

std::string ShortSession::run()
{
    toClient(event::GoOnline{});
    deliver();
    give("m1", "Grüße — und ein Anker: ⚓");
    answer("a1", "Der Anker hält. ⚓⚓ Überall.");
    if (m_length == Length::Usual) {
        give("m2", "Und noch eine.");
        answer("a2", "Ja.");
        give("m3", "Danke 🙂");
        answer("a3", "Gern geschehen, jederzeit — auch nachts.");
    }
    settle(std::chrono::minutes(2));
    return m_fault.empty() ? ended() : m_fault;
}

/// Whoever is killed before the message is on the disk has not seen it queued, and gives it again.
void ShortSession::give(const char *id, const std::string &text)
{
    frame::Command command;
    command.id = {id};
    command.name = "send";
    command.conversation = {"c1"};
    command.agent = {"guide"};
    command.text = text;
    m_truth[id] = text;
    while (!m_stores.hasCommand(command.id))
        toClient(event::CommandGiven{command});
    deliver();
    // While the link is down it waits; the agent answers what it has been told.
    settle(std::chrono::seconds(30));
}

/// The agent goes on where its text ends, whatever has happened to its gateway.
void ShortSession::answer(const char *name, const std::string &text)
{
    const ItemId item{name};
    using Status = gate::TextState::Status;
    m_truth[name] = text;
    while (m_stores.state(item).status == Status::Unknown) {
        if (store([&] { m_stores.start(item); }))
            toGateway(gate::event::Appended{m_stores.head()});
        deliver();
    }
    constexpr std::size_t piece = 7; // ends inside of characters only where the store is asked to cut
    while (m_stores.state(item).length < text.size()) {
        const std::uint64_t held = m_stores.state(item).length;
        std::size_t end = std::min<std::size_t>(held + piece, text.size());
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
            ++end;
        if (store([&] { m_stores.grow(item, held, text.substr(held, end - held)); }))
            toGateway(gate::event::TextGrew{m_stores.state(item)});
        deliver();
        settle(std::chrono::milliseconds(50)); // a merge window: each piece travels alone
    }
    while (m_stores.state(item).status != Status::Final) {
        if (store([&] { m_stores.finish(item, text); })) {
            toGateway(gate::event::TextGrew{m_stores.state(item)});
            toGateway(gate::event::Appended{m_stores.head()});
        }
        deliver();
    }
}

bool ShortSession::isClientPoint()
{
    if (++m_clientPoints != m_blows.killClientAt)
        return false;
    killClient();
    return true;
}

bool ShortSession::isGatewayPoint()
{
    if (++m_gatewayPoints != m_blows.killGatewayAt)
        return false;
    killGateway();
    return true;
}

/// \returns false when the gateway died before or after it.
template<class Write>
bool ShortSession::store(const Write &write)
{
    if (isGatewayPoint())
        return false;
    write();
    return !isGatewayPoint();
}

void ShortSession::transmit(LinkId link, Direction direction, const Frame &frame)
{
    if (m_links.contains(link))
        m_stretches.push_back({link, direction, withLength(codec::encode(frame))});
}

/// What lies whole before the byte of the cut arrives.
void ShortSession::deliver()
{
    while (!m_stretches.empty() && m_fault.empty()) {
        const Stretch stretch = std::move(m_stretches.front());
        m_stretches.pop_front();
        const std::uint64_t begin = m_bytes[stretch.direction];
        m_frames[stretch.direction].push_back(begin + 1);
        m_bytes[stretch.direction] += stretch.bytes.size();
        const std::uint64_t cutAt = m_blows.cutAt[stretch.direction];
        if (cutAt > begin && cutAt <= m_bytes[stretch.direction]) {
            ++m_blowsDone;
            cut();
            continue;
        }
        const auto frame = codec::decode(std::string_view(stretch.bytes).substr(lengthBytes), 256 * 1024);
        if (!frame) {
            m_fault = "a frame cannot be read: " + frame.error().detail;
            return;
        }
        if (stretch.direction == ToClient)
            toClient(event::FrameReceived{stretch.link, *frame});
        else
            toGateway(gate::event::FrameReceived{stretch.link, *frame});
        check();
    }
}

void ShortSession::settle(Duration limit)
{
    const TimePoint end = m_now + limit;
    while (m_fault.empty()) {
        deliver();
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

void ShortSession::toClient(const Event &event)
{
    m_clientEvents.push_back(event);
    if (m_clientWorking == Working::Yes)
        return;
    m_clientWorking = Working::Yes;
    while (!m_clientEvents.empty()) {
        const Event next = m_clientEvents.front();
        m_clientEvents.pop_front();
        const int life = m_clientLife;
        const ClientSession::Step step = m_client->on(next, m_now);
        m_clientWake = step.wake;
        for (const Action &each : step.actions) {
            std::visit([this](const auto &a) { act(a); }, each);
            if (life != m_clientLife)
                break; // it died while it acted
        }
    }
    m_clientWorking = Working::No;
}

void ShortSession::toGateway(const gate::Event &event)
{
    m_gatewayEvents.push_back(event);
    if (m_gatewayWorking == Working::Yes)
        return;
    m_gatewayWorking = Working::Yes;
    while (!m_gatewayEvents.empty()) {
        const gate::Event next = m_gatewayEvents.front();
        m_gatewayEvents.pop_front();
        const int life = m_gatewayLife;
        const GatewaySession::Step step = m_gateway->on(next, m_now);
        m_gatewayWake = step.wake;
        for (const gate::Action &each : step.actions) {
            std::visit([this](const auto &a) { act(a); }, each);
            if (life != m_gatewayLife)
                break;
        }
    }
    m_gatewayWorking = Working::No;
}

void ShortSession::cut()
{
    m_stretches.clear();
    for (const LinkId link : std::exchange(m_links, {})) {
        toGateway(gate::event::LinkLost{link});
        toClient(event::LinkLost{link, Cause::Reset, "cut", {}});
    }
}

void ShortSession::killClient()
{
    ++m_blowsDone;
    ++m_clientLife;
    m_clientEvents.clear();
    m_stretches.clear();
    for (const LinkId link : std::exchange(m_links, {}))
        toGateway(gate::event::LinkLost{link});
    m_stores.killClient();
    m_client =
        std::make_unique<ClientSession>(m_stores.restore(), ClientSession::Options{.backoff = {}, .seed = 2});
    toClient(event::GoOnline{});
    check();
}

void ShortSession::killGateway()
{
    ++m_blowsDone;
    ++m_gatewayLife;
    m_gatewayEvents.clear();
    m_stretches.clear();
    m_stores.killGateway();
    m_gateway = std::make_unique<GatewaySession>(
        GatewaySession::Options{m_stores.epoch(), "g" + std::to_string(m_gatewayLife), m_stores.head()});
    for (const LinkId link : std::exchange(m_links, {}))
        toClient(event::LinkLost{link, Cause::Reset, "the gateway died", {}});
}

void ShortSession::act(const action::OpenLink &a)
{
    m_links.insert(a.link);
    const auto resume = parseResumeHeader(toHeader(a.resume));
    if (!resume) {
        m_fault = "a resume header cannot be read: " + resume.error().detail;
        return;
    }
    toClient(event::LinkOpened{a.link, "proof"});
    gate::event::LinkOpened opened{.link = a.link, .resume = *resume, .texts = {}, .proof = "proof"};
    opened.ackedCommand = m_stores.acked(resume->device);
    opened.lineage = m_stores.lineageAt(resume->cursor.seq);
    for (const TailPosition &held : resume->tails)
        opened.texts.push_back(m_stores.state(held.item));
    toGateway(opened);
}

void ShortSession::act(const action::AbortLink &a)
{
    std::erase_if(m_stretches, [&](const Stretch &each) { return each.link == a.link; });
    m_links.erase(a.link);
    toGateway(gate::event::LinkLost{a.link});
}

void ShortSession::act(const action::Commit &a)
{
    if (isClientPoint())
        return;
    m_stores.perform(a);
    if (!isClientPoint())
        toClient(event::Committed{a.id});
}

void ShortSession::act(const gate::action::CloseLink &a)
{
    m_links.erase(a.link);
    const Cause cause = a.code == CloseCode::Superseded ? Cause::Superseded : Cause::Closed;
    toClient(event::LinkLost{a.link, cause, a.reason, {}});
}

void ShortSession::act(const gate::action::ReadText &a)
{
    toGateway(
        gate::event::TextRead{a.link, a.position, m_stores.text(a.position.item, a.position.offset, 16)});
}

void ShortSession::act(const gate::action::LookUp &a)
{
    toGateway(gate::event::TextFound{a.link, a.position, m_stores.state(a.position.item)});
}

void ShortSession::act(const gate::action::Accept &a)
{
    std::optional<frame::Result> result;
    if (!store([&] { result = m_stores.accept(a.device, a.command); }))
        return;
    toGateway(gate::event::TextGrew{m_stores.state({a.command.id.value})});
    toGateway(gate::event::Appended{m_stores.head()});
    toGateway(gate::event::CommandSettled{a.link, *result});
}

/// Invariants 1, 2 and 3: what is shown is a prefix of what the gateway stored, never less than before, and
/// the cursor does not go back.
void ShortSession::check()
{
    for (const auto &[name, truth] : m_truth) {
        const std::string text = m_stores.clientText({name});
        if (!truth.starts_with(text))
            m_fault = "what is shown of " + name + " was never said";
        else if (!text.starts_with(m_shown[name]))
            m_fault = "what was shown of " + name + " is gone";
        m_shown[name] = text;
    }
    const std::uint64_t seq = m_stores.restore().cursor.seq;
    if (seq < m_cursor)
        m_fault = "the cursor went back";
    m_cursor = seq;
}

/// Invariants 4, 5 and 8.
std::string ShortSession::ended()
{
    if (m_client->status().state != ConnectionState::Online)
        return "it is not online at the end";
    const ClientSession::Restored restored = m_stores.restore();
    if (!restored.commands.empty())
        return "a message waits for ever";
    if (restored.cursor.seq != m_stores.head() || !restored.texts.empty())
        return "it does not know all of the log";
    std::vector<std::string> messages;
    for (std::uint64_t after = 0; after < m_stores.head();) {
        const gate::event::LogRead read = m_stores.read(LinkId::None, after);
        for (const LogEvent &event : read.events) {
            if (const auto *message = std::get_if<logged::MessageAdded>(&event.body))
                messages.push_back(message->item.value);
        }
        after = read.upTo;
    }
    std::vector<std::string> given;
    for (const auto &[name, text] : m_truth) {
        if (name.starts_with('m'))
            given.push_back(name);
        if (m_stores.clientText({name}) != text || !m_stores.isVerified({name}))
            return name + " is not whole and verified";
    }
    return messages == given ? "" : "messages took effect another number of times, or in another order";
}

} // namespace holdfast::test
