// SPDX-License-Identifier: Apache-2.0
#include "model/session/gatewaylink.h"

#include "model/protocol/limits.h"
#include "model/text/utf8.h"

#include <algorithm>
#include <utility>

namespace holdfast {

GatewayLink::Want GatewayLink::next(std::uint64_t head, TimePoint now) const
{
    if (m_isReading)
        return Idle{};
    if (!m_isSynced && isThrough())
        return WantSynced{};
    if (m_flow == Flow::Full || m_credit.isExhausted())
        return Idle{}; // a text goes on growing meanwhile, and goes in larger pieces later
    const Lanes::Next next = m_lanes.next(m_sentSeq < head, now, m_credit.mergeWindow());
    switch (next.what) {
    case Lanes::Next::What::Log:
        return WantLog{m_sentSeq};
    case Lanes::Next::What::Text:
        return WantText{next.position};
    case Lanes::Next::What::Nothing:
        break;
    }
    if (next.later)
        return WantLater{*next.later};
    return Idle{};
}

void GatewayLink::logSent(const frame::Log &log, const std::vector<gate::TextState> &begun, TimePoint now)
{
    m_isReading = false;
    m_sentSeq = std::max(m_sentSeq, log.upTo);
    m_credit.sent(creditCost(log), now);
    m_lanes.logSent(creditCost(log));
    for (const gate::TextState &text : begun) {
        const bool isPast = text.status == gate::TextState::Status::Final && !m_isSynced;
        if (m_lanes.contains(text.item))
            continue;
        if (isPast && m_replay.before == Before::Log)
            m_leftOut[text.item] = text; // the client asks for it when it is synced
        else
            m_lanes.follow(text, 0, isPast ? Lanes::Lane::History : Lanes::Lane::Live);
    }
    for (const LogEvent &event : log.events) {
        if (const auto *message = std::get_if<logged::MessageAdded>(&event.body))
            m_leftOut.erase(message->item);
        else if (const auto *end = std::get_if<logged::RunFinished>(&event.body))
            m_leftOut.erase(end->item);
    }
}

/// An answer whose end is told only now is growing for the client, which does not ask for such.
void GatewayLink::syncedSent()
{
    m_isSynced = true;
    m_lanes.setHistory(Lanes::History::Waits);
    for (const auto &[item, text] : std::exchange(m_leftOut, {}))
        m_lanes.follow(text, 0, Lanes::Lane::Live);
}

void GatewayLink::tailSent(const frame::Tail &tail, TimePoint now)
{
    m_isReading = false;
    if (!tail.text.empty())
        m_credit.sent(creditCost(tail), now);
    m_lanes.textSent({tail.item, tail.gen, tail.offset}, tail.text.size(), now);
}

std::string_view GatewayLink::fitting(std::string_view text) const
{
    return utf8::cutEscaped(utf8::cut(text, m_credit.frameBytes()), limits::tailBytesEscapedMax);
}

void GatewayLink::follow(const gate::TextState &text, std::uint64_t offset)
{
    const bool isPast = text.status == gate::TextState::Status::Final;
    m_lanes.follow(text, offset, isPast ? Lanes::Lane::History : Lanes::Lane::Live);
}

} // namespace holdfast
