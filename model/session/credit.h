// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/limits.h"
#include "model/session/clock.h"

#include <algorithm>
#include <deque>
#include <optional>

namespace holdfast {

/// Between what the window of a link moves, and what it begins with; by creditCost().
struct CreditBounds {
    std::uint64_t first{limits::creditWindowFirst};
    std::uint64_t least{limits::creditWindowLeast};
    std::uint64_t most{limits::creditWindow};
};

/// What a gateway may send on one link before its client has committed what came before (law 10). How much
/// that is follows the time from sending a byte to its acknowledgement: where bytes queue on a slow link, a
/// ping queues behind them, so the window shrinks until little does; where they do not, it grows up to
/// limits::creditWindow (the idea of LEDBAT, RFC 6817). The delay without a queue is the shortest of the last
/// ten seconds: a path may become longer. What queues of our own must not pass for it, so when the shortest
/// is older, little is sent until an ack has measured it anew (BtlBw and RTprop of BBR, ProbeRTT: Cardwell et
/// al., ACM Queue 14 (5), 2016).
class Credit
{
public:
    explicit Credit(const CreditBounds &bounds = {}) : m_bounds(bounds), m_window(bounds.first) {}

    /// \param cost  creditCost() of the frame.
    void sent(std::uint64_t cost, TimePoint now);
    /// The client has committed so much of what this link carried; less than before changes nothing.
    void acked(std::uint64_t received, TimePoint now);

    bool isExhausted() const { return inFlight() >= window(); }
    std::uint64_t inFlight() const { return m_sent - m_acked; }
    std::uint64_t window() const { return m_isProbing ? std::min(limits::ackBytesSoon, m_window) : m_window; }
    /// How much text goes in one frame: less where a frame takes long, since a ping waits for the one that
    /// travels.
    std::size_t frameBytes() const;
    /// How long text that grew by little waits for more (law 11): longer where a frame travels longer.
    Duration mergeWindow() const;
    bool isConsistent() const;

private:
    struct Mark {
        std::uint64_t upTo{0};
        TimePoint at;
        bool isProbe{false}; ///< sent while little was in flight, in order to measure
    };
    void learn(const Mark &mark, std::uint64_t fresh, TimePoint now);
    void measure(Duration delay, const Mark &mark, TimePoint now);
    void adapt(Duration delay, std::uint64_t fresh);
    bool shrinkFor(Duration delay);
    Duration allowed() const;

    CreditBounds m_bounds;
    std::deque<Mark> m_marks; ///< when what is in flight was sent; one for each limits::creditMarkBytes
    std::uint64_t m_sent{0};
    std::uint64_t m_acked{0};
    std::uint64_t m_window;
    std::optional<Duration> m_shortest; ///< the delay of this link when nothing queues
    TimePoint m_shortestAt{};
    bool m_isProbing{false}; ///< until it is measured anew
    Duration m_delay{0};
    bool m_wasExhausted{false}; ///< since the last ack: more could have been in flight
};

} // namespace holdfast
