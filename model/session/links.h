// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"
#include "model/session/connection.h"

#include <optional>
#include <string>

namespace holdfast {

/// The links of a client: at most one that is adopted, and at most one attempt, which replaces it when the
/// gateway has answered there (make before break, law 15). An attempt that fails destroys nothing.
class Links
{
public:
    struct Attempt {
        LinkId link{LinkId::None};
        ResumeRequest said; ///< from where the replay on it begins
        TimePoint dialledAt{};
        std::string expectedProof; ///< what the gateway's first frame must prove; empty when nothing
        bool isOpen{false};        ///< the upgrade is done
    };

    /// Begins the attempt with this request; the one before must be over.
    LinkId dial(ResumeRequest said, TimePoint now);
    /// The attempt is now the link. \returns the one it replaces, to be aborted; None when there was none.
    LinkId adopt();
    /// The attempt, or the link, is over.
    void forget(LinkId link);

    LinkId adopted() const { return m_adopted; }
    Attempt *attempt() { return m_attempt ? &*m_attempt : nullptr; }
    const Attempt *attempt() const { return m_attempt ? &*m_attempt : nullptr; }
    bool isAttempt(LinkId link) const { return m_attempt && m_attempt->link == link; }
    bool isAdopted(LinkId link) const { return link != LinkId::None && m_adopted == link; }

private:
    LinkId m_adopted{LinkId::None};
    std::optional<Attempt> m_attempt;
    std::uint32_t m_last{0};
};

} // namespace holdfast
