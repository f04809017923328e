// SPDX-License-Identifier: Apache-2.0
#include "model/store/replica.h"

#include "model/store/parttable.h"
#include "model/store/replicawriter.h"

#include <ctime>
#include <limits>

namespace holdfast {

namespace {

const std::vector<Database::Migration> migrations{{1, ":/migrations/replica-1.sql"}};

std::string dateOf(WallTime time)
{
    const auto seconds = static_cast<std::time_t>(time.ms / 1000);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[32];
    std::strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &parts);
    return text;
}

/// A command as it stands in a row: id, seq, name, conversation, agent, title, text, written, expires.
frame::Command commandAt(const QSqlQuery &row)
{
    frame::Command command;
    command.id = {textAt(row, 0)};
    command.seq = numberAt(row, 1);
    command.name = textAt(row, 2);
    command.conversation = {textAt(row, 3)};
    command.agent = {textAt(row, 4)};
    command.title = textAt(row, 5);
    command.text = bytesAt(row, 6);
    command.writtenAtMs = row.value(7).toLongLong();
    command.expiresAtMs = row.value(8).toLongLong();
    return command;
}

constexpr const char *openCommands =
    "SELECT id, seq, name, conversation, agent, title, text, written, expires FROM command WHERE state < 2 ORDER BY position";

} // namespace

std::filesystem::path replicaFile(const std::filesystem::path &dataDir) { return dataDir / "replica.db"; }

Replica::Replica(Options options) : m_options(std::move(options)) {}
Replica::~Replica() = default;

Result<std::unique_ptr<Replica>> Replica::open(Options options)
{
    const std::filesystem::path file = replicaFile(options.dataDir);
    std::unique_ptr<Replica> replica(new Replica(std::move(options)));
    auto database = Database::open(file, Database::Mode::Write, migrations);
    if (!database && database.error().code == Error::Code::Damaged) {
        replica->m_damagedCopy = file.string() + ".damaged-" + dateOf(replica->m_options.wallClock());
        std::error_code ignored;
        for (const char *suffix : {"-wal", "-shm", ""})
            std::filesystem::rename(file.string() + suffix, replica->m_damagedCopy.string() + suffix, ignored);
        database = Database::open(file, Database::Mode::Write, migrations);
    }
    if (!database)
        return tl::unexpected(database.error());
    replica->m_database = std::move(*database);
    replica->m_writer = std::make_unique<ReplicaWriter>(*replica->m_database, replica->m_options.wallClock,
                                                        replica->m_options.outbox);
    if (!replica->m_damagedCopy.empty()) {
        if (const auto rescued = replica->rescueOutbox(); !rescued)
            return tl::unexpected(rescued.error());
    }
    if (const auto device = replica->ensureDevice(); !device)
        return tl::unexpected(device.error());
    return replica;
}

/// The outbox is the only thing a gateway cannot give back. What was numbered may have been delivered already, so it
/// comes back as parked, for the user to look at; the rest is queued again.
Result<> Replica::rescueOutbox()
{
    const auto damaged = Database::open(m_damagedCopy, Database::Mode::Read);
    if (!damaged)
        return {}; // nothing of it can be read
    std::vector<Change> changes;
    (void)(*damaged)->each(openCommands, {}, [&](const QSqlQuery &row) {
        frame::Command command = commandAt(row);
        const bool wasSent = command.seq != 0;
        command.seq = 0;
        changes.push_back(change::Enqueue{command});
        if (wasSent)
            changes.push_back(change::Settle{command.id, "lost_by_reset"});
    });
    const auto written = perform(changes, Durability::Durable);
    return written ? Result<>() : tl::unexpected(written.error());
}

/// A new file is a new device: its numbers begin anew, and the gateway must not take them for old ones (law 6).
Result<> Replica::ensureDevice()
{
    return m_database->run("INSERT INTO meta (key, value) VALUES ('device', ?) ON CONFLICT (key) DO NOTHING",
                           {bound(m_options.newDeviceId())});
}

Result<ClientSession::Restored> Replica::restore()
{
    ClientSession::Restored restored;
    const auto meta = m_database->each("SELECT key, value FROM meta", {}, [&](const QSqlQuery &row) {
        const std::string key = textAt(row, 0);
        if (key == "device")
            restored.device = {textAt(row, 1)};
        else if (key == "epoch")
            restored.cursor.epoch = textAt(row, 1);
        else if (key == "seq")
            restored.cursor.seq = numberAt(row, 1);
        else if (key == "next_seq")
            restored.nextSeq = numberAt(row, 1);
    });
    if (!meta)
        return tl::unexpected(meta.error());
    const auto commands = m_database->each(
        openCommands, {}, [&](const QSqlQuery &row) { restored.commands.push_back(commandAt(row)); });
    if (!commands)
        return tl::unexpected(commands.error());
    const auto items = m_database->each(
        "SELECT id, role, gen, has_final, final_length, sha256 FROM item WHERE verdict IS NULL", {},
        [&](const QSqlQuery &row) {
            OpenText open{{textAt(row, 0)}, Tail(row.value(2).toUInt()), OpenText::Source::Run};
            if (row.value(1).toInt() == 0)
                open.source = OpenText::Source::Message;
            if (row.value(3).toBool())
                open.tail.setFinal({numberAt(row, 4), textAt(row, 5)});
            restored.texts.push_back(std::move(open));
        });
    if (!items)
        return tl::unexpected(items.error());
    for (OpenText &open : restored.texts) {
        const auto text = PartTable(*m_database).read(open.item.value, 0, std::numeric_limits<std::uint64_t>::max());
        if (!text)
            return tl::unexpected(text.error());
        open.tail.write(open.tail.gen(), 0, *text);
    }
    return restored;
}

Result<std::set<ConversationId>> Replica::perform(const std::vector<Change> &changes, Durability durability)
{
    const auto done = m_database->transaction(durability, [&]() -> Result<> {
        for (const Change &each : changes) {
            if (const auto written = m_writer->write(each); !written)
                return written;
        }
        return {};
    });
    std::set<ConversationId> touched = m_writer->takeTouched();
    if (!done)
        return tl::unexpected(done.error());
    return touched;
}

} // namespace holdfast
