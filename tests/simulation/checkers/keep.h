// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/checkers/judge.h"
#include "tests/simulation/replicastate.h"

namespace holdfast::sim {

/// I3: what was shown is not unshown. Only where a gateway has lost a part of its history may a text that is
/// told anew be shorter than it was.
class KeepChecker
{
public:
    explicit KeepChecker(Judge &judge) : m_judge(judge) {}

    enum class History { Whole, Lost }; ///< of the gateway of this client
    void restarts(const ReplicaState &before, const change::RestartTail &restart, History history)
    {
        const auto item = before.items.find(restart.item);
        if (item != before.items.end() && item->second.length > 0 && restart.gen == item->second.gen &&
            history == History::Whole)
            m_judge.broken("keep", "the text of " + restart.item.value + " was thrown away");
    }
    void finishes(const ReplicaState &before, const change::FinishItem &finish, History history)
    {
        const auto item = before.items.find(finish.item);
        if (item == before.items.end())
            return;
        if (finish.verdict == change::Verdict::Gone && history == History::Whole)
            return m_judge.broken("keep", finish.item.value + " was given up, and the gateway has it");
        if (finish.verdict == change::Verdict::Unverified && item->second.final &&
            item->second.final->length > 0)
            return m_judge.broken("keep", finish.item.value + " could not be verified");
        if (finish.verdict == change::Verdict::Verified && item->second.damagedAt)
            return m_judge.broken("keep", finish.item.value + " is called verified and is damaged");
        if (finish.verdict == change::Verdict::Verified &&
            (!item->second.final || item->second.length < item->second.final->length))
            m_judge.broken("keep", finish.item.value + " is called verified and is not here");
    }

private:
    Judge &m_judge;
};

} // namespace holdfast::sim
