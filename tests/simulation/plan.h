// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/error.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::sim {

/// What people and agents do, and what goes wrong. `who` is a client or an account.
enum class Op {
    Give,          ///< a message into a conversation, with the answer that it will get
    Stop,          ///< the answers of a conversation
    Delete,        ///< a conversation, for ever
    Withdraw,      ///< the client's newest message
    Continue,      ///< an answer of a conversation that ended too early
    Ask,           ///< what the gateway knows of a conversation
    Focus,         ///< the user looks at another conversation, or at none
    Retry,         ///< the user clicks
    Offline,       ///< the user switches the link off for a while
    ClockJump,     ///< the wall clock of a client is set to another time
    NetworkChange, ///< the client is told that its networks changed
    Cut,           ///< the client's links break
    Hole,          ///< nothing arrives for a while, and then all of it
    Refuse,        ///< nobody listens
    Hang,          ///< the handshake is never answered
    Flap,          ///< each link ends behind its first frame, for a while
    Slow,          ///< another latency from now on
    KillClient,    ///< at once, or at its n-th persistence point from now
    PowerClient,   ///< power loss: some of what was not synced is gone
    PauseClient,   ///< SIGSTOP
    SleepClient,   ///< paused, and its monotonic clock too
    KillGateway,
    DrainGateway, ///< SIGTERM; a second one does not ask
    PowerGateway,
    PauseGateway,
    ReplaceGateway, ///< it is frozen, and another process takes its store
    ClockGateway,   ///< its wall clock is set to another time
    Backup,         ///< of a gateway's store
    Restore,        ///< of that backup
    CopyProfile,    ///< a second client with the same name begins
    SaveProfile,    ///< a copy is put aside
    RestoreProfile, ///< and comes back
    LoseClient,     ///< for good
    DiskFull,       ///< there is no room for one write of a real store
    Damage          ///< a byte of a text that a client holds in part is another one
};
constexpr std::size_t opCount = 35;
/// Of a line; what they mean stands in the table of plan.cpp.
using Args = std::array<std::uint64_t, 8>;

/// One line of a plan.
struct Entry {
    std::uint64_t atMs{0};
    Op op{Op::Give};
    Args args{};
    friend bool operator==(const Entry &, const Entry &) = default;
};

/// How the world of one run is made.
struct Config {
    std::uint64_t seed{0}; ///< of the streams that are not the plan's
    std::uint64_t accounts{1};
    std::uint64_t clients{1};       ///< of each account
    std::uint64_t conversations{2}; ///< of each account
    std::uint64_t safetyMs{30'000};
    std::uint64_t latencyMs{20};
    std::uint64_t jitterMs{0};
    std::uint64_t bytesPerMs{0};     ///< 0: unlimited
    std::uint64_t lifetimeMs{0};     ///< of a link, also when all else is healed; 0: unlimited
    std::uint64_t commitMs{0};       ///< Committed comes so much later
    std::uint64_t eventsPerRead{8};  ///< of the gateway's log
    std::uint64_t bytesPerRead{512}; ///< of a text
    std::uint64_t windowBytes{256 * 1024};
    std::uint64_t cutsCharacters{0}; ///< a read may end inside of a character
    std::uint64_t codec{0};          ///< frames travel as bytes
    std::uint64_t outboxMax{0};      ///< messages in an outbox; 0: as in the product
    std::uint64_t outboxDrops{0};    ///< the least urgent makes room
    std::uint64_t queueingOff{0};    ///< what cannot leave is refused
    std::uint64_t preset{0};         ///< of the backoff
    std::uint64_t creditBytes{0};    ///< the first window of a link (law 10); 0: as in the product
    std::uint64_t commandsAtOnce{0}; ///< the pace of an account; 0: as in the product
    std::uint64_t commandsPerSecond{0};
    std::uint64_t budgetBytes{0}; ///< of replay that a client is ready to take; 0: as in the product
    std::uint64_t realStores{0};  ///< the stores of the product stand beside their models, and are read
    friend bool operator==(const Config &, const Config &) = default;
};

struct Plan {
    Config config;
    std::vector<Entry> entries; ///< by time
    friend bool operator==(const Plan &, const Plan &) = default;
};

/// The plan of a seed: a swarm, where every kind of fault and load is off half of the time (Groce 2012).
enum class Stores { Drawn, Real }; ///< Drawn: real ones in one seed of fifty
Plan generate(std::uint64_t seed, Stores stores = Stores::Drawn);

/// A plan in words, and back: one line for the configuration, one for each entry; # begins a comment.
std::string toWords(const Plan &plan);
Result<Plan> parsePlan(const std::string &words);
std::string toWords(const Entry &entry);
const char *toString(Op op);

} // namespace holdfast::sim
