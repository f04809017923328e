// SPDX-License-Identifier: Apache-2.0
#include "model/session/gatewaylink.h"

#include "model/protocol/limits.h"

#include <algorithm>

namespace holdfast {

GatewayLink::Want GatewayLink::next(std::uint64_t head, TimePoint now) const
{
    if (m_isReading || m_flow == Flow::Full)
        return Idle{};
    if (m_sentSeq < head)
        return WantLog{m_sentSeq};
    std::optional<TimePoint> later;
    const auto behind = m_texts.upper_bound(m_lastText);
    const auto ready = [&](const auto &entry) {
        const Text &text = entry.second;
        const std::uint64_t pending = text.state.length - std::min(text.state.length, text.sent);
        if (pending == 0)
            return false;
        const TimePoint at = text.sentAt + limits::tailMergeWindow;
        const bool isWorthAFrame = !m_isSynced || pending >= limits::tailBytesPerFrame || at <= now ||
                                   text.state.status == gate::TextState::Status::Final;
        if (!isWorthAFrame && (!later || at < *later))
            later = at;
        return isWorthAFrame;
    };
    auto found = std::find_if(behind, m_texts.end(), ready);
    if (found == m_texts.end()) {
        found = std::find_if(m_texts.begin(), behind, ready);
        if (found == behind)
            found = m_texts.end();
    }
    if (found != m_texts.end())
        return WantText{{found->first, found->second.state.gen, found->second.sent}};
    if (!m_isSynced)
        return WantSynced{};
    if (later)
        return WantLater{*later};
    return Idle{};
}

void GatewayLink::logSent(std::uint64_t upTo, const std::vector<gate::TextState> &begun)
{
    m_isReading = false;
    m_sentSeq = std::max(m_sentSeq, upTo);
    for (const gate::TextState &text : begun) {
        if (!m_texts.contains(text.item))
            follow(text, 0);
    }
}

void GatewayLink::textSent(const TailPosition &position, std::size_t bytes, TimePoint now)
{
    m_isReading = false;
    m_lastText = position.item;
    const auto found = m_texts.find(position.item);
    if (found == m_texts.end())
        return;
    Text &text = found->second;
    if (text.sent == position.offset)
        text.sent += bytes;
    text.sentAt = now;
    const bool isWhole =
        text.state.status == gate::TextState::Status::Final && text.sent >= text.state.length;
    if (isWhole ||
        bytes == 0) // nothing to read where there should be something: asking again would never end
        m_texts.erase(found);
}

void GatewayLink::follow(const gate::TextState &text, std::uint64_t offset)
{
    const bool isWhole = text.status == gate::TextState::Status::Final && offset >= text.length;
    if (!isWhole)
        m_texts.insert_or_assign(text.item, Text{.state = text, .sent = offset, .sentAt = {}});
}

void GatewayLink::textGrew(const gate::TextState &text)
{
    const auto found = m_texts.find(text.item);
    if (found == m_texts.end())
        return; // its beginning has not been sent on this link yet: the log comes first
    found->second.state = text;
    if (text.status == gate::TextState::Status::Final && found->second.sent >= text.length)
        m_texts.erase(found);
}

bool GatewayLink::isConsistent() const
{
    return std::ranges::none_of(m_texts, [](const auto &entry) {
        const Text &text = entry.second;
        return text.state.status == gate::TextState::Status::Final && text.sent >= text.state.length;
    });
}

} // namespace holdfast
