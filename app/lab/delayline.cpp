// SPDX-License-Identifier: Apache-2.0
#include "app/lab/delayline.h"

#include "model/text/check.h"

#include <algorithm>

namespace holdfast {

void DelayLine::push(const QByteArray &bytes, TimePoint due)
{
    HF_ASSERT(!isEnded());
    m_parcels.push_back({notBeforeTheLast(due), bytes});
    m_bytes += bytes.size();
}

void DelayLine::end(End how, TimePoint due)
{
    if (isEnded())
        return;
    m_end = how;
    notBeforeTheLast(due);
}

QByteArrayView DelayLine::due(TimePoint now) const
{
    if (m_parcels.empty() || m_parcels.front().due > now)
        return {};
    return QByteArrayView(m_parcels.front().bytes).sliced(m_takenOfFirst);
}

void DelayLine::taken(qsizetype count)
{
    HF_ASSERT(!m_parcels.empty() && m_takenOfFirst + count <= m_parcels.front().bytes.size());
    m_bytes -= count;
    m_takenOfFirst += count;
    if (m_takenOfFirst < m_parcels.front().bytes.size())
        return;
    m_parcels.pop_front();
    m_takenOfFirst = 0;
}

DelayLine::End DelayLine::endDue(TimePoint now) const
{
    return m_parcels.empty() && m_lastDue <= now ? m_end : End::None;
}

std::optional<TimePoint> DelayLine::next() const
{
    if (!m_parcels.empty())
        return m_parcels.front().due;
    if (isEnded())
        return m_lastDue;
    return std::nullopt;
}

void DelayLine::drop()
{
    m_parcels.clear();
    m_takenOfFirst = 0;
    m_bytes = 0;
}

TimePoint DelayLine::notBeforeTheLast(TimePoint due)
{
    m_lastDue = std::max(m_lastDue, due);
    return m_lastDue;
}

} // namespace holdfast
