// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/step.h"

#include <array>
#include <cstddef>

namespace holdfast {

/// One deadline for each Timer; the earliest is what the session asks to be woken for.
class TimerTable
{
public:
    void set(Timer timer, TimePoint at) { m_at[index(timer)] = at; }
    void clear(Timer timer) { m_at[index(timer)].reset(); }
    const std::optional<TimePoint> &at(Timer timer) const { return m_at[index(timer)]; }

    /// True when it was due at `now`; it is cleared then.
    bool take(Timer timer, TimePoint now)
    {
        auto &slot = m_at[index(timer)];
        if (!slot || *slot > now)
            return false;
        slot.reset();
        return true;
    }

    /// The earliest deadline and who asked; of equal ones the first in the enum.
    std::optional<Wake> earliest() const
    {
        std::optional<Wake> wake;
        for (std::size_t i = 0; i < m_at.size(); ++i) {
            if (m_at[i] && (!wake || *m_at[i] < wake->at))
                wake = Wake{*m_at[i], static_cast<Timer>(i)};
        }
        return wake;
    }

private:
    static std::size_t index(Timer timer) { return static_cast<std::size_t>(timer); }
    std::array<std::optional<TimePoint>, timerCount> m_at{};
};

} // namespace holdfast
