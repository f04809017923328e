// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/checkers/judge.h"
#include "tests/simulation/logstate.h"

#include <map>
#include <set>

namespace holdfast::sim {

/// Law 3: where a client misses more than it is ready to take, no finished text comes before `synced` but
/// those that it named or asked for.
class BudgetChecker
{
public:
    explicit BudgetChecker(Judge &judge) : m_judge(judge) {}

    /// A client is let in that misses more than its budget.
    void opens(std::size_t link, const LogState &log, const ResumeRequest &resume)
    {
        std::set<ItemId> &finished = m_links[link];
        for (const auto &[item, text] : log.texts) {
            if (text.status == gate::TextState::Status::Final)
                finished.insert(item);
        }
        for (const TailPosition &named : resume.tails)
            finished.erase(named.item);
    }
    void asks(std::size_t link, const ItemId &item)
    {
        if (const auto found = m_links.find(link); found != m_links.end())
            found->second.erase(item);
    }
    void synced(std::size_t link) { m_links.erase(link); }
    void leaves(std::size_t link, const frame::Tail &tail)
    {
        const auto found = m_links.find(link);
        if (found != m_links.end() && found->second.contains(tail.item))
            m_judge.broken("budget", tail.item.value + " comes by itself, above the budget");
    }

private:
    Judge &m_judge;
    std::map<std::size_t, std::set<ItemId>> m_links; ///< finished texts that must not come yet
};

} // namespace holdfast::sim
