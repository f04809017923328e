// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/cursor.h"

#include <cstdint>
#include <utility>

namespace holdfast {

/// Notices a client that is let in again and again and gets nowhere: something in the replay ends each link
/// (law 16). Five links without progress at one cursor, and it asks to begin anew; three such beginnings
/// without progress, and it tries only now and then.
class Progress
{
public:
    static constexpr int linksBeforeReset = 5;
    static constexpr int resetsBeforeSlow = 3;

    /// A link on which the gateway had answered is over before it was synced.
    /// \param cursor, bytes  where the client stands: its cursor, and the bytes of text it holds.
    void linkEnded(const Cursor &cursor, std::uint64_t bytes)
    {
        const bool isFurther =
            cursor.epoch != m_furthest.epoch || cursor.seq > m_furthest.seq || bytes > m_bytes;
        if (isFurther) {
            *this = Progress{};
            m_furthest = cursor;
            m_bytes = bytes;
            return;
        }
        if (++m_links < linksBeforeReset)
            return;
        m_links = 0;
        ++m_resets;
        m_wantsReset = true;
    }
    /// It was synced: nothing is wrong with the replay.
    void synced() { *this = Progress{}; }

    /// True once for each time that the next attempt should say no cursor.
    bool takeReset() { return std::exchange(m_wantsReset, false); }
    bool isStuck() const { return m_resets >= resetsBeforeSlow; }

private:
    Cursor m_furthest; ///< a beginning anew is behind it, and no progress until it has passed it
    std::uint64_t m_bytes{0};
    int m_links{0};
    int m_resets{0};
    bool m_wantsReset{false};
};

} // namespace holdfast
