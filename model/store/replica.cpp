// SPDX-License-Identifier: Apache-2.0
#include "model/store/replica.h"

#include "model/store/migrations.h"
#include "model/store/outboxtable.h"
#include "model/store/parttable.h"
#include "model/store/replicawriter.h"

#include <ctime>
#include <limits>

namespace holdfast {

namespace {

std::string dateOf(WallTime time)
{
    const auto seconds = static_cast<std::time_t>(time.ms / 1000);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[32];
    std::strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &parts);
    return text;
}

/// A name beside the file that nothing has yet.
std::filesystem::path nameForDamaged(const std::filesystem::path &file, WallTime now)
{
    const std::string name = file.string() + ".damaged-" + dateOf(now);
    std::string free = name;
    for (int i = 2; std::filesystem::exists(free); ++i)
        free = name + '-' + std::to_string(i);
    return free;
}

} // namespace

std::filesystem::path replicaFile(const std::filesystem::path &dataDir) { return dataDir / "replica.db"; }

Replica::Replica(Options options) : m_options(std::move(options)) {}
Replica::~Replica() = default;

Result<std::unique_ptr<Replica>> Replica::open(Options options)
{
    std::unique_ptr<Replica> replica(new Replica(std::move(options)));
    Result<> opened = replica->openFile();
    if (!opened && opened.error().code == Error::Code::Damaged)
        opened = replica->replaceDamaged();
    if (!opened)
        return tl::unexpected(opened.error());
    return replica;
}

Result<> Replica::openFile()
{
    auto database =
        Database::open(replicaFile(m_options.dataDir), Database::Mode::Write, migrations::ofReplica());
    if (!database)
        return tl::unexpected(database.error());
    m_database = std::move(*database);
    m_writer = std::make_unique<ReplicaWriter>(*m_database, m_options.wallClock, m_options.outbox);
    return ensureDevice();
}

Result<> Replica::replaceDamaged()
{
    m_writer.reset();
    m_database.reset();
    const std::filesystem::path file = replicaFile(m_options.dataDir);
    m_damagedCopy = nameForDamaged(file, m_options.wallClock());
    std::error_code ignored;
    for (const char *suffix : {"-wal", "-shm", ""})
        std::filesystem::rename(file.string() + suffix, m_damagedCopy.string() + suffix, ignored);
    if (const auto opened = openFile(); !opened)
        return opened;
    return rescueOutbox();
}

/// The outbox is the only thing a gateway cannot give back. What was numbered may have been delivered
/// already, so it comes back as parked, for the user to look at; the rest is queued again.
Result<> Replica::rescueOutbox()
{
    const auto damaged = Database::open(m_damagedCopy, Database::Mode::Read);
    if (!damaged)
        return {}; // nothing of it can be read
    std::vector<Change> changes;
    (void)(*damaged)->run(
        "PRAGMA writable_schema=ON"); // else SQLite reads nothing of a file that is too short
    (void)OutboxTable(**damaged).each([&changes](OutboxTable::Entry entry) {
        const bool wasQueued = entry.state == CommandState::Queued;
        entry.command.seq = 0;
        changes.push_back(change::Enqueue{entry.command});
        if (!wasQueued)
            changes.push_back(
                change::Settle{entry.command.id, entry.error.empty() ? "lost_by_reset" : entry.error});
    });
    const auto written = perform(changes, Durability::Durable);
    return written ? Result<>() : tl::unexpected(written.error());
}

/// A new file is a new device: its numbers begin anew, and the gateway must not take them for old ones (law
/// 6).
Result<> Replica::ensureDevice()
{
    return m_database->transaction(Durability::Durable, [this] {
        return m_database->run(
            "INSERT INTO meta (key, value) VALUES ('device', ?) ON CONFLICT (key) DO NOTHING",
            {bound(m_options.newDeviceId())});
    });
}

Result<ClientSession::Restored> Replica::restore()
{
    auto restored = readRestored();
    if (!restored && restored.error().code == Error::Code::Damaged) {
        if (const auto replaced = replaceDamaged(); !replaced)
            return tl::unexpected(replaced.error());
        restored = readRestored();
    }
    return restored;
}

