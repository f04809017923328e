// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/random.h"
#include "model/session/runbook.h"
#include "model/text/prefixhash.h"
#include "tests/simulation/logstate.h"

#include <map>

namespace holdfast::sim {

class GatewayNode;

/// The body of a RunBook, and the agents: they say what the plan wants, in portions that end anywhere.
class Runs
{
public:
    Runs(GatewayNode &gateway, std::uint64_t seed) : m_gateway(gateway), m_random(seed) {}

    /// Goes on with, or ends, what was open when the last gateway died.
    void takeOver();
    void start(const logged::RunStarted &run);
    void stop(const ConversationId &conversation, const ItemId &message);
    void forget(const ConversationId &conversation);
    void tick(std::uint64_t number);
    /// The gateway goes: nothing begins any more.
    void drain() { perform(m_book.drain()); }
    /// Everything that is at work is left to the next gateway.
    void abandon() { perform(m_book.abandon()); }
    bool isIdle() const { return m_book.isIdle(); }
    /// The gateway is dead.
    void drop();
    bool hasOpen() const { return !m_book.isEmpty(); }
    /// Its agent has said the text of this frame in more than one portion.
    bool saidInParts(const frame::Tail &tail) const;

private:
    struct Agent {
        logged::RunStarted start;
        std::uint64_t number{0};
        std::uint64_t produced{0}; ///< bytes it has said
        std::uint64_t total{0};
        std::uint64_t stored{0};
        std::uint64_t grewFrom{0}; ///< where the last portion began
        std::uint64_t checkpointAt{0};
        std::uint64_t paceMs{1};
        RunStatus ends{RunStatus::Completed};
        PrefixHash hash;
    };

    void perform(const RunBook::Actions &actions);
    void act(const RunBook::Begin &a);
    void act(const RunBook::Stop &a);
    void act(const RunBook::Finish &a);
    void act(const RunBook::Leave &a);
    void act(const RunBook::Drop &a) { m_agents.erase(a.run); }
    bool grow(Agent &agent);
    void end(const Agent &agent);
    void schedule(const Agent &agent);

    GatewayNode &m_gateway;
    Random m_random;
    RunBook m_book;
    std::map<RunId, Agent> m_agents;
    std::uint64_t m_numbers{0};
};

} // namespace holdfast::sim
