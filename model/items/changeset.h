// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/change.h"

#include <optional>
#include <set>
#include <vector>

namespace holdfast {

/// What changed in the replica since the last one; a reader reloads what is named here.
/// It says where to look, never what is there, so a lost or doubled one harms nothing.
struct ChangeSet {
    std::set<ConversationId> conversations; ///< created, or their snippet, time or counts changed
    std::set<ItemId> items;                 ///< new, or their status changed
    std::set<ItemId> tails;                 ///< their text has grown
    std::set<CommandId> commands;           ///< queued, sent, accepted, parked
    std::optional<std::vector<AgentInfo>> agents;

    bool isEmpty() const
    {
        return conversations.empty() && items.empty() && tails.empty() && commands.empty() && !agents;
    }
    /// Adds what `other` names.
    void merge(const ChangeSet &other)
    {
        conversations.insert(other.conversations.begin(), other.conversations.end());
        items.insert(other.items.begin(), other.items.end());
        tails.insert(other.tails.begin(), other.tails.end());
        commands.insert(other.commands.begin(), other.commands.end());
        if (other.agents)
            agents = other.agents;
    }
};

/// What a reader must look at after these changes were written.
ChangeSet changesOf(const std::vector<Change> &changes);

} // namespace holdfast
