// SPDX-License-Identifier: Apache-2.0
#include "model/session/receipts.h"

#include "model/protocol/limits.h"

#include <utility>

namespace holdfast {

void Receipts::begin()
{
    m_committed = 0;
    m_acked = 0;
    m_isUrgent = false;
    m_tails.clear();
    for (Waiting &each : m_waiting)
        each.entry.cost = 0;
}

void Receipts::restart()
{
    m_cursor = {};
    m_tails.clear();
    for (Waiting &each : m_waiting) {
        each.entry.cursor = {};
        each.entry.tails.clear(); // a text may be shorter in the other history
    }
}

void Receipts::add(Entry entry, CommitId last)
{
    if (last > m_last)
        m_waiting.push_back({last, std::move(entry)});
    else
        settle(std::move(entry));
}

void Receipts::committed(CommitId id)
{
    m_last = std::max(m_last, id);
    while (!m_waiting.empty() && m_waiting.front().last <= m_last) {
        settle(std::move(m_waiting.front().entry));
        m_waiting.pop_front();
    }
}

void Receipts::settle(Entry entry)
{
    m_cursor = std::move(entry.cursor);
    m_committed += entry.cost;
    m_isUrgent = m_isUrgent || (entry.isUrgent && entry.cost > 0);
    for (TailPosition &each : entry.tails) {
        if (m_tails.size() < limits::ackTailsMax || m_tails.contains(each.item))
            m_tails.insert_or_assign(each.item, std::move(each));
    }
}

frame::Ack Receipts::take()
{
    frame::Ack ack{.cursor = m_cursor, .tails = {}, .received = m_committed};
    for (auto &[item, position] : std::exchange(m_tails, {}))
        ack.tails.push_back(std::move(position));
    m_acked = m_committed;
    m_isUrgent = false;
    return ack;
}

} // namespace holdfast
