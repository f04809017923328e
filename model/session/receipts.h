// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/event.h"

#include <deque>
#include <map>

namespace holdfast {

/// What a client has received, and how much of it is on its disk: all that it may acknowledge (laws 5 and
/// 10). Frames are counted in their order, so a duplicate is committed when everything before it is.
class Receipts
{
public:
    /// What one frame, or a reset, brought.
    struct Entry {
        std::uint64_t cost{0}; ///< creditCost() of the frame
        Cursor cursor;         ///< where the client stands with it
        std::vector<TailPosition> tails;
        bool isUrgent{false}; ///< an item became complete: worth an ack at once
    };

    explicit Receipts(Cursor committed) : m_cursor(std::move(committed)) {}

    /// A new link: its count begins at zero. What is on its way to the disk is not counted for it.
    void begin();
    /// The log is told anew: where the client stood before is acknowledged no more, also what is on its way.
    void restart();
    /// \param last  the newest commit that has been ordered; with its end the entry is on the disk.
    void add(Entry entry, CommitId last);
    /// Commits end in the order in which they were ordered.
    void committed(CommitId id);

    /// What is on the disk and not acknowledged yet, by creditCost().
    std::uint64_t owed() const { return m_committed - m_acked; }
    bool isUrgent() const { return m_isUrgent; }
    /// The next ack; nothing is owed after it.
    frame::Ack take();

private:
    void settle(Entry entry);

    struct Waiting {
        CommitId last{CommitId::None};
        Entry entry;
    };
    Cursor m_cursor; ///< on the disk
    std::deque<Waiting> m_waiting;
    std::map<ItemId, TailPosition> m_tails; ///< on the disk, since the last ack
    CommitId m_last{CommitId::None};
    std::uint64_t m_committed{0};
    std::uint64_t m_acked{0};
    bool m_isUrgent{false};
};

} // namespace holdfast
