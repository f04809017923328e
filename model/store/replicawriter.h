// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/store/outboxtable.h"
#include "model/store/parttable.h"
#include "model/store/replica.h"

#include <set>

namespace holdfast {

/// What each Change does to the tables of a replica; inside of one transaction of the caller.
class ReplicaWriter
{
public:
    ReplicaWriter(Database &database, std::function<WallTime()> wallClock, Replica::OutboxMode outbox)
        : m_database(database),
          m_parts(database),
          m_outbox(database),
          m_wallClock(std::move(wallClock)),
          m_outboxMode(outbox)
    {}

    Result<> write(const Change &change)
    {
        return std::visit([this](const auto &c) { return take(c); }, change);
    }
    /// The conversations written to since the last call.
    std::set<ConversationId> takeTouched() { return std::exchange(m_touched, {}); }

private:
    Result<> take(const change::ApplyLog &c);
    Result<> take(const change::BeginEpoch &c);
    Result<> take(const change::EndTelling &c);
    Result<> take(const change::WriteTail &c);
    Result<> take(const change::RestartTail &c);
    Result<> take(const change::FinishItem &c);
    Result<> take(const change::OpenSeams &c);
    Result<> take(const change::CloseSeam &c);
    Result<> take(const change::Enqueue &c);
    Result<> take(const change::Number &c);
    Result<> take(const change::BeginDevice &c);
    Result<> take(const change::Settle &c);
    Result<> take(const change::Withdraw &c);
    Result<> take(const change::LoseAccepted &c);
    Result<> take(const change::StoreAgents &c);

    Result<> apply(std::uint64_t seq, const logged::ConversationCreated &e);
    Result<> apply(std::uint64_t seq, const logged::MessageAdded &e);
    Result<> apply(std::uint64_t seq, const logged::RunStarted &e);
    Result<> apply(std::uint64_t seq, const logged::Checkpoint &e);
    Result<> apply(std::uint64_t seq, const logged::RunFinished &e);
    Result<> apply(std::uint64_t seq, const logged::StateSnapshot &e);
    Result<> apply(std::uint64_t seq, const logged::ConversationDeleted &e);
    Result<> apply(std::uint64_t, const logged::Unknown &) { return {}; }

    static QVariant millis(std::int64_t ms) { return static_cast<qlonglong>(ms); }
    Result<> setCursor(const Cursor &cursor);
    Result<> setMeta(const char *key, const QVariant &value);
    Result<> checkCursor(const Cursor &next);
    Result<> adoptOwnText(const logged::MessageAdded &e);
    Result<> restartIfOtherGen(const logged::RunStarted &e);
    Result<> trimToFinal(const ItemId &item);
    Result<> dropCheckpoints(const ItemId &item);
    Result<> addFresh(const ItemId &item, std::uint64_t start, const std::string &text);
    Result<> closeSeam(const ItemId &item);
    Result<> touch(const ConversationId &id, std::int64_t atMs);
    Result<> touchOfItem(const ItemId &item);
    Result<> touchOfCommand(const CommandId &command);

    Database &m_database;
    PartTable m_parts;
    OutboxTable m_outbox;
    std::function<WallTime()> m_wallClock;
    Replica::OutboxMode m_outboxMode;
    std::set<ConversationId> m_touched;
};

} // namespace holdfast
