// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/network.h"

#include "model/protocol/codec.h"
#include "model/protocol/limits.h"

#include <algorithm>
#include <utility>

namespace holdfast::sim {

std::size_t Network::bytesOf(const Frame &frame)
{
    constexpr std::size_t envelope = 60;
    if (const auto *tail = std::get_if<frame::Tail>(&frame))
        return envelope + tail->text.size();
    if (const auto *command = std::get_if<frame::Command>(&frame))
        return 2 * envelope + command->text.size();
    if (const auto *log = std::get_if<frame::Log>(&frame))
        return envelope + 2 * envelope * log->events.size();
    return envelope;
}

std::size_t Network::dial(Link link, const ResumeRequest &resume)
{
    m_links.push_back(std::move(link));
    const std::size_t index = m_links.size() - 1;
    push(index, Way::Up,
         Packet{.at = {}, .kind = Packet::Kind::Dial, .frame = frame::Hello{resume}, .detail = {}});
    return index;
}

void Network::send(std::size_t index, Way way, Frame frame)
{
    const std::size_t bytes = bytesOf(frame);
    if (m_config.codec != 0) {
        const std::string text = codec::encode(frame);
        Result<Frame> read = codec::decode(text, way == Way::Up ? limits::frameBytesToGatewayMax
                                                                : limits::frameBytesToClientMax);
        if (!read || !(*read == frame))
            m_unreadable = text;
        else
            frame = std::move(*read);
    }
    push(index, way,
         Packet{
             .at = {}, .kind = Packet::Kind::Frame, .frame = std::move(frame), .detail = {}, .bytes = bytes});
}

void Network::push(std::size_t index, Way way, Packet packet)
{
    Link &link = m_links[index];
    if (link.isDead)
        return;
    Direction &to = direction(link, way);
    Path &path = m_paths[link.client];
    Duration travel = path.latency;
    if (packet.kind == Packet::Kind::Dial)
        travel *= 3; // the handshake of TCP before it
    if (m_config.jitterMs > 0)
        travel += std::chrono::microseconds(path.random.below(m_config.jitterMs * 1000 + 1));
    if (m_config.bytesPerMs > 0)
        travel += std::chrono::microseconds(packet.bytes * 1000 / m_config.bytesPerMs);
    packet.at = std::max(to.free, m_schedule.now() + travel);
    if (m_config.bytesPerMs > 0)
        packet.at = std::max(packet.at,
                             to.free + std::chrono::microseconds(packet.bytes * 1000 / m_config.bytesPerMs));
    to.free = packet.at;
    to.bytes += packet.bytes;
    m_trace.mix(index * 2 + (way == Way::Up ? 0 : 1), packet.frame.index() * 4096 + packet.bytes);
    to.queue.push_back(std::move(packet));
    plan(index, way);
}

void Network::plan(std::size_t index, Way way)
{
    Link &link = m_links[index];
    Direction &to = direction(link, way);
    if (to.isScheduled || to.queue.empty())
        return;
    to.isScheduled = true;
    m_schedule.add(to.queue.front().at,
                   way == Way::Up ? Happening::Kind::DeliverUp : Happening::Kind::DeliverDown,
                   static_cast<std::uint32_t>(index));
}

void Network::close(std::size_t index, Way towards, Flight flight, Cause cause, std::string detail)
{
    Link &link = m_links[index];
    (towards == Way::Up ? link.clientEnd : link.gatewayEnd) = Link::End::Closed;
    Direction &back = direction(link, towards == Way::Up ? Way::Down : Way::Up);
    back.queue.clear();
    back.bytes = 0;
    Direction &to = direction(link, towards);
    if (flight == Flight::Dropped) {
        to.queue.clear();
        to.bytes = 0;
        to.free = {};
    }
    push(index, towards,
         Packet{
             .at = {}, .kind = Packet::Kind::Lost, .frame = {}, .cause = cause, .detail = std::move(detail)});
}

std::optional<Packet> Network::arrive(std::size_t index, Way way, TimePoint pausedUntil)
{
    Link &link = m_links[index];
    Direction &to = direction(link, way);
    to.isScheduled = false;
    if (to.queue.empty() || link.isDead)
        return std::nullopt;
    const Path &path = m_paths[link.client];
    const TimePoint hole = way == Way::Up ? path.holeUp : path.holeDown;
    const TimePoint ready = std::max({to.queue.front().at, hole, pausedUntil});
    if (ready > m_schedule.now()) {
        to.queue.front().at = ready;
        plan(index, way);
        return std::nullopt;
    }
    Packet packet = std::move(to.queue.front());
    to.queue.pop_front();
    to.bytes -= packet.bytes;
    plan(index, way);
    return packet;
}

void Network::heal()
{
    for (Path &path : m_paths) {
        path.holeUp = {};
        path.holeDown = {};
        path.refusedUntil = {};
        path.hangsUntil = {};
        path.flapsUntil = {};
    }
}

} // namespace holdfast::sim
