// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/gatewayevent.h"
#include "tests/simulation/checkers/judge.h"

#include <algorithm>
#include <map>

namespace holdfast::sim {

/// Law 11: of the finished texts that a client asks for, those of the conversation it looks at go first.
class FocusChecker
{
public:
    explicit FocusChecker(Judge &judge) : m_judge(judge) {}

    void looksAt(std::size_t link, const ConversationId &conversation)
    {
        Link &here = m_links[link];
        here.focus = conversation;
        for (auto &[item, each] : here.asked)
            each.wasLookedAt = each.wasLookedAt || each.conversation == conversation;
    }
    void asks(std::size_t link, const gate::TextState &text, std::uint64_t offset)
    {
        Link &here = m_links[link];
        here.asked.erase(text.item);
        if (text.status == gate::TextState::Status::Final && offset < text.length)
            here.asked[text.item] = {text.conversation, text.length, text.conversation == here.focus};
    }
    void synced(std::size_t link) { m_links[link].isSynced = true; }
    void leaves(std::size_t link, const frame::Tail &tail)
    {
        Link &here = m_links[link];
        const auto found = here.asked.find(tail.item);
        if (found == here.asked.end())
            return;
        const auto first = std::ranges::find_if(here.asked, [&](const auto &each) {
            return !here.focus.isEmpty() && each.second.conversation == here.focus;
        });
        if (here.isSynced && !found->second.wasLookedAt && first != here.asked.end())
            m_judge.broken("focus",
                           tail.item.value + " goes before " + first->first.value + ", which is looked at");
        if (tail.offset + tail.text.size() >= found->second.length)
            here.asked.erase(found);
    }

private:
    struct Asked {
        ConversationId conversation;
        std::uint64_t length{0};
        bool wasLookedAt{false}; ///< meanwhile: it has a turn of its own from then on
    };
    struct Link {
        ConversationId focus;
        std::map<ItemId, Asked> asked; ///< and not sent to its end yet
        bool isSynced{false};
    };
    Judge &m_judge;
    std::map<std::size_t, Link> m_links;
};

} // namespace holdfast::sim
