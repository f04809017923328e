// SPDX-License-Identifier: Apache-2.0
#include "model/session/credit.h"

#include <algorithm>

namespace holdfast {

namespace {
/// What may queue before a ping, beside the frame that travels.
constexpr Duration queueAllowed = std::chrono::milliseconds(100);
/// Smaller frames cost more than they carry.
constexpr std::size_t tailBytesLeast = 4 * 1024;
/// As long as BBR believes in a round trip.
constexpr Duration shortestHolds = std::chrono::seconds(10);
constexpr Duration mergeWindowMax = std::chrono::milliseconds(250);
} // namespace

void Credit::sent(std::uint64_t cost, TimePoint now)
{
    m_sent += cost;
    const std::size_t count = m_marks.size();
    if (count > 1 && m_sent - m_marks[count - 2].upTo < limits::creditMarkBytes)
        m_marks.pop_back(); // many small frames share a mark: what is kept stays small
    m_marks.push_back({m_sent, now, m_isProbing});
    m_wasExhausted = m_wasExhausted || isExhausted();
}

void Credit::acked(std::uint64_t received, TimePoint now)
{
    received = std::min(received, m_sent); // a client cannot have what was not sent
    if (received <= m_acked)
        return;
    const std::uint64_t fresh = received - m_acked;
    m_acked = received;
    std::optional<Mark> mark;
    while (!m_marks.empty() && m_marks.front().upTo <= received) {
        mark = m_marks.front();
        m_marks.pop_front();
    }
    if (mark)
        learn(*mark, fresh, now);
    m_wasExhausted = isExhausted();
}

void Credit::learn(const Mark &mark, std::uint64_t fresh, TimePoint now)
{
    const Duration delay = now - mark.at;
    const bool wasProbing = m_isProbing;
    if (fresh >= limits::ackBytesSoon)
        measure(delay, mark, now);
    if (wasProbing && !m_isProbing)
        shrinkFor(m_delay); // the last usual one, by what is known now
    else if (!wasProbing && !mark.isProbe)
        adapt(delay, fresh); // in a probe the line is empty: that says nothing about what fits
}

/// How long an ack takes when nothing queues.
void Credit::measure(Duration delay, const Mark &mark, TimePoint now)
{
    if (!m_shortest || delay <= *m_shortest || (m_isProbing && mark.isProbe)) {
        m_shortest = delay;
        m_shortestAt = now;
    }
    m_isProbing = now - m_shortestAt > shortestHolds;
}

Duration Credit::allowed() const { return m_shortest.value_or(Duration::zero()) + queueAllowed; }

/// By Little's law what is in flight takes as long as it is large: a delay that is too long by half asks for
/// a window smaller by a third. \returns whether it was too long.
bool Credit::shrinkFor(Duration delay)
{
    if (delay <= allowed())
        return false;
    const std::uint64_t fitting =
        m_window * static_cast<std::uint64_t>(allowed().count()) / static_cast<std::uint64_t>(delay.count());
    m_window = std::max(fitting, m_bounds.least);
    return true;
}

/// The window grows in proportion to the room that is left, and by no more than one window in the time of
/// one: what it did is seen only then.
void Credit::adapt(Duration delay, std::uint64_t fresh)
{
    // A client may keep an ack of little for so long (law 5); what is longer was the way.
    const bool isPrompt = fresh >= limits::ackBytesSoon;
    if (!isPrompt)
        delay = std::max<Duration>(delay - limits::ackDelay, Duration::zero());
    m_delay = delay;
    if (shrinkFor(delay) || !isPrompt || !m_wasExhausted)
        return;
    const auto room = static_cast<std::uint64_t>((allowed() - delay) * 100 / queueAllowed);
    m_window = std::min(m_window + fresh * fresh / m_window * room / 100, m_bounds.most);
}

std::size_t Credit::frameBytes() const
{
    return std::clamp<std::size_t>(window() / 4, tailBytesLeast, limits::tailBytesPerFrame);
}

Duration Credit::mergeWindow() const
{
    return std::clamp<Duration>(m_delay / 2, limits::tailMergeWindow, mergeWindowMax);
}

bool Credit::isConsistent() const
{
    return m_acked <= m_sent && m_window >= m_bounds.least && m_window <= m_bounds.most &&
           m_marks.empty() == (m_acked == m_sent);
}

} // namespace holdfast
