// SPDX-License-Identifier: Apache-2.0
#include "model/text/tail.h"

#include "model/text/check.h"

namespace holdfast {

Tail::Written Tail::write(std::uint32_t gen, std::uint64_t offset, std::string_view text)
{
    if (gen < m_gen)
        return {.outcome = Outcome::OldGen, .fresh = {}};
    if (gen > m_gen)
        return {.outcome = Outcome::NewGen, .fresh = {}};
    if (offset > m_length)
        return {.outcome = Outcome::Hole, .fresh = {}};
    const std::uint64_t known = m_length - offset;
    if (known >= text.size())
        return {.outcome = Outcome::Duplicate, .fresh = {}};
    const std::string_view fresh = text.substr(known);
    const std::uint64_t at = m_length;
    m_hash.append(fresh);
    m_length += fresh.size();
    HF_CHECK(m_length == offset + text.size()); // a tail only grows
    return {.outcome = Outcome::Fresh, .offset = at, .fresh = fresh};
}

void Tail::restart(std::uint32_t gen)
{
    m_gen = gen;
    m_length = 0;
    m_hash = PrefixHash();
    m_final.reset();
}

} // namespace holdfast
