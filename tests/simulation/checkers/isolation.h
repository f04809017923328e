// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"
#include "tests/simulation/checkers/judge.h"

namespace holdfast::sim {

/// I10: nothing of one account reaches a client of another. Every name begins with its account.
class IsolationChecker
{
public:
    explicit IsolationChecker(Judge &judge) : m_judge(judge) {}

    void receives(std::uint32_t account, const Frame &frame)
    {
        if (const auto *tail = std::get_if<frame::Tail>(&frame))
            return look(account, tail->item.value);
        if (const auto *result = std::get_if<frame::Result>(&frame))
            return look(account, result->id.value);
        const auto *log = std::get_if<frame::Log>(&frame);
        if (!log)
            return;
        for (const LogEvent &event : log->events) {
            if (const auto *message = std::get_if<logged::MessageAdded>(&event.body))
                look(account, message->item.value);
            else if (const auto *run = std::get_if<logged::RunStarted>(&event.body))
                look(account, run->item.value);
        }
    }

private:
    void look(std::uint32_t account, const std::string &name)
    {
        const std::size_t begin = name.find(':') + 1; // "withdraw:" stands before the name of a message
        if (begin >= name.size() || name[begin] != static_cast<char>('0' + account))
            m_judge.broken("isolation", name + " reached account " + std::to_string(account));
    }
    Judge &m_judge;
};

} // namespace holdfast::sim
