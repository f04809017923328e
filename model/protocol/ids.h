// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace holdfast {

/// A string that names one kind of thing, so that an item can never be passed for a conversation.
template<class Kind>
struct Id {
    std::string value;

    bool isEmpty() const { return value.empty(); }
    friend bool operator==(const Id &, const Id &) = default;
    friend auto operator<=>(const Id &, const Id &) = default;
};

/// True for what may name a thing on the wire: 1 to limits::idBytesMax characters of A-Z a-z 0-9 . _ : / @ +
/// - None of them needs an escape in JSON or has a meaning in the resume header.
bool isId(std::string_view text);

using AccountId = Id<struct AccountKind>;
using DeviceId = Id<struct DeviceKind>;             ///< one profile on one machine, 128 random bits in hex
using AttemptId = Id<struct AttemptKind>;           ///< one link of a device, never reused
using ConversationId = Id<struct ConversationKind>; ///< UUIDv7, minted by the client that began it
using ItemId = Id<struct ItemKind>; ///< a message or an answer; a message's item has its command's id
using RunId = Id<struct RunKind>;
using CommandId = Id<struct CommandKind>; ///< UUIDv7
using AgentId = Id<struct AgentKind>;     ///< "guide", "stream-lab", "openai:<name>/<model>"

} // namespace holdfast
