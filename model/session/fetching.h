// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/ids.h"

#include <cstddef>
#include <iterator>
#include <optional>
#include <set>

namespace holdfast {

/// The finished texts a client still wants and asks for by itself: those of the conversation it looks at
/// first, then the newest (ids are UUIDv7, so they rise with time), a few at a time. So a gateway need not
/// remember what a client lacks, however much that is.
class Fetching
{
public:
    /// Many small texts fill a round trip, and few enough are asked for when something else comes to be
    /// wanted more.
    static constexpr std::size_t atOnce = 32;

    enum class Place { Focused, Elsewhere };
    void want(const ItemId &item, Place place)
    {
        (place == Place::Focused ? m_focused : m_others).insert(item);
        (place == Place::Focused ? m_others : m_focused).erase(item);
    }
    /// It came, or never will.
    void drop(const ItemId &item)
    {
        m_focused.erase(item);
        m_others.erase(item);
        m_asked.erase(item);
    }
    bool isWaiting(const ItemId &item) const { return m_focused.contains(item) || m_others.contains(item); }
    /// The next to be asked for; nothing while enough are.
    std::optional<ItemId> next()
    {
        // What is looked at does not wait for what is not.
        std::set<ItemId> &from = m_focused.empty() ? m_others : m_focused;
        const std::size_t room = m_focused.empty() ? atOnce : 2 * atOnce;
        if (from.empty() || m_asked.size() >= room)
            return std::nullopt;
        const auto newest = std::prev(from.end());
        return *m_asked.insert(from.extract(newest)).position;
    }
    /// Another link: nothing is asked there yet, nothing is known to be missing.
    void clear() { *this = Fetching{}; }

private:
    std::set<ItemId> m_focused;
    std::set<ItemId> m_others;
    std::set<ItemId> m_asked;
};

} // namespace holdfast
