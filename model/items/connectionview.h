// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/connection.h"

#include <cstdint>
#include <optional>

namespace holdfast {

/// What pill and banner show; words are made of it in ui/words.
struct ConnectionView {
    enum class Pill {
        Starting,
        Connected,
        Reconnecting,
        Waiting,
        Offline,
        SignInNeeded,
        GatewayStopped,
        SignInAgain,
        CatchingUp,
        SimulatedOffline
    };
    enum class Banner {
        None,
        CannotReach,
        Offline,
        SignInNeeded,
        GatewayStopped,
        SignInAgain,
        SimulatedOffline,
        HeldBack, ///< connected, and messages wait because others were refused
        Reconnected
    };

    Pill pill{Pill::Starting};
    Banner banner{Banner::None};
    int seconds{0};        ///< until the next attempt; 0: now
    int roundTripMs{-1};   ///< -1: not measured
    std::uint64_t done{0}; ///< of a replay
    std::uint64_t total{0};
    TimePoint bannerSince{};
    TimePoint pillSince{};
    friend bool operator==(const ConnectionView &, const ConnectionView &) = default;
};

/// What the session does not know and the view needs.
struct ConnectionContext {
    enum class Gateway { OnThisComputer, Elsewhere } gateway{Gateway::OnThisComputer};
    TimePoint startedAt{};           ///< of the program
    std::optional<TimePoint> sendAt; ///< when the user last pressed Send: then the banner does not wait
};

/// The next view, from the last one, what is known, and the time. Pure; calling it twice at the same time
/// with its own result changes nothing. Timings: EXPERIENCE rules of the connection state (a blip below a
/// second shows nothing, a banner stays at least 1.5 s, "Reconnected" for 3 s).
ConnectionView nextView(const ConnectionView &last, const ConnectionStatus &status,
                        const ConnectionContext &context, TimePoint now);

} // namespace holdfast
