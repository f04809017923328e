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
        std::uint32_t author{0};
        std::uint64_t number{0}; ///< in the order in which its author wrote
        std::uint64_t answerBlocks{0};
        std::uint64_t paceMs{1};
    };
    struct Account {
        std::uint64_t floor{0}; ///< tombstones up to here are gone
        bool hasLost{false};    ///< a power loss of the gateway, or a restore, has cost a part of its history
        std::set<ConversationId> deleted;
        bool hasForked{false}; ///< two profiles had the same name, or one went back
    };
    std::map<CommandId, Message> messages;
    std::vector<Account> accounts;
    std::uint64_t runs{0};
};

} // namespace holdfast::sim
