// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/change.h"
#include "model/store/database.h"
#include "model/store/rows.h"

#include <set>
#include <string>
#include <vector>

namespace holdfast {

/// The commands of a client, in the order in which they were given: those without an answer, those that were
/// refused, and how each message of this device was delivered. Inside of a transaction of the caller for
/// writes.
class OutboxTable
{
public:
    using Entry = OutboxEntry;

    explicit OutboxTable(Database &database) : m_database(database) {}

    /// Calls `take` for each that is not accepted, oldest first. On an error, those before it have been read.
    /// Also of a file that an older version has left.
    Result<> each(const std::function<void(Entry)> &take) const;
    Result<std::vector<Entry>> all() const;
    /// Messages that were accepted, and are not here as items yet.
    Result<std::set<CommandId>> unseen() const;

    // A command is queued, then sent, then accepted, parked or gone; what would lead backwards changes
    // nothing.

    /// Queues it; one that is queued, numbered or accepted stays as it is, a parked one is queued anew.
    Result<> add(const frame::Command &command);
    Result<> number(const change::Number::Pair &pair);
    /// What is numbered and has no answer stays sent, without a number; numbers begin at 1.
    Result<> beginDevice();
    Result<> settle(const change::Settle &settle);
    /// Forgets it, if that is not too late.
    Result<> withdraw(const change::Withdraw &withdraw);
    /// Messages that this device has numbered above `seq` and that were accepted.
    Result<std::vector<CommandId>> acceptedAbove(std::uint64_t seq) const;
    /// An accepted message that its gateway has forgotten: parked as "lost_by_reset". \param text  in case
    /// the copy of its own is gone.
    Result<> lose(const CommandId &id, const std::string &text);
    /// Forgets the text of an accepted message that is here as an item, verified: one copy is enough.
    Result<> dropOwnCopy(const CommandId &id);

private:
    Database &m_database;
};

} // namespace holdfast
