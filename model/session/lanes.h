// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/gatewayevent.h"
#include "model/session/step.h"

#include <deque>
#include <map>
#include <optional>
#include <set>

namespace holdfast {

/// The texts of one link, and what goes next on it (law 11). The log and each live text have a turn, and the
/// earliest goes; what was sent moves the turn on by its bytes. So all that have something to say share the
/// link, and who was silent goes next: a short answer passes a long one (start-time fair queueing). The log
/// and the texts of the focused conversation pay a quarter. Finished texts go in turns when nobody else wants
/// the link; while `synced` waits for them they share it, all together as one: else a text that grows faster
/// than the line carries it would put `synced` off for as long as it grows.
class Lanes
{
public:
    enum class Lane { Live, History };
    struct Next {
        enum class What { Nothing, Log, Text } what{What::Nothing};
        TailPosition position;          ///< of the text
        std::optional<TimePoint> later; ///< when a text that grew by little is worth a frame
    };
    /// \param mergeWindow  how long a text that grew by little waits for more.
    Next next(bool hasLog, TimePoint now, Duration mergeWindow) const;

    void logSent(std::uint64_t cost);
    /// Nothing to read where there should be something ends the text: asking again would never end.
    void textSent(const TailPosition &position, std::size_t bytes, TimePoint now);

    /// The client holds so much of this text and needs the rest.
    void follow(const gate::TextState &text, std::uint64_t offset, Lane lane);
    void grew(const gate::TextState &text);
    enum class History { Waits, Shares };
    void setHistory(History history) { m_historyMode = history; }
    /// What waits of this conversation is live from now on.
    void focus(const ConversationId &conversation);

    bool contains(const ItemId &item) const { return m_texts.contains(item); }
    /// True when each live text has been sent as far as it was followed with.
    bool isLiveThrough() const;
    bool isHistoryThrough() const { return m_texts.size() == m_live.size(); }
    bool isConsistent() const;

private:
    struct Text {
        gate::TextState state;
        std::uint64_t sent{0};
        std::uint64_t goal{0}; ///< its length when it was followed
        std::uint64_t turn{0};
        TimePoint sentAt{};
        std::uint64_t pending() const { return state.length > sent ? state.length - sent : 0; }
        bool isFinal() const { return state.status == gate::TextState::Status::Final; }
        bool isWhole() const { return isFinal() && pending() == 0; }
    };
    bool isFocused(const Text &text) const
    {
        return !m_focus.isEmpty() && text.state.conversation == m_focus;
    }
    void forget(const ItemId &item);

    std::map<ItemId, Text> m_texts;
    std::set<ItemId> m_live;
    std::deque<ItemId> m_history; ///< the others, in the order of their turns
    ConversationId m_focus;
    std::uint64_t m_clock{0}; ///< the turn that was last; who was silent has none that is earlier
    std::uint64_t m_logTurn{0};
    std::uint64_t m_historyTurn{0};
    History m_historyMode{History::Waits};
};

} // namespace holdfast
