// SPDX-License-Identifier: Apache-2.0
#include "model/session/runbook.h"

#include <algorithm>
#include <utility>

namespace holdfast {

RunBook::Actions RunBook::takeOver(const std::vector<Found> &found)
{
    Actions actions;
    for (const Found &each : found) {
        const bool hasBegun = each.length > 0;
        if (hasBegun && each.policy == AfterCrash::Ask) {
            actions.emplace_back(
                Finish{each.run, RunStatus::Interrupted, "the gateway stopped in the middle of this answer"});
            continue;
        }
        for (Action &action : start(each.run, each.policy))
            actions.push_back(std::move(action));
    }
    return actions;
}

RunBook::Actions RunBook::start(const logged::RunStarted &run, AfterCrash policy)
{
    Actions actions;
    m_queues[run.conversation].push_back({run, policy});
    beginNext(run.conversation, actions);
    return actions;
}

/// Begins the first of the queue, unless it is at work already.
void RunBook::beginNext(const ConversationId &conversation, Actions &actions)
{
    const auto queue = m_queues.find(conversation);
    if (queue != m_queues.end() && queue->second.empty()) {
        m_queues.erase(queue);
        return;
    }
    if (queue == m_queues.end() || m_going == Going::Yes || m_working.contains(conversation))
        return;
    const logged::RunStarted &first = queue->second.front().run;
    m_working[conversation] = first.run;
    actions.emplace_back(Begin{first});
}

RunBook::Actions RunBook::stop(const ConversationId &conversation, const ItemId &message)
{
    Actions actions;
    const auto queue = m_queues.find(conversation);
    if (queue == m_queues.end())
        return actions;
    const auto working = m_working.find(conversation);
    std::erase_if(queue->second, [&](const Entry &entry) {
        if (!message.isEmpty() && entry.run.message != message)
            return false;
        const bool isAtWork = working != m_working.end() && working->second == entry.run.run;
        if (isAtWork)
            actions.emplace_back(Stop{entry.run.run});
        else
            actions.emplace_back(Finish{entry.run, RunStatus::Cancelled, "stopped before it began"});
        return !isAtWork;
    });
    beginNext(conversation, actions);
    return actions;
}

RunBook::Actions RunBook::agentEnded(const RunId &run, RunStatus status, const std::string &detail)
{
    Actions actions;
    const auto working =
        std::ranges::find_if(m_working, [&](const auto &each) { return each.second == run; });
    if (working == m_working.end())
        return actions;
    const ConversationId conversation = working->first;
    m_working.erase(working);
    std::deque<Entry> &queue = m_queues.at(conversation);
    actions.emplace_back(Finish{queue.front().run, status, detail});
    queue.pop_front();
    beginNext(conversation, actions);
    return actions;
}

RunBook::Actions RunBook::forget(const ConversationId &conversation)
{
    Actions actions;
    letGo<Drop>(conversation, actions);
    m_queues.erase(conversation);
    return actions;
}

template<class LettingGo>
void RunBook::letGo(const ConversationId &conversation, Actions &actions)
{
    const auto working = m_working.find(conversation);
    if (working == m_working.end())
        return;
    actions.emplace_back(LettingGo{working->second});
    m_working.erase(working);
}

RunBook::Actions RunBook::drain()
{
    m_going = Going::Yes;
    Actions actions;
    for (const auto &[conversation, queue] : m_queues) {
        if (!queue.empty() && queue.front().policy == AfterCrash::Resume)
            letGo<Leave>(conversation, actions);
    }
    return actions;
}

RunBook::Actions RunBook::abandon()
{
    m_going = Going::Yes;
    Actions actions;
    for (const auto &[conversation, queue] : m_queues)
        letGo<Leave>(conversation, actions);
    return actions;
}

bool RunBook::isConsistent() const
{
    const bool workIsFirst = std::ranges::all_of(m_working, [this](const auto &each) {
        const auto queue = m_queues.find(each.first);
        return queue != m_queues.end() && !queue->second.empty() &&
               queue->second.front().run.run == each.second;
    });
    const bool nobodyWaits = m_going == Going::Yes || std::ranges::all_of(m_queues, [this](const auto &each) {
                                 return m_working.contains(each.first) && !each.second.empty();
                             });
    return workIsFirst && nobodyWaits;
}

} // namespace holdfast