Result<ClientSession::Restored> Replica::readRestored()
{
    ClientSession::Restored restored;
    std::uint64_t telling = 0;
    std::uint64_t told = 0;
    const auto meta = m_database->each("SELECT key, value FROM meta", {}, [&](const QSqlQuery &row) {
        const std::string key = textAt(row, 0);
        if (key == "device")
            restored.device = {textAt(row, 1)};
        else if (key == "epoch")
            restored.cursor.epoch = textAt(row, 1);
        else if (key == "lineage")
            restored.cursor.lineage = textAt(row, 1);
        else if (key == "seq")
            restored.cursor.seq = numberAt(row, 1);
        else if (key == "next_seq")
            restored.nextSeq = numberAt(row, 1);
        else if (key == "telling")
            telling = numberAt(row, 1);
        else if (key == "told")
            told = numberAt(row, 1);
    });
    if (!meta)
        return tl::unexpected(meta.error());
    restored.telling = telling == told ? Telling::Complete : Telling::Open;
    const OutboxTable outbox(*m_database);
    const auto commands = outbox.each([&](OutboxTable::Entry entry) {
        if (entry.state == CommandState::Parked) {
            restored.parked.insert(entry.command.id);
            return;
        }
        if (entry.state == CommandState::Sent && entry.command.seq == 0)
            restored.sentBefore.insert(entry.command.id);
        restored.commands.push_back(std::move(entry.command));
    });
    auto unseen = outbox.unseen();
    if (!commands || !unseen)
        return tl::unexpected(commands ? unseen.error() : commands.error());
    restored.unseen = std::move(*unseen);
    auto texts = openTexts();
    if (!texts)
        return tl::unexpected(texts.error());
    restored.texts = std::move(*texts);
    return restored;
}

/// Reads a text from the disk and compares it with what the gateway said of it; what differs is cut off.
Result<> Replica::hashAgain(OpenText &open) const
{
    const auto marks =
        m_database->each("SELECT length, sha256 FROM checkpoint WHERE item = ? ORDER BY length",
                         {bound(open.item.value)}, [&open](const QSqlQuery &row) {
                             (void)open.tail.expect({numberAt(row, 0), textAt(row, 1)});
                         });
    if (!marks)
        return marks;
    const auto text =
        PartTable(*m_database).read(open.item.value, 0, std::numeric_limits<std::uint64_t>::max());
    if (!text)
        return tl::unexpected(text.error());
    (void)open.tail.write(open.tail.gen(), 0, *text);
    return {};
}

/// Texts without a verdict, hashed again. After a reset a text may be here as a whole and yet be told anew:
/// if it is right it is finished at once; if not, the session goes on from where it was right (what is shown
/// stays until other bytes come).
Result<std::vector<OpenText>> Replica::openTexts()
{
    std::vector<OpenText> texts;
    const auto items = m_database->each(
        "SELECT id, role, gen, has_final, final_length, sha256, conversation FROM item WHERE verdict IS NULL "
        "ORDER BY id",
        {}, [&](const QSqlQuery &row) {
            const auto source = row.value(1).toInt() == 0 ? OpenText::Source::Message : OpenText::Source::Run;
            OpenText open{{textAt(row, 0)}, Tail(row.value(2).toUInt()), source, {textAt(row, 6)}};
            if (row.value(3).toBool())
                open.tail.setFinal({numberAt(row, 4), textAt(row, 5)});
            texts.push_back(std::move(open));
        });
    if (!items)
        return tl::unexpected(items.error());
    std::vector<OpenText> open;
    std::vector<Change> finished;
    for (OpenText &each : texts) {
        if (const auto hashed = hashAgain(each); !hashed)
            return tl::unexpected(hashed.error());
        each.tail.settle();
        if (each.tail.isVerified())
            finished.push_back(change::FinishItem{each.item, change::Verdict::Verified});
        else if (each.tail.isComplete())
            finished.push_back(change::FinishItem{each.item, change::Verdict::Unverified});
        else
            open.push_back(std::move(each));
    }
    const Result<std::set<ConversationId>> written =
        finished.empty() ? std::set<ConversationId>() : perform(finished, Durability::Usual);
    if (!written)
        return tl::unexpected(written.error());
    return open;
}

Result<std::vector<OutboxEntry>> Replica::outbox() const { return OutboxTable(*m_database).all(); }

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
