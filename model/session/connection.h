// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clock.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace holdfast {

/// One attempt to reach the gateway, never reused.
enum class LinkId : std::uint32_t { None = 0 };

/// Why a link could not be had, or was lost.
enum class Cause {
    None,
    Refused,       ///< nobody listens there
    Unreachable,   ///< no route, no network, no such name
    TimedOut,      ///< the connect deadline passed
    Reset,         ///< the link broke: RST or an error of the socket
    Closed,        ///< the other side closed (FIN or a close frame that allows to come back)
    Silent,        ///< nothing was heard for too long
    NotHoldfast,   ///< the answer to the handshake was no upgrade: a portal, a proxy, another server
    BadVersion,    ///< the gateway speaks another version
    Unauthorised,  ///< the gateway refused the token
    NotOurGateway, ///< somebody answered who does not know the token
    BadFrame,      ///< a frame that could not be read
    Overloaded,    ///< the gateway asked to come back later
    Drained,       ///< the gateway is going away and said so
    Superseded,    ///< a newer link of this device has spoken
    Simulated      ///< the user switched the link off
};

/// How the client stands to its gateway.
enum class ConnectionState {
    Offline,    ///< not trying: not started, or switched off by the user
    Waiting,    ///< trying again at `retryAt`
    Connecting, ///< a link is being opened
    CatchingUp, ///< the gateway has answered; the replay runs
    Online,     ///< synced
    AuthFailed  ///< the gateway refused the token: only a new token or the user's word starts it again
};

/// Whether messages go to the gateway: after three refusals in a row they wait, then one of them probes.
enum class BreakerState { Closed, Open, Probing };

/// How the outbox stands.
struct OutboxStatus {
    std::size_t depth{0};   ///< commands without an answer
    std::uint64_t bytes{0}; ///< of their texts
    std::size_t parked{0};  ///< messages that need the user
    BreakerState breaker{BreakerState::Closed};
    std::optional<Duration>
        lastDelivery; ///< from given to accepted, of the last one of this run of the program
    friend bool operator==(const OutboxStatus &, const OutboxStatus &) = default;
};

/// What the link is doing, for people and for the timeline. Times are the session's.
struct ConnectionStatus {
    ConnectionState state{ConnectionState::Offline};
    Cause cause{Cause::None};          ///< of the last failure
    std::string detail;                ///< technical detail of the last failure
    TimePoint since{};                 ///< when `state` began
    std::optional<TimePoint> lostAt;   ///< when it was last Online, while it is not
    std::optional<TimePoint> retryAt;  ///< while Waiting
    int attempts{0};                   ///< failed attempts since it was last Online
    std::uint64_t replayDone{0};       ///< while CatchingUp: events applied
    std::uint64_t replayTotal{0};      ///< while CatchingUp: events to apply
    std::optional<Duration> roundTrip; ///< of the last ping
    int reconnects{0};                 ///< times it came back to Online
    int handovers{0};                  ///< times another link took over while it stayed Online
    int repairs{0};                    ///< texts that differed from the gateway's and were fetched again
    bool isSlow{false};                ///< trying only now and then: hurrying has not helped
    OutboxStatus outbox;
    friend bool operator==(const ConnectionStatus &, const ConnectionStatus &) = default;
};

} // namespace holdfast
