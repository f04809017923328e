// SPDX-License-Identifier: Apache-2.0
#include "model/session/lanes.h"

#include "model/protocol/limits.h"

#include <algorithm>

namespace holdfast {

namespace {
/// What the log and the focused conversation pay less: with one other text they have four fifths of the link.
/// More would be a strict order, and a long answer that is looked at would hold up a short one elsewhere.
constexpr std::uint64_t weight = 4;
} // namespace

Lanes::Next Lanes::next(bool hasLog, TimePoint now, Duration mergeWindow) const
{
    Next next;
    std::uint64_t earliest = 0;
    if (hasLog) {
        next.what = Next::What::Log;
        earliest = std::max(m_logTurn, m_clock);
    }
    bool isFirstFocused = false;
    for (const ItemId &item : m_live) {
        const Text &text = m_texts.at(item);
        if (text.pending() == 0)
            continue;
        const TimePoint at = text.sentAt + mergeWindow;
        const bool isBehind = text.sent < text.goal || text.isFinal();
        if (!isBehind && text.pending() < limits::tailBytesPerFrame && at > now) {
            next.later = next.later ? std::min(*next.later, at) : at;
            continue;
        }
        const std::uint64_t turn = std::max(text.turn, m_clock);
        const bool isTieWon =
            turn == earliest && next.what == Next::What::Text && isFocused(text) && !isFirstFocused;
        if (next.what != Next::What::Nothing && turn >= earliest && !isTieWon)
            continue;
        next.what = Next::What::Text;
        next.position = {item, text.state.gen, text.sent};
        earliest = turn;
        isFirstFocused = isFocused(text);
    }
    const bool isHistorysTurn =
        m_historyMode == History::Shares && std::max(m_historyTurn, m_clock) < earliest;
    if (!m_history.empty() && (next.what == Next::What::Nothing || isHistorysTurn)) {
        const Text &text = m_texts.at(m_history.front());
        next.what = Next::What::Text;
        next.position = {m_history.front(), text.state.gen, text.sent};
    }
    return next;
}

void Lanes::logSent(std::uint64_t cost)
{
    m_clock = std::max(m_logTurn, m_clock);
    m_logTurn = m_clock + cost / weight;
}

void Lanes::textSent(const TailPosition &position, std::size_t bytes, TimePoint now)
{
    const auto found = m_texts.find(position.item);
    if (found == m_texts.end())
        return;
    Text &text = found->second;
    if (text.sent == position.offset)
        text.sent += bytes;
    text.sentAt = now;
    if (bytes == 0 || text.isWhole())
        return forget(position.item);
    if (m_live.contains(position.item)) {
        m_clock = std::max(text.turn, m_clock);
        text.turn = m_clock + bytes / (isFocused(text) ? weight : 1);
    } else if (m_history.front() == position.item) {
        m_clock = std::max(m_historyTurn, m_clock);
        m_historyTurn = m_clock + bytes;
        m_history.pop_front();
        m_history.push_back(position.item);
    }
}

void Lanes::follow(const gate::TextState &text, std::uint64_t offset, Lane lane)
{
    forget(text.item);
    const Text followed{.state = text, .sent = offset, .goal = text.length, .turn = m_clock};
    if (followed.isWhole())
        return;
    m_texts.emplace(text.item, followed);
    if (lane == Lane::Live || isFocused(followed))
        m_live.insert(text.item);
    else
        m_history.push_back(text.item);
}

void Lanes::grew(const gate::TextState &text)
{
    const auto found = m_texts.find(text.item);
    if (found == m_texts.end())
        return; // its beginning has not been sent on this link yet: the log comes first
    const ConversationId conversation = found->second.state.conversation;
    found->second.state = text;
    found->second.state.conversation = conversation;
    if (found->second.isWhole())
        forget(text.item);
}

void Lanes::focus(const ConversationId &conversation)
{
    m_focus = conversation;
    const auto isLookedAt = [this](const ItemId &item) { return isFocused(m_texts.at(item)); };
    for (const ItemId &item : m_history) {
        if (isLookedAt(item))
            m_live.insert(item);
    }
    std::erase_if(m_history, isLookedAt);
}

bool Lanes::isLiveThrough() const
{
    return std::ranges::all_of(m_live, [this](const ItemId &item) {
        const Text &text = m_texts.at(item);
        return text.sent >= text.goal;
    });
}

void Lanes::forget(const ItemId &item)
{
    if (m_texts.erase(item) > 0 && m_live.erase(item) == 0)
        m_history.erase(std::ranges::find(m_history, item));
}

bool Lanes::isConsistent() const
{
    return m_texts.size() == m_live.size() + m_history.size() &&
           std::ranges::none_of(m_texts, [](const auto &entry) { return entry.second.isWhole(); });
}

} // namespace holdfast
