// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clientsession.h"
#include "model/store/rows.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <set>

namespace holdfast {

class Database;
class ReplicaWriter;

/// A client's copy of its log and texts, and its outbox, in `<dataDir>/replica.db` (SQLite, WAL, 0600). The
/// only connection that writes that file. A damaged file is set aside as `replica.db.damaged-<date>` (with
/// its -wal), what can still be read of the outbox is carried over, and a new one begins: the rest comes from
/// the gateway. Thread: the one that made it.
class Replica
{
public:
    /// Kept is the product. Forgotten keeps the outbox in memory only: a test must fail then.
    enum class OutboxMode { Kept, Forgotten };
    struct Options {
        std::filesystem::path dataDir;            ///< made with 0700 when missing
        std::function<WallTime()> wallClock;      ///< for what people read: times of messages and seams
        std::function<std::string()> newDeviceId; ///< 128 random bits in hex
        OutboxMode outbox{OutboxMode::Kept};
    };

    /// Errors: Busy (another process uses this data directory), Io, BadVersion.
    static Result<std::unique_ptr<Replica>> open(Options options);
    ~Replica();

    /// What a session starts from: cursor, device, open texts with their running hashes, unanswered commands.
    Result<ClientSession::Restored> restore();

    /// One transaction for all of them. \returns the conversations that look different afterwards.
    /// WriteTail is idempotent: bytes that are there and equal stay; where they differ, the text from there
    /// on is replaced. Errors: Io (disk full, read-only): the caller must stop using this store.
    Result<std::set<ConversationId>> perform(const std::vector<Change> &changes, Durability durability);

    /// What is in the outbox, parked ones included, in the order in which it was given.
    Result<std::vector<OutboxEntry>> outbox() const;

    /// Where a damaged file was set aside by open() or restore(), else empty.
    const std::filesystem::path &damagedCopy() const { return m_damagedCopy; }

private:
    explicit Replica(Options options);
    Result<> openFile();
    Result<> replaceDamaged();
    Result<> rescueOutbox();
    Result<> ensureDevice();
    Result<ClientSession::Restored> readRestored();
    Result<std::vector<OpenText>> openTexts();
    Result<> hashAgain(OpenText &open) const;

    Options m_options;
    std::filesystem::path m_damagedCopy;
    std::unique_ptr<Database> m_database;
    std::unique_ptr<ReplicaWriter> m_writer;
};

/// The file of a client's replica.
std::filesystem::path replicaFile(const std::filesystem::path &dataDir);

} // namespace holdfast
