// SPDX-License-Identifier: Apache-2.0
#include "model/session/commandqueue.h"

#include "model/protocol/limits.h"

#include <algorithm>
#include <utility>

namespace holdfast {

void CommandQueue::add(LinkId link, frame::Command command)
{
    Waiting &waiting = m_waiting[link];
    waiting.bytes += command.text.size();
    waiting.commands.push_back(std::move(command));
}

std::optional<CommandQueue::Next> CommandQueue::take(TimePoint now)
{
    if (m_waiting.empty() || m_pace.available(now) == 0)
        return std::nullopt;
    auto turn = m_waiting.upper_bound(m_served);
    if (turn == m_waiting.end())
        turn = m_waiting.begin();
    m_pace.take(1, now);
    m_served = turn->first;
    Waiting &waiting = turn->second;
    Next next{turn->first, std::move(waiting.commands.front())};
    waiting.commands.pop_front();
    waiting.bytes -= next.command.text.size();
    if (waiting.commands.empty())
        m_waiting.erase(turn);
    return next;
}

std::optional<TimePoint> CommandQueue::nextAt() const
{
    return m_waiting.empty() ? std::nullopt : std::optional(m_pace.when(1));
}

bool CommandQueue::isOverfull(LinkId link) const
{
    const auto found = m_waiting.find(link);
    return found != m_waiting.end() && (found->second.commands.size() > limits::commandsWaitingMax ||
                                        found->second.bytes > limits::commandsWaitingBytesMax);
}

bool CommandQueue::isConsistent() const
{
    return std::ranges::none_of(m_waiting, [](const auto &entry) { return entry.second.commands.empty(); });
}

} // namespace holdfast
