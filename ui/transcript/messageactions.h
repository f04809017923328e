// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/items/transcriptmodel.h"

#include <vector>

namespace holdfast {

/// What a user can do about a message of their own that the gateway has not accepted.
enum class MessageAction { SendAgain, Edit, Delete };

/// Which of them make sense for this one; none for most.
inline std::vector<MessageAction> actionsFor(const ItemRow &item)
{
    switch (item.delivery.value_or(CommandState::Accepted)) {
    case CommandState::Parked:
        return {MessageAction::SendAgain, MessageAction::Edit, MessageAction::Delete};
    case CommandState::Queued:
    case CommandState::Sent:
        return {MessageAction::Edit, MessageAction::Delete};
    case CommandState::Accepted:
        break;
    }
    return {};
}

} // namespace holdfast
