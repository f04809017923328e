// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/store/rows.h"

#include <filesystem>
#include <memory>

namespace holdfast {

/// Read-only window on a client's replica for the interface thread; it never writes and never checkpoints
/// (one writer for each file: Debian's SQLite 3.40.1 can damage a WAL that two connections reset).
/// Messages that are still in the outbox appear as items too, behind everything the gateway has ordered.
/// Thread: the one that made it. Errors: Io, Damaged.
class HistoryReader
{
public:
    /// Opens `<dataDir>/replica.db`; Error::Code::Gone when it does not exist.
    static Result<std::unique_ptr<HistoryReader>> open(const std::filesystem::path &dataDir);
    virtual ~HistoryReader() = default;

    /// All conversations, the latest active first.
    virtual Result<std::vector<ConversationRow>> conversations() const = 0;
    virtual Result<std::optional<ConversationRow>> conversation(const ConversationId &id) const = 0;

    /// The last `limit` items of a conversation that come before `before` (empty: from the end), oldest
    /// first.
    virtual Result<std::vector<ItemRow>> items(const ConversationId &id, const ItemId &before,
                                               int limit) const = 0;
    virtual Result<std::optional<ItemRow>> item(const ItemId &id) const = 0;

    /// The text of an item from `offset` on (UTF-8 bytes, on a character boundary), all that is held here.
    virtual Result<std::string> text(const ItemId &id, std::uint64_t offset) const = 0;

    /// What is known here, in the words in which the gateway would answer.
    virtual Result<frame::Response> answer(const frame::GetHistory &f) const = 0;
    virtual Result<frame::Response> answer(const frame::GetContext &f) const = 0;
    /// What is in the outbox, parked ones included, in the order in which it was given.
    virtual Result<std::vector<OutboxEntry>> outbox() const = 0;

    /// The agents as the gateway last told them.
    virtual Result<std::vector<AgentInfo>> agents() const = 0;
};

} // namespace holdfast
