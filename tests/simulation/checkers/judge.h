// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace holdfast::sim {

/// The first invariant that did not hold.
struct Failure {
    std::string invariant;
    std::string detail;
};

/// Where the checkers report to. The first word counts: what comes later follows from it.
class Judge
{
public:
    void broken(const char *invariant, std::string detail)
    {
        if (!m_failure)
            m_failure = Failure{invariant, std::move(detail)};
    }
    bool isBroken() const { return m_failure.has_value(); }
    const std::optional<Failure> &failure() const { return m_failure; }

private:
    std::optional<Failure> m_failure;
};

} // namespace holdfast::sim
