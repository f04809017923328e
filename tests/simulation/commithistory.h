// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/change.h"
#include "tests/simulation/realdisk.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::sim {

/// What a file held when all of it was durable, and after each commit since then, as digests: what a blow has
/// left of it must be one of them.
class CommitHistory
{
public:
    struct Held {
        std::size_t commits{0}; ///< of those that were not synced
        std::string fault{};    ///< what is wrong with it
    };

    void begin(std::uint64_t digest)
    {
        m_digests = {digest};
        m_last = Last::Done;
    }
    /// A commit was made. \returns how durable it was: what changes nothing syncs nothing.
    Durability add(std::uint64_t digest, Durability durability)
    {
        if (durability == Durability::Durable && digest != m_digests.back())
            m_digests.clear();
        else
            durability = Durability::Usual;
        m_digests.push_back(digest);
        return durability;
    }
    /// The process wrote what was no commit of anybody's.
    void look(std::uint64_t digest)
    {
        if (digest != m_digests.back())
            m_digests.push_back(digest);
    }
    /// A commit failed: nobody knows whether it is in the file.
    void fail() { m_last = Last::Failed; }
    std::size_t size() const { return m_digests.size() - 1; }

    Held heldBy(std::uint64_t digest, Blow blow) const
    {
        const std::size_t all = size();
        for (std::size_t held = all + 1; held-- > 0;) { // the last one that fits: a commit may change nothing
            if (m_digests[held] != digest)
                continue;
            const bool isShort = blow == Blow::Kill && held < all;
            return {held, isShort ? "what was committed is gone after a kill" : ""};
        }
        if (m_last == Last::Failed)
            return {all + 1}; // as a whole, or a comparison with the model says so
        return {all, "it is as it never was after any commit since the last durable one"};
    }

private:
    std::vector<std::uint64_t> m_digests;
    enum class Last { Done, Failed } m_last{Last::Done};
};

} // namespace holdfast::sim
