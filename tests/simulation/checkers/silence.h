// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/limits.h"
#include "model/session/clock.h"
#include "tests/simulation/checkers/judge.h"

namespace holdfast::sim {

/// Law 14: a link is given up for its silence only, and no sooner than after the least that an answer may
/// take; what another link did not hear says nothing of this one.
class SilenceChecker
{
public:
    explicit SilenceChecker(Judge &judge) : m_judge(judge) {}

    /// \param silent  since the last frame on the link, by the clock of its client.
    void givesUp(Duration silent)
    {
        if (silent < limits::deadAfterSend)
            m_judge.broken("silence", "a link is given up that has not been silent");
    }

private:
    Judge &m_judge;
};

} // namespace holdfast::sim
