// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/checkers/judge.h"
#include "tests/simulation/generatedtext.h"
#include "tests/simulation/logstate.h"
#include "tests/simulation/replicastate.h"

namespace holdfast::sim {

/// I2 and I9: what a client holds is a prefix of what the gateway stored, and that of what the agent said;
/// nothing leaves a gateway that is not stored.
class PrefixChecker
{
public:
    explicit PrefixChecker(Judge &judge) : m_judge(judge) {}

    void leaves(const LogState &log, const frame::Tail &tail)
    {
        const gate::TextState stored = log.state(tail.item);
        if (stored.status == gate::TextState::Status::Unknown ||
            tail.offset + tail.text.size() > stored.length)
            m_judge.broken("persist_before_show", "text of " + tail.item.value + " left that is not stored");
    }
    void leaves(const LogState &log, const frame::Log &frame)
    {
        if (frame.upTo > log.head())
            m_judge.broken("persist_before_show", "an event left that is not stored");
    }

    void writes(const ReplicaState &before, const change::WriteTail &write)
    {
        if (!isGenerated(write.item, write.gen, write.offset, write.text))
            return m_judge.broken("prefix", "bytes of " + write.item.value + " at " +
                                                std::to_string(write.offset) +
                                                " are not those the agent said");
        const auto item = before.items.find(write.item);
        if (item != before.items.end() && item->second.gen == write.gen && item->second.length < write.offset)
            m_judge.broken("prefix", "a hole in " + write.item.value);
    }

private:
    Judge &m_judge;
};

} // namespace holdfast::sim
