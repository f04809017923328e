// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/event.h"
#include "tests/simulation/checkers/judge.h"

#include <algorithm>
#include <deque>
#include <vector>

namespace holdfast::sim {

/// Law 10: no log and no text leaves while as much is in flight as the window of its link allows, each link
/// begins with a whole window, and a client acknowledges what it has stored of a link, and no more.
class CreditChecker
{
public:
    explicit CreditChecker(Judge &judge) : m_judge(judge) {}

    /// A frame leaves the gateway. \param window  of its link at this moment. \param first  of every link.
    void leaves(std::size_t link, std::uint64_t cost, std::uint64_t window, std::uint64_t first)
    {
        Flow &flow = at(link);
        if (cost > 0 && flow.sent - flow.returned >= window)
            m_judge.broken("credit", std::to_string(flow.sent - flow.returned) + " in flight, and " +
                                         std::to_string(window) + " may be");
        if (flow.returned == 0 && window != first)
            m_judge.broken("credit", "a link does not begin with a whole window");
        flow.sent += cost;
    }
    /// An ack has come to the gateway.
    void comes(std::size_t link, std::uint64_t received)
    {
        Flow &flow = at(link);
        flow.returned = std::max(flow.returned, std::min(received, flow.sent));
    }
    /// A client takes a frame. \param last  the newest commit that is ordered then.
    void takes(std::size_t link, std::uint64_t cost, CommitId last)
    {
        at(link).waiting.push_back({last, cost});
    }
    /// \param written  the newest commit that is on the disk.
    void acks(std::size_t link, std::uint64_t received, CommitId written)
    {
        Flow &flow = at(link);
        while (!flow.waiting.empty() && flow.waiting.front().last <= written) {
            flow.stored += flow.waiting.front().cost;
            flow.waiting.pop_front();
        }
        if (received > flow.stored)
            m_judge.broken("credit", std::to_string(received) + " acknowledged, " +
                                         std::to_string(flow.stored) + " of this link stored");
    }
    /// What was sent on it and is not acknowledged.
    std::uint64_t inFlight(std::size_t link) const
    {
        return link < m_flows.size() ? m_flows[link].sent - m_flows[link].returned : 0;
    }

private:
    struct Flow {
        struct Taken {
            CommitId last{CommitId::None};
            std::uint64_t cost{0};
        };
        std::uint64_t sent{0};
        std::uint64_t returned{0};
        std::uint64_t stored{0};
        std::deque<Taken> waiting;
    };
    Flow &at(std::size_t link)
    {
        if (link >= m_flows.size())
            m_flows.resize(link + 1);
        return m_flows[link];
    }
    Judge &m_judge;
    std::vector<Flow> m_flows;
};

} // namespace holdfast::sim
