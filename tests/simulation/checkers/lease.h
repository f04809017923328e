// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/checkers/judge.h"

namespace holdfast::sim {

/// Law 9: the store refuses who was replaced, and nobody else.
class LeaseChecker
{
public:
    explicit LeaseChecker(Judge &judge) : m_judge(judge) {}

    void refuses(bool isOwner, const std::string &why)
    {
        if (isOwner)
            m_judge.broken("lease", "the store refuses its owner: " + why);
    }

private:
    Judge &m_judge;
};

} // namespace holdfast::sim
