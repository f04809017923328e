// SPDX-License-Identifier: Apache-2.0
#include "model/session/links.h"

#include "model/text/check.h"

#include <utility>

namespace holdfast {

LinkId Links::dial(ResumeRequest said, TimePoint now)
{
    HF_ASSERT(!m_attempt);
    const auto link = static_cast<LinkId>(++m_last);
    m_attempt.emplace(Attempt{
        .link = link, .said = std::move(said), .dialledAt = now, .expectedProof = {}, .isOpen = false});
    return link;
}

LinkId Links::adopt()
{
    HF_ASSERT(m_attempt);
    const LinkId replaced = std::exchange(m_adopted, m_attempt->link);
    m_attempt.reset();
    return replaced;
}

void Links::forget(LinkId link)
{
    if (isAttempt(link))
        m_attempt.reset();
    else if (isAdopted(link))
        m_adopted = LinkId::None;
}

} // namespace holdfast
