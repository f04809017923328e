// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/clientnode.h"
#include "tests/simulation/gatewaynode.h"

#include <array>
#include <deque>

namespace holdfast::sim {

/// What came of a run.
struct Outcome {
    std::optional<Failure> failure;
    std::uint64_t hash{0};
    std::uint64_t steps{0};
    std::int64_t virtualUs{0};
    Marks marks;
    std::array<std::uint64_t, opCount> ops{}; ///< how often each was done
};

/// Accounts with their gateways, clients, and the network between, under one clock. run() does what the plan
/// says and draws no fault itself: first everything goes wrong that the plan wants, then all is healed and
/// must come to rest.
class World
{
public:
    World(const Plan &plan, Trace::Lines lines);

    Outcome run();

private:
    void addClient(std::uint32_t account, const Profile &profile);
    void runUntil(TimePoint end);
    void dispatch(const Happening &what);
    void deliver(std::size_t link, Way way);
    void endLink(std::size_t link);
    void heal();
    void rest();
    /// What is not as it should be when all has come to rest; empty when it is.
    std::string unrest() const;
    std::string unrestOf(const ClientNode &client) const;
    Duration restLimit() const;
    std::string describe(std::size_t link, Way way, const Packet &packet);

    // What a line of the plan does (faults.cpp).
    void perform(const Entry &entry);
    void performLoad(const Entry &entry, std::uint32_t client);
    void performPath(const Entry &entry, std::uint32_t client);
    void performClient(const Entry &entry, std::uint32_t client);
    void performGateway(const Entry &entry, std::uint32_t account);
    frame::Command commandOf(const Entry &entry, std::uint32_t client);
    void give(const Entry &entry, std::uint32_t client);
    void focus(const Entry &entry, std::uint32_t client);
    void goOn(const Entry &entry, std::uint32_t client);
    void damage(const Entry &entry, std::uint32_t client);
    static ConversationId conversationOf(const Entry &entry, const ClientNode &client);
    void cut(std::uint32_t client, std::uint64_t how);
    void fork(std::uint32_t client);
    void startLater(std::uint32_t client, std::uint64_t ms);
    void replace(std::uint32_t account, Duration frozen);

    /// Of the two processes of an account, the one that clients reach.
    GatewayNode &serving(std::uint32_t account)
    {
        GatewayNode &first = m_gateways[account];
        return first.isServing() ? first : m_gateways[account + m_plan.config.accounts];
    }
    GatewayNode &other(std::uint32_t account)
    {
        GatewayNode &first = m_gateways[account];
        return first.isServing() ? m_gateways[account + m_plan.config.accounts] : first;
    }

    bool isBroken() const { return m_checkers.judge.isBroken(); }

    const Plan &m_plan;
    Schedule m_schedule;
    Trace m_trace;
    Truth m_truth;
    Marks m_marks;
    Checkers m_checkers{m_truth};
    Network m_network;
    std::uint64_t m_steps{0};
    std::deque<GatewayNode> m_gateways; ///< the first ones of all accounts, then the second ones
    std::deque<ClientNode> m_clients;
    std::vector<std::optional<Profile>> m_saved; ///< profiles that were put aside
    std::vector<std::uint64_t> m_written;        ///< messages by author
    std::array<std::uint64_t, opCount> m_ops{};
};

/// Runs a plan.
Outcome runPlan(const Plan &plan, Trace::Lines lines = Trace::Lines::No);

} // namespace holdfast::sim
