// SPDX-License-Identifier: Apache-2.0
#include "model/store/gatewaylog.h"

#include "model/protocol/codec.h"
#include "model/store/migrations.h"
#include "model/store/parttable.h"

namespace holdfast {

namespace {

constexpr std::size_t lineageDigits = 16;

} // namespace

GatewayLog::GatewayLog(Options options) : m_options(std::move(options)) {}
GatewayLog::~GatewayLog() = default;

Result<std::unique_ptr<GatewayLog>> GatewayLog::open(Options options)
{
    auto database = Database::open(options.dir / "log.db", Database::Mode::Write, migrations::ofGatewayLog());
    if (!database)
        return tl::unexpected(database.error());
    std::unique_ptr<GatewayLog> log(new GatewayLog(std::move(options)));
    log->m_database = std::move(*database);
    if (const auto begun = log->begin(); !begun)
        return tl::unexpected(begun.error());
    return log;
}

/// The epoch changes only when history a client holds could be gone: after a stop that was not clean the
/// system may have lost what was not synced, but only if the system itself went down, which another boot id
/// tells (law 2).
Result<> GatewayLog::begin()
{
    std::string boot;
    std::string clean;
    auto read = m_database->each("SELECT key, value FROM meta", {}, [&](const QSqlQuery &row) {
        const std::string key = textAt(row, 0);
        if (key == "epoch")
            m_epoch = textAt(row, 1);
        else if (key == "boot")
            boot = textAt(row, 1);
        else if (key == "clean")
            clean = textAt(row, 1);
        else if (key == "floor")
            m_floor = numberAt(row, 1);
    });
    if (read)
        read = m_database->each("SELECT COALESCE(MAX(seq), 0) FROM event", {},
                                [this](const QSqlQuery &row) { m_head = numberAt(row, 0); });
    if (!read)
        return read;
    if (m_epoch.empty() || (clean != "yes" && boot != m_options.bootId))
        m_epoch = m_options.newEpoch();
    m_lineage = m_options.newEpoch().substr(0, lineageDigits);
    return m_database->transaction(Durability::Durable, [this]() -> Result<> {
        for (const auto &[key, value] :
             {std::pair("epoch", m_epoch), {"boot", m_options.bootId}, {"clean", std::string("no")}}) {
            if (const auto set = setMeta(key, value); !set)
                return set;
        }
        // Under this name nothing was written yet, or by a start that wrote nothing.
        return m_database->run("INSERT OR REPLACE INTO lineage (from_seq, name) VALUES (?, ?)",
                               {bound(m_head + 1), bound(m_lineage)});
    });
}

Result<std::string> GatewayLog::lineageAt(std::uint64_t seq) const
{
    const auto name = m_database->value(
        "SELECT name FROM lineage WHERE from_seq <= ? ORDER BY from_seq DESC LIMIT 1", {bound(seq)});
    if (!name)
        return tl::unexpected(name.error());
    return name->toString().toStdString();
}

Result<> GatewayLog::transact(Durability durability, const std::function<Result<>()> &work)
{
    const bool wasClean = std::exchange(m_stop, Stop::Unclean) == Stop::Clean;
    return m_database->transaction(wasClean ? Durability::Durable : durability, [&]() -> Result<> {
        Result<> done = checkOwner();
        if (done && wasClean)
            done = setMeta("clean", "no");
        return done ? work() : done;
    });
}

Result<> GatewayLog::setMeta(const char *key, const std::string &value)
{
    return m_database->run("INSERT INTO meta (key, value) VALUES (?, ?) "
                           "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                           {QString::fromLatin1(key), bound(value)});
}

Result<> GatewayLog::closeCleanly()
{
    const auto closed = transact(Durability::Durable, [this] { return setMeta("clean", "yes"); });
    if (closed)
        m_stop = Stop::Clean;
    return closed;
}

Result<std::uint64_t> GatewayLog::ackedCommand(const DeviceId &device) const
{
    const auto acked = m_database->value("SELECT acked FROM device WHERE id = ?", {bound(device.value)});
    if (!acked)
        return tl::unexpected(acked.error());
    return acked->toULongLong();
}

Result<std::optional<frame::Result>> GatewayLog::answered(const DeviceId &device,
                                                          const frame::Command &command) const
{
    std::optional<frame::Result> known;
    bool isForked = false;
    const auto read = m_database->each(
        "SELECT id, error, head FROM command WHERE (device = ? AND seq = ?) OR id = ?",
        {bound(device.value), bound(command.seq), bound(command.id.value)}, [&](const QSqlQuery &row) {
            if (textAt(row, 0) == command.id.value)
                known = frame::Result{command.seq, command.id, textAt(row, 1), numberAt(row, 2)};
            else
                isForked = true;
        });
    const auto acked = ackedCommand(device);
    if (!read || !acked)
        return tl::unexpected(read ? acked.error() : read.error());
    if (!known && (isForked || command.seq <= *acked))
        known = frame::Result{command.seq, command.id, isForked ? "device_forked" : "out_of_order", m_head};
    return known;
}

Result<frame::Result> GatewayLog::accept(const DeviceId &device, const frame::Command &command,
                                         const gate::Effects &effects)
{
    frame::Result result{command.seq, command.id, effects.error, 0};
    const std::uint64_t before = m_head;
    const auto done = transact(Durability::Durable, [&]() -> Result<> {
        if (const auto written = write(effects.events); !written)
            return tl::unexpected(written.error());
        for (const gate::NewText &text : effects.texts) {
            if (const auto added = PartTable(*m_database).append(text.item.value, 0, text.text); !added)
                return added;
        }
        if (const auto told = foretell(command, effects); !told)
            return told;
        result.head = m_head;
        const auto kept = m_database->run(
            "INSERT OR REPLACE INTO command (device, seq, id, error, head) VALUES (?, ?, ?, ?, ?)",
            {bound(device.value), bound(command.seq), bound(command.id.value), bound(result.error),
             bound(m_head)});
        if (!kept)
            return kept;
        return m_database->run("INSERT INTO device (id, acked) VALUES (?, ?) "
                               "ON CONFLICT (id) DO UPDATE SET acked = MAX(acked, excluded.acked)",
                               {bound(device.value), bound(command.seq)});
    });
    if (!done) {
        m_head = before;
        return tl::unexpected(done.error());
    }
    return result;
}

Result<std::uint64_t> GatewayLog::append(const std::vector<LogBody> &events, Durability durability)
{
    const std::uint64_t before = m_head;
    const auto done = transact(durability, [&]() -> Result<> {
        const auto written = write(events);
        return written ? Result<>() : tl::unexpected(written.error());
    });
    if (!done) {
        m_head = before;
        return tl::unexpected(done.error());
    }
    return m_head;
}

Result<std::uint64_t> GatewayLog::write(const std::vector<LogBody> &events)
{
    for (const LogBody &event : events) {
        ++m_head;
        if (const auto stored = insert(event); !stored)
            return tl::unexpected(stored.error());
        const auto indexed = std::visit([this](const auto &e) { return index(m_head, e); }, event);
        if (!indexed)
            return tl::unexpected(indexed.error());
    }
    return m_head;
}

// What can be asked about the log without reading it through.
Result<> GatewayLog::index(std::uint64_t, const logged::ConversationCreated &e)
{
    return m_database->run("INSERT OR IGNORE INTO conversation (id) VALUES (?)",
                           {bound(e.conversation.value)});
}

Result<> GatewayLog::index(std::uint64_t seq, const logged::MessageAdded &e)
{
    return m_database->run(
        "INSERT INTO item (id, conversation, seq, role, length, is_final, status, sha256) "
        "VALUES (?, ?, ?, 0, ?, 1, 'completed', ?)",
        {bound(e.item.value), bound(e.conversation.value), bound(seq), bound(e.length), bound(e.sha256)});
}

Result<> GatewayLog::index(std::uint64_t seq, const logged::RunStarted &e)
{
    return m_database->run(
        "INSERT INTO item (id, conversation, seq, role, run, agent, gen, started, lease, status) "
        "VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, 'working')",
        {bound(e.item.value), bound(e.conversation.value), bound(seq), bound(e.run.value),
         bound(e.agent.value), bound(e.gen), static_cast<qlonglong>(e.atMs), bound(m_lineage)});
}

Result<> GatewayLog::index(std::uint64_t, const logged::RunFinished &e)
{
    Result<> ended = checkLease(e.item);
    if (ended)
        ended =
            m_database->run("UPDATE item SET is_final = 1, status = ?, sha256 = ? WHERE id = ?",
                            {QString::fromLatin1(toString(e.status)), bound(e.sha256), bound(e.item.value)});
    if (ended)
        ended = vacate("checkpoint " + e.item.value); // the end says all that they said
    return ended ? PartTable(*m_database).merge(e.item.value, e.length) : ended;
}

Result<std::uint64_t> GatewayLog::appendText(const ItemId &item, std::uint64_t offset,
                                             const std::string &text)
{
    const std::uint64_t length = offset + text.size();
    const auto done = transact(Durability::Usual, [&]() -> Result<> {
        if (const auto ours = checkLease(item); !ours)
            return ours;
        const auto held = m_database->value("SELECT length FROM item WHERE id = ?", {bound(item.value)});
        if (!held)
            return tl::unexpected(held.error());
        if (held->toULongLong() != offset)
            return failure(Error::Code::BadOffset, "a text grows only at its end");
        if (const auto added = PartTable(*m_database).append(item.value, offset, text); !added)
            return added;
        return m_database->run("UPDATE item SET length = ? WHERE id = ?", {bound(length), bound(item.value)});
    });
    if (!done)
        return tl::unexpected(done.error());
    return length;
}

} // namespace holdfast
