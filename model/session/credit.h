// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/limits.h"
#include "model/session/clock.h"

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
/// limits::creditWindow (the idea of LEDBAT, RFC 6817).
class Credit
{
public:
    explicit Credit(const CreditBounds &bounds = {}) : m_bounds(bounds), m_window(bounds.first) {}

    /// \param cost  creditCost() of the frame.
    void sent(std::uint64_t cost, TimePoint now);
    /// The client has committed so much of what this link carried; less than before changes nothing.
    void acked(std::uint64_t received, TimePoint now);

    bool isExhausted() const { return inFlight() >= m_window; }
    std::uint64_t inFlight() const { return m_sent - m_acked; }
    std::uint64_t window() const { return m_window; }
    /// How much text goes in one frame: less where a frame takes long, since a ping waits for the one that
    /// travels.
    std::size_t frameBytes() const;
    /// How long text that grew by little waits for more (law 11): longer where a frame travels longer.
    Duration mergeWindow() const;
    bool isConsistent() const;

private:
    void adapt(Duration delay, std::uint64_t fresh);

    struct Mark {
        std::uint64_t upTo{0};
        TimePoint at;
    };
    CreditBounds m_bounds;
    std::deque<Mark> m_marks; ///< when what is in flight was sent; one for each limits::creditMarkBytes
    std::uint64_t m_sent{0};
    std::uint64_t m_acked{0};
    std::uint64_t m_window;
    std::optional<Duration> m_shortest; ///< the delay of this link when nothing queues
    Duration m_delay{0};
    bool m_wasExhausted{false}; ///< since the last ack: more could have been in flight
};

} // namespace holdfast
