// SPDX-License-Identifier: Apache-2.0
#include "model/text/ssereader.h"

#include <utility>

namespace holdfast {

std::vector<SseReader::Event> SseReader::read(std::string_view bytes)
{
    std::vector<Event> events;
    for (const char c : bytes) {
        if (m_state == State::TooLarge)
            break;
        const bool isSecondOfPair = c == '\n' && std::exchange(m_afterReturn, false);
        if (isSecondOfPair)
            continue;
        m_afterReturn = c == '\r';
        if (c == '\n' || c == '\r') {
            endLine(events);
        } else {
            m_line += c;
            if (m_line.size() + m_event.data.size() > m_eventBytesMax)
                m_state = State::TooLarge;
        }
    }
    return events;
}

void SseReader::endLine(std::vector<Event> &events)
{
    const std::string whole = std::exchange(m_line, {});
    std::string_view line = whole;
    if (std::exchange(m_isFirstLine, false) && line.substr(0, 3) == "\xEF\xBB\xBF")
        line.remove_prefix(3);
    if (line.empty()) {
        if (m_hasData) {
            m_event.data.pop_back(); // the line break behind the last data line is none of it
            events.push_back(std::exchange(m_event, {}));
        }
        m_event = {};
        m_hasData = false;
        return;
    }
    const std::size_t colon = line.find(':');
    if (colon == 0)
        return; // a comment
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (!value.empty() && value.front() == ' ')
        value.remove_prefix(1);
    takeField(line.substr(0, colon), value);
}

void SseReader::takeField(std::string_view name, std::string_view value)
{
    if (name == "data") {
        m_event.data.append(value).append("\n");
        m_hasData = true;
    } else if (name == "event") {
        m_event.type = value.empty() ? std::string_view("message") : value;
    }
    // "id" and "retry" serve an automatic reconnect, which nobody wants of a run: they are ignored like
    // unknown fields.
}

} // namespace holdfast
