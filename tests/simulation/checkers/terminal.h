// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/checkers/judge.h"
#include "tests/simulation/logstate.h"

namespace holdfast::sim {

/// I8: exactly one terminal event for each run, and nothing of it afterwards.
class TerminalChecker
{
public:
    explicit TerminalChecker(Judge &judge) : m_judge(judge) {}

    void stores(const LogState &before, const LogState::Transaction &transaction)
    {
        std::optional<ItemId> begun; // in this very transaction: stopped before it came
        for (const LogBody &body : transaction.events) {
            if (const auto *start = std::get_if<logged::RunStarted>(&body))
                begun = start->item;
            const auto *end = std::get_if<logged::RunFinished>(&body);
            if (end && begun != end->item && !isOpen(before, end->item))
                return m_judge.broken("one_end", end->item.value + " ends twice");
            const auto *point = std::get_if<logged::Checkpoint>(&body);
            if (point && !isOpen(before, point->item))
                return m_judge.broken("one_end", "a checkpoint of " + point->item.value + " after its end");
        }
        if (transaction.growth && !isOpen(before, transaction.growth->item))
            m_judge.broken("one_end", transaction.growth->item.value + " grows after its end");
    }

    /// Another answer begins behind this one.
    void goesOn(const ItemId &answer, bool isEnded)
    {
        if (!isEnded)
            m_judge.broken("one_end", answer.value + " is continued and has not ended");
    }
    /// \param said  by its agent.
    void ended(const ItemId &item, RunStatus said, RunStatus stored)
    {
        if (said != stored)
            m_judge.broken("one_end", item.value + " is not stored as its agent ended it");
    }

private:
    static bool isOpen(const LogState &log, const ItemId &item)
    {
        return log.state(item).status == gate::TextState::Status::Growing;
    }
    Judge &m_judge;
};

} // namespace holdfast::sim
