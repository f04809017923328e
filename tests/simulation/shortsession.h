// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/gatewaysession.h"
#include "tests/simulation/shortstores.h"

#include <array>
#include <deque>
#include <map>
#include <set>

namespace holdfast::test {

/// A fixed, short session of both cores over a byte stream with the real codec: messages go, answers come.
/// One cut, one kill of the client and one of the gateway can be set to a byte or a persistence point; after
/// each, what must hold is checked, and at the end that all has converged.
class ShortSession
{
public:
    enum Direction { ToClient, ToGateway };
    enum class Length { Short, Usual };
    /// Points are counted from 1; 0 is never. A write is a point twice: before it, and after it.
    struct Blows {
        std::array<std::uint64_t, 2> cutAt{0, 0}; ///< by Direction: the byte before which the link breaks
        std::uint64_t killClientAt{0};
        std::uint64_t killGatewayAt{0};
    };

    ShortSession(ShortStores &stores, Length length, const Blows &blows);
    /// \returns what went wrong; empty when nothing did.
    std::string run();

    std::uint64_t bytes(Direction direction) const { return m_bytes[direction]; }
    /// The first byte of each frame.
    const std::vector<std::uint64_t> &frames(Direction direction) const { return m_frames[direction]; }
    std::uint64_t clientPoints() const { return m_clientPoints; }
    std::uint64_t gatewayPoints() const { return m_gatewayPoints; }
    std::size_t blowsDone() const { return m_blowsDone; }

private:
    struct Stretch {
        LinkId link;
        Direction direction;
        std::string bytes; ///< of one frame, its length before it
    };

    void give(const char *id, const std::string &text);
    void answer(const char *item, const std::string &text);
    void deliver();
    void settle(Duration limit);
    void toClient(const Event &event);
    void toGateway(const gate::Event &event);
    void transmit(LinkId link, Direction direction, const Frame &frame);
    void cut();
    void killClient();
    void killGateway();
    /// \returns whether the client, or the gateway, dies here.
    bool isClientPoint();
    bool isGatewayPoint();
    template<class Write>
    bool store(const Write &write);
    void check();
    std::string ended();

    void act(const action::OpenLink &a);
    void act(const action::AbortLink &a);
    void act(const action::SendFrame &a) { transmit(a.link, ToGateway, a.frame); }
    void act(const action::Commit &a);
    /// Reports, notes, and what this session never asks.
    template<class Other>
    void act(const Other &)
    {}
    void act(const gate::action::Send &a) { transmit(a.link, ToClient, a.frame); }
    void act(const gate::action::CloseLink &a);
    void act(const gate::action::ReadLog &a) { toGateway(m_stores.read(a.link, a.after)); }
    void act(const gate::action::ReadText &a);
    void act(const gate::action::LookUp &a);
    void act(const gate::action::Accept &a);

    ShortStores &m_stores;
    Length m_length;
    Blows m_blows;
    TimePoint m_now{std::chrono::seconds(100)};
    std::unique_ptr<ClientSession> m_client;
    std::unique_ptr<GatewaySession> m_gateway;
    std::optional<Wake> m_clientWake;
    std::optional<Wake> m_gatewayWake;
    std::deque<Event> m_clientEvents;
    std::deque<gate::Event> m_gatewayEvents;
    enum class Working { No, Yes };
    Working m_clientWorking{Working::No};
    Working m_gatewayWorking{Working::No};
    int m_clientLife{0};
    int m_gatewayLife{0};
    std::deque<Stretch> m_stretches;
    std::set<LinkId> m_links;
    std::array<std::uint64_t, 2> m_bytes{0, 0};
    std::array<std::vector<std::uint64_t>, 2> m_frames;
    std::uint64_t m_clientPoints{0};
    std::uint64_t m_gatewayPoints{0};
    std::size_t m_blowsDone{0};
    std::map<std::string, std::string> m_truth; ///< by item
    std::map<std::string, std::string> m_shown;
    std::uint64_t m_cursor{0};
    std::string m_fault;
};

} // namespace holdfast::test
