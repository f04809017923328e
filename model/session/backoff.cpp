// SPDX-License-Identifier: Apache-2.0
#include "model/session/backoff.h"

#include <algorithm>

namespace holdfast {

namespace {

/// `first` doubled `times` times, at most `cap`.
Duration doubled(Duration first, int times, Duration cap)
{
    Duration value = first;
    for (int i = 0; i < times && value < cap; ++i)
        value *= 2;
    return std::min(value, cap);
}

} // namespace

Duration Backoff::next(TimePoint now)
{
    const int attempt = m_attempts++;
    if (attempt == 0) {
        m_outageSince = now;
        return Duration::zero();
    }
    Duration ceiling = doubled(m_options.first, attempt - 1, m_options.earlyCap);
    if (now - m_outageSince >= m_options.earlyUntil)
        ceiling = doubled(m_options.earlyCap, ++m_late, m_options.cap);
    return Duration(
        static_cast<Duration::rep>(m_random.below(static_cast<std::uint64_t>(ceiling.count()) + 1)));
}

Duration Backoff::connectDeadline() const
{
    return doubled(m_options.connectFirst, std::max(0, m_attempts - 1), m_options.connectCap);
}

void Backoff::reset()
{
    m_attempts = 0;
    m_late = 0;
}

} // namespace holdfast
