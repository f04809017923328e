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
    std::set<ItemId> rewritten;             ///< their text was cut: what is shown may be wrong
    std::set<CommandId> commands;           ///< queued, sent, accepted, parked
    std::optional<std::vector<AgentInfo>> agents;
    /// Everything: a conversation is gone, or what is only on this device has changed: read it all again.
    enum class Scope { Named, Everything } scope{Scope::Named};

    bool isEmpty() const
    {
        return conversations.empty() && items.empty() && tails.empty() && commands.empty() &&
               rewritten.empty() && !agents && scope == Scope::Named;
    }
    /// Adds what `other` names.
    void merge(const ChangeSet &other)
    {
        conversations.insert(other.conversations.begin(), other.conversations.end());
        items.insert(other.items.begin(), other.items.end());
        tails.insert(other.tails.begin(), other.tails.end());
        commands.insert(other.commands.begin(), other.commands.end());
        rewritten.insert(other.rewritten.begin(), other.rewritten.end());
        if (other.scope == Scope::Everything)
            scope = Scope::Everything;
        if (other.agents)
            agents = other.agents;
    }
};

/// What a reader must look at after these changes were written.
ChangeSet changesOf(const std::vector<Change> &changes);

} // namespace holdfast
