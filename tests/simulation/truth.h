// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/ids.h"

#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace holdfast::sim {

/// What only the world knows, and no node may ask.
struct Truth {
    struct Message {
        std::uint64_t number{0}; ///< in the order in which people wrote
    };
    struct Answer {
        std::uint64_t blocks{0};
        std::uint64_t paceMs{1};
        bool isIncomplete{false}; ///< its agent breaks off
    };
    struct Account {
        std::uint64_t floor{0}; ///< tombstones up to here are gone
        bool hasLost{false};    ///< a power loss of the gateway, or a restore, has cost a part of its history
        std::set<ConversationId> deleted;
    };
    std::map<CommandId, Message> messages;
    std::map<CommandId, Answer> answers; ///< that a command is to get
    std::vector<Account> accounts;
    std::uint64_t runs{0};
    std::uint64_t written{0}; ///< messages
    /// By client: how often another profile came into its place.
    std::map<std::uint32_t, std::uint32_t> profiles;
};

} // namespace holdfast::sim
