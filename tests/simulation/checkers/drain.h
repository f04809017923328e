// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/ids.h"
#include "tests/simulation/checkers/judge.h"

namespace holdfast::sim {

/// Law 17: a gateway that goes begins nothing, lets what nobody can resume finish until its deadline, and has
/// left soon after it.
class DrainChecker
{
public:
    explicit DrainChecker(Judge &judge) : m_judge(judge) {}

    void begins(bool isDraining, const ItemId &item)
    {
        if (isDraining)
            m_judge.broken("drain", item.value + " begins while its gateway goes");
    }
    /// \param mightFinish  nobody can resume it, and there is still time.
    void leaves(bool mightFinish, const ItemId &item)
    {
        if (mightFinish)
            m_judge.broken("drain", item.value + " is left, and could have been finished");
    }
    void isLate() { m_judge.broken("drain", "the gateway has not left behind its deadline"); }

private:
    Judge &m_judge;
};

} // namespace holdfast::sim
