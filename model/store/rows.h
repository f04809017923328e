// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace holdfast {

/// Where a command stands; it only moves down this list (Parked may go back to Queued by the user's word).
enum class CommandState {
    Queued,   ///< on disk, not numbered
    Sent,     ///< numbered and handed to a link at least once
    Accepted, ///< the gateway stored it
    Parked    ///< refused, or lost by a reset: the user is asked
};

/// A command that is not accepted, as it lies in the outbox.
struct OutboxEntry {
    frame::Command command;
    CommandState state{CommandState::Queued};
    std::string error; ///< of a parked one
    friend bool operator==(const OutboxEntry &, const OutboxEntry &) = default;
};

/// One line of the conversation list.
struct ConversationRow {
    ConversationId id;
    AgentId agent;
    std::string title;
    std::string snippet;        ///< the beginning of the last item's text
    std::int64_t activeAtMs{0}; ///< wall clock of the last item
    int queued{0};              ///< commands not yet accepted
    bool isAnswering{false};    ///< a run is open
    friend bool operator==(const ConversationRow &, const ConversationRow &) = default;
};

enum class Role { User, Agent };

/// A break in the reception of an item's text, kept for ever (the hairline "connection lost at …").
struct Seam {
    std::uint64_t offset{0};     ///< UTF-8 bytes of the text that were there when the link broke
    std::int64_t lostAtMs{0};    ///< wall clock
    std::int64_t resumedAtMs{0}; ///< wall clock; 0 while it is not resumed
    friend bool operator==(const Seam &, const Seam &) = default;
};

/// One message or answer, without its text.
struct ItemRow {
    ItemId id;
    ConversationId conversation;
    Role role{Role::User};
    AgentId agent; ///< who answers; empty for the user's messages
    RunStatus status{RunStatus::Completed};
    std::uint32_t gen{0};
    std::uint64_t length{0};      ///< UTF-8 bytes held here
    std::uint64_t finalLength{0}; ///< as the terminal event said; 0 while there is none
    bool isVerified{false};       ///< complete, and length and SHA-256 equal
    std::string sha256;           ///< as the terminal event said
    std::string detail;           ///< technical detail of a failure
    std::int64_t createdAtMs{0};
    std::int64_t finishedAtMs{0};
    std::optional<CommandState> delivery; ///< of the user's messages written on this device
    std::string deliveryError;            ///< of a parked one
    std::vector<Seam> seams;
    bool isOnlyHere{false}; ///< the gateway has told everything it has since a reset, and not named this
    friend bool operator==(const ItemRow &, const ItemRow &) = default;
};

} // namespace holdfast
