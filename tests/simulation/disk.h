// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/change.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace holdfast::sim {

/// Model A of a disk: transactions that are committed, and of those the last ones not yet synced. A Durable
/// one syncs all before it. kill -9 loses nothing; a power loss keeps the first few of what was not synced.
/// State::apply(Transaction) must give the same state whenever it is given the same transactions.
template<class State, class Transaction>
class Disk
{
public:
    explicit Disk(State state) : m_live(state), m_synced(std::move(state)) {}

    const State &state() const { return m_live; }

    /// \param look  is shown each part of the transaction before it is applied.
    template<class Look>
    void commit(Transaction transaction, Durability durability, Look look)
    {
        m_live.apply(transaction, look);
        m_unsynced.push_back(std::move(transaction));
        if (durability == Durability::Durable)
            sync();
    }
    std::size_t unsynced() const { return m_unsynced.size(); }

    /// \param kept  of the transactions that were not synced.
    void losePower(std::size_t kept)
    {
        m_unsynced.resize(kept);
        sync();
        m_live = m_synced;
    }
    /// Another state stands on the disk: a copy from elsewhere, or from another day.
    void replace(const State &state) { *this = Disk(state); }

private:
    void sync()
    {
        for (const Transaction &each : m_unsynced)
            m_synced.apply(each, [](const auto &) {});
        m_unsynced.clear();
    }

    State m_live;
    State m_synced;
    std::vector<Transaction> m_unsynced;
};

} // namespace holdfast::sim
