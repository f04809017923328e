// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clock.h"
#include "tests/simulation/checkers/judge.h"

#include <vector>

namespace holdfast::sim {

/// I11 and I12: attempts and requests are bounded, whatever happens.
class BoundsChecker
{
public:
    explicit BoundsChecker(Judge &judge) : m_judge(judge) {}

    void addClient() { m_clients.emplace_back(); }
    /// A cause on our side: it may dial at once.
    void mayHurry(std::size_t client) { m_clients[client].dials.allowance += 2; }
    void dials(std::size_t client, TimePoint now)
    {
        if (!m_clients[client].dials.take(now, dialsPerMinute))
            m_judge.broken("bounds", "too many attempts in a minute");
    }
    /// Attempts of an outage that is older than a minute are rare.
    void dialsLate(std::size_t client, TimePoint now)
    {
        if (!m_clients[client].late.take(now, lateDialsPerMinute))
            m_judge.broken("bounds", "the attempts of a long outage do not become rarer");
    }
    void asks(std::size_t client, TimePoint now)
    {
        if (!m_clients[client].asks.take(now, asksPerMinute))
            m_judge.broken("bounds", "too many requests for missing parts in a minute");
    }

    /// \param count  of one text, by one process.
    void repairs(int count)
    {
        if (count > repairsMax)
            m_judge.broken("bounds", "a text is fetched again and again");
    }

private:
    static constexpr int repairsMax = 9;
    static constexpr int dialsPerMinute = 260;
    static constexpr int lateDialsPerMinute = 40;
    static constexpr int asksPerMinute = 600;

    struct Window {
        TimePoint since{};
        int count{0};
        int allowance{0};
        bool take(TimePoint now, int most)
        {
            if (now - since > std::chrono::minutes(1)) {
                since = now;
                count = 0;
                allowance = 0;
            }
            return ++count <= most + allowance;
        }
    };
    struct Client {
        Window dials;
        Window late;
        Window asks;
    };
    Judge &m_judge;
    std::vector<Client> m_clients;
};

} // namespace holdfast::sim
