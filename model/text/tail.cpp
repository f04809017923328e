// SPDX-License-Identifier: Apache-2.0
#include "model/text/tail.h"

#include "model/text/check.h"

#include <algorithm>
#include <utility>

namespace holdfast {

namespace {
/// More than that are thinned out: a client's memory does not grow with a text it has not received yet.
constexpr std::size_t marksMax = 256;
/// A gateway whose marks never agree is not asked for ever.
constexpr int cutsMax = 8;
} // namespace

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
    std::string_view rest = fresh;
    while (!m_marks.empty() && m_marks.front().length <= m_length + rest.size()) {
        const std::size_t before = m_marks.front().length - m_length;
        take(rest.substr(0, before));
        rest.remove_prefix(before);
        if (!agrees())
            return {.outcome = Outcome::Damaged,
                    .offset = at,
                    .fresh = fresh.substr(0, std::max(m_length, at) - at)};
    }
    take(rest);
    HF_CHECK(m_length == offset + text.size()); // a tail only grows
    return {.outcome = Outcome::Fresh, .offset = at, .fresh = fresh};
}

void Tail::take(std::string_view text)
{
    m_hash.append(text);
    m_length += text.size();
}

/// The text has come to its next mark. \returns false when it was cut back.
bool Tail::agrees()
{
    if (m_hash.hex() == m_marks.front().sha256) {
        m_marks.erase(m_marks.begin());
        m_verified = {m_length, m_hash};
        return true;
    }
    if (cutBack())
        return false;
    m_marks.clear(); // fetching again does not help; the terminal event has the last word
    return true;
}

bool Tail::expect(Mark mark)
{
    if (mark.length < m_length || mark.length == m_verified.length)
        return true;
    const auto place = std::ranges::lower_bound(m_marks, mark.length, {}, &Mark::length);
    if (place != m_marks.end() && place->length == mark.length)
        return true;
    m_marks.insert(place, std::move(mark));
    if (m_marks.front().length == m_length)
        return agrees();
    if (m_marks.size() > marksMax) {
        std::size_t index = 0;
        std::erase_if(m_marks, [&index](const Mark &) { return index++ % 2 == 0; });
    }
    return true;
}

bool Tail::cutBack()
{
    const bool isBeyond = m_final && m_verified.length > m_final->length;
    const std::uint64_t target = isBeyond || m_lastCut == m_verified.length ? 0 : m_verified.length;
    if (m_cuts == cutsMax || (target == 0 && m_lastCut == 0U))
        return false;
    if (target == 0)
        m_verified = {};
    m_length = m_verified.length;
    m_hash = m_verified.hash;
    m_lastCut = target;
    ++m_cuts;
    return true;
}

} // namespace holdfast
