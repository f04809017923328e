// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clock.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace holdfast::sim {

/// What will happen, and to whom.
struct Happening {
    enum class Kind {
        Entry,
        DeliverUp,
        DeliverDown,
        ClientWake,
        GatewayWake,
        ClientStart,
        GatewayStart,
        GatewayLeave,
        DrainDeadline,
        Compaction,
        DrainOver,
        RunTick,
        Committed,
        LinkEnd,
        ClientOnline
    };
    TimePoint at;
    std::uint64_t order{0}; ///< of equal times the one that was asked for first
    Kind kind{Kind::Entry};
    std::uint32_t whom{0};
    std::uint64_t detail{0};
};

/// The only place where time passes: a heap of what will happen, by time and then by the order of asking.
class Schedule
{
public:
    TimePoint now() const { return m_now; }
    bool isEmpty() const { return m_heap.empty(); }
    TimePoint next() const { return m_heap.front().at; }

    void add(TimePoint at, Happening::Kind kind, std::uint32_t whom, std::uint64_t detail = 0)
    {
        m_heap.push_back({std::max(at, m_now), ++m_asked, kind, whom, detail});
        std::push_heap(m_heap.begin(), m_heap.end(), isLater);
    }
    /// The earliest; the clock moves to it.
    Happening take()
    {
        std::pop_heap(m_heap.begin(), m_heap.end(), isLater);
        const Happening first = m_heap.back();
        m_heap.pop_back();
        m_now = first.at;
        return first;
    }

    /// Nothing happens until then.
    void advance(TimePoint now) { m_now = std::max(m_now, now); }

private:
    static bool isLater(const Happening &a, const Happening &b)
    {
        return a.at != b.at ? a.at > b.at : a.order > b.order;
    }
    TimePoint m_now{std::chrono::seconds(100)};
    std::vector<Happening> m_heap;
    std::uint64_t m_asked{0};
};

} // namespace holdfast::sim
