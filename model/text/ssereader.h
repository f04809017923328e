// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// Strict reader of server-sent events (WHATWG HTML §9.2): bytes in any portions, whole events out. Comments
/// are ignored, CR, LF and CRLF end a line, a byte order mark at the beginning is skipped. Text stays UTF-8
/// bytes, so a character may be spread over portions.
class SseReader
{
public:
    struct Event {
        std::string type{"message"};
        std::string data;
        friend bool operator==(const Event &, const Event &) = default;
    };
    enum class State { Good, TooLarge };

    /// \param eventBytesMax  a line or an event larger than this ends the reading.
    explicit SseReader(std::size_t eventBytesMax) : m_eventBytesMax(eventBytesMax) {}

    /// The events that became complete with these bytes. After TooLarge nothing is read any more.
    std::vector<Event> read(std::string_view bytes);
    State state() const { return m_state; }
    /// True when an event has begun that no empty line has ended: an EOF now has cut it off.
    bool isInsideEvent() const { return !m_line.empty() || m_hasData; }

private:
    void endLine(std::vector<Event> &events);
    void takeField(std::string_view name, std::string_view value);

    std::size_t m_eventBytesMax;
    std::string m_line;
    Event m_event;
    bool m_hasData{false};
    bool m_isFirstLine{true};
    bool m_afterReturn{false}; ///< the last byte was a CR: an LF would belong to it
    State m_state{State::Good};
};

} // namespace holdfast
