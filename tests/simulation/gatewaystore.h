// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/logstate.h"
#include "tests/simulation/network.h"
#include "tests/simulation/reallog.h"

#include <map>
#include <memory>
#include <optional>

namespace holdfast::sim {

/// What the processes share that are the gateway of one account, one after the other: their machine.
struct GatewayStore {
    Disk<LogState, LogState::Transaction> disk{LogState{}};
    std::unique_ptr<RealLog> real; ///< beside it, where the plan wants it
    struct Backup {
        LogState log;
        RealDisk::Image files;
    };
    std::optional<Backup> backup;
    std::shared_ptr<Timeline> timeline;
    Duration wallAhead{};     ///< of its wall clock
    std::uint32_t serving{0}; ///< the node that clients reach
    std::uint32_t lives{0};
    std::uint32_t boots{1};
    std::uint32_t epochs{0};
    enum class Dials { Refused, Held };        ///< Held: a supervisor has the socket (packaging/systemd)
    Dials dials{Dials::Refused};               ///< while nobody listens
    std::map<std::size_t, ResumeRequest> held; ///< links that wait for the next process
};

} // namespace holdfast::sim
