// SPDX-License-Identifier: Apache-2.0
#include "model/store/database.h"

#include <QFile>
#include <QSqlError>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void initialiseMigrations() { Q_INIT_RESOURCE(migrations); }

namespace holdfast {

namespace {

/// Larger files are not read through at the start, unless damage has shown while they were used.
constexpr std::uintmax_t checkedBytesMax = 32 * 1024 * 1024;
/// What a transaction puts into the log besides its texts, about: the ends of its tables and indexes.
constexpr std::uint64_t pagesOfTransaction = 4;
constexpr std::uint64_t pageBytes = 4096;

constexpr const char *checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";

/// SQLITE_IOERR_SHMSIZE: there was no room for the index of the log; SQLite calls it "disk I/O error".
constexpr int noRoomForIndex = 4874;

Error errorOf(const QSqlError &error)
{
    const int extended = error.nativeErrorCode().toInt();
    const int code = extended & 0xFF; // the primary code of an extended one
    const std::string detail = (extended == noRoomForIndex ? "the disk is full: " : "") +
                               (error.databaseText() + error.driverText()).toStdString() + " (SQLite " +
                               error.nativeErrorCode().toStdString() + ')';
    if (code == 5 || code == 6)
        return {Error::Code::Busy, detail};
    if (code == 11 || code == 26)
        return {Error::Code::Damaged, detail};
    if (code == 19) // a constraint: the disk is well, the values are not
        return {Error::Code::BadArgument, detail};
    return {Error::Code::Io, detail};
}

/// Only a folder made here is closed to others: one that is there may be shared for good reasons.
Result<> makeFolder(const std::filesystem::path &folder)
{
    std::error_code error;
    if (folder.has_parent_path()) // a relative name may have none
        std::filesystem::create_directories(folder.parent_path(), error);
    if (!error && (::mkdir(folder.c_str(), 0700) == 0 || std::filesystem::is_directory(folder, error)))
        return {};
    return failure(Error::Code::Io,
                   error ? error.message() : std::string("not a folder: ") + folder.string());
}

QString uniqueName()
{
    static std::atomic<int> last{0};
    return QStringLiteral("holdfast-%1").arg(++last);
}

} // namespace

Database::Database(Mode mode) : m_mode(mode), m_name(uniqueName()) {}

Database::~Database()
{
    std::unique_ptr<Database> witness;
    if (m_broken && m_mode == Mode::Write && !m_file.empty()) {
        // The last connection to close makes a checkpoint. After a failed sync that would be the retry that
        // must not be: pages would be copied out of a log of which nobody knows what is on the disk.
        auto reader = open(m_file, Mode::Read);
        if (reader && (*reader)->value("SELECT COUNT(*) FROM sqlite_schema"))
            witness = std::move(*reader);
    }
    close();
    if (m_lock >= 0)
        ::close(m_lock);
}

void Database::close()
{
    m_statements.clear();
    if (!m_connection.isValid())
        return;
    m_connection.close();
    m_connection = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path &file, Mode mode,
                                                 const std::vector<Migration> &migrations)
{
    initialiseMigrations();
    std::unique_ptr<Database> database(new Database(mode));
    database->m_file = file;
    std::error_code ignored;
    if (mode == Mode::Read && !std::filesystem::exists(file, ignored))
        return failure(Error::Code::Gone, "there is no " + file.string());
    if (mode == Mode::Write) {
        if (const auto locked = database->lock(file); !locked)
            return tl::unexpected(locked.error());
    }
    if (const auto connected = database->connect(file); !connected)
        return tl::unexpected(connected.error());
    if (mode == Mode::Write) {
        if (const auto sound = database->check(file); !sound)
            return tl::unexpected(sound.error());
        if (const auto migrated = database->migrate(migrations); !migrated)
            return tl::unexpected(migrated.error());
        // What an earlier start left in the log may be in the cache of the system only, if a sync failed
        // then.
        if (const auto written = database->run(checkpoint); !written)
            return tl::unexpected(written.error());
    }
    return database;
}

Result<std::unique_ptr<Database>> Database::inMemory()
{
    std::unique_ptr<Database> database(new Database(Mode::Write));
    if (const auto connected = database->connect(":memory:"); !connected)
        return tl::unexpected(connected.error());
    return database;
}

/// Exactly one connection writes and checkpoints a file (SQLite 3.40.1 can damage a WAL that two of them
/// reset), so the lock is held for as long as this object lives. The file is made here, with the rights it
/// shall have.
Result<> Database::lock(const std::filesystem::path &file)
{
    if (const auto made = makeFolder(file.parent_path()); !made)
        return made;
    const std::string lockFile = file.string() + ".lock";
    m_lock = ::open(lockFile.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (m_lock < 0)
        return failure(Error::Code::Io, std::strerror(errno));
    if (::flock(m_lock, LOCK_EX | LOCK_NB) != 0)
        return failure(Error::Code::Busy, "another process uses it");
    // Never opened when it is there: closing it again would drop the locks that a reader in this process
    // holds.
    const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made >= 0)
        ::close(made);
    else if (errno != EEXIST || ::chmod(file.c_str(), 0600) != 0)
        return failure(Error::Code::Io, std::strerror(errno));
    return {};
}

Result<> Database::connect(const std::filesystem::path &file)
{
    m_connection = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
    m_connection.setDatabaseName(QString::fromStdString(file.string()));
    m_connection.setConnectOptions(m_mode == Mode::Read
                                       ? QStringLiteral("QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=2000")
                                       : QStringLiteral("QSQLITE_BUSY_TIMEOUT=2000"));
    if (!m_connection.open())
        return tl::unexpected(errorOf(m_connection.lastError()));
    if (m_mode == Mode::Read)
        return {};
    std::error_code ignored;
    if (std::filesystem::file_size(file, ignored) == 0) { // it can only be chosen before there is anything
        if (const auto set = value("PRAGMA auto_vacuum=INCREMENTAL"); !set)
            return tl::unexpected(set.error());
    }
    for (const char *pragma :
         {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL", "PRAGMA cache_size=-8000"}) {
        if (const auto set = value(pragma); !set)
            return tl::unexpected(set.error());
    }
    const auto pages = value("PRAGMA wal_autocheckpoint");
    const auto taken = value("PRAGMA wal_autocheckpoint=0");
    if (!pages || !taken)
        return tl::unexpected(pages ? taken.error() : pages.error());
    m_checkpointPages = pages->toULongLong();
    return {};
}

Result<> Database::check(const std::filesystem::path &file)
{
    std::error_code ignored;
    m_suspect = file.string() + ".suspect";
    const bool isSuspect = std::filesystem::exists(m_suspect, ignored);
    if (!isSuspect && std::filesystem::file_size(file, ignored) > checkedBytesMax)
        return {};
    const auto verdict = value(isSuspect ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)");
    if (!verdict)
        return tl::unexpected(verdict.error());
    if (verdict->toString() != QLatin1String("ok"))
        return failure(Error::Code::Damaged, verdict->toString().toStdString());
    std::filesystem::remove(m_suspect, ignored);
    return {};
}

Result<> Database::migrate(const std::vector<Migration> &migrations)
{
    const auto version = value("PRAGMA user_version");
    if (!version)
        return tl::unexpected(version.error());
    const int newest = migrations.empty() ? 0 : migrations.back().version;
    if (version->toInt() > newest)
        return failure(Error::Code::BadVersion, "it was written by a newer Holdfast");
    for (const Migration &each : migrations) {
        if (each.version <= version->toInt())
            continue;
        const auto applied = transaction(Durability::Durable, [&] { return apply(each); });
        if (!applied)
            return applied;
    }
    return {};
}

Result<> Database::apply(const Migration &migration)
{
    QFile file(QString::fromLatin1(migration.file));
    if (!file.open(QIODevice::ReadOnly))
        return failure(Error::Code::Io, std::string("missing migration ") + migration.file);
    QSqlQuery query(m_connection);
    const QStringList statements =
        QString::fromUtf8(file.readAll()).split(QLatin1String(";\n"), Qt::SkipEmptyParts);
    for (const QString &statement : statements) {
        if (!statement.trimmed().isEmpty() && !query.exec(statement))
            return tl::unexpected(errorOf(query.lastError()));
    }
    if (!query.exec(QStringLiteral("PRAGMA user_version=%1").arg(migration.version)))
        return tl::unexpected(errorOf(query.lastError()));
    return {};
}

Result<> Database::transaction(Durability durability, const std::function<Result<>()> &work)
{
    if (m_broken)
        return tl::unexpected(*m_broken);
    if (durability != m_durability) {
        const auto set = value(durability == Durability::Durable ? "PRAGMA synchronous=FULL"
                                                                 : "PRAGMA synchronous=NORMAL");
        if (!set)
            return tl::unexpected(set.error());
        m_durability = durability;
    }
    if (const auto begun = run("BEGIN IMMEDIATE"); !begun)
        return begun;
    Result<> done = work();
    if (done)
        done = run("COMMIT");
    if (!done)
        (void)run("ROLLBACK");
    if (!done && (done.error().code == Error::Code::Io || done.error().code == Error::Code::Damaged))
        m_broken = done.error();
    if (!done && done.error().code == Error::Code::Damaged)
        ::close(::open(m_suspect.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC,
                       0600)); // the next start looks at every page
    if (done)
        checkpointIfDue();
    return done;
}

Result<> Database::shrink(int pagesMax)
{
    const auto free = value("PRAGMA freelist_count");
    if (!free || free->toInt() == 0)
        return free ? Result<>() : tl::unexpected(free.error());
    return transaction(Durability::Usual, [&]() -> Result<> {
        Result<> done;
        // QtSql runs one step of a statement that has no columns, and each step gives back one page.
        for (int page = std::min(pagesMax, free->toInt()); done && page > 0; --page)
            done = run("PRAGMA incremental_vacuum(1)");
        return done;
    });
}

/// As often as SQLite would by itself after a commit. But it would tell nobody that a sync failed, go on, and
/// take for written what the system has given up. The commit that was the occasion is none the worse for it.
void Database::checkpointIfDue()
{
    m_writtenPages += pagesOfTransaction;
    if (m_checkpointPages == 0 || m_writtenPages < m_checkpointPages)
        return;
    m_writtenPages = 0;
    if (const auto written = run(checkpoint); !written)
        m_broken = written.error();
}

Result<> Database::snapshot(const std::function<Result<>()> &work)
{
    if (const auto begun = run("BEGIN"); !begun)
        return begun;
    const Result<> done = work();
    const Result<> ended = run("COMMIT");
    return done ? ended : done;
}

Result<QSqlQuery *> Database::execute(const char *sql, const Values &values)
{
    std::unique_ptr<QSqlQuery> &query = m_statements[sql];
    if (!query) {
        query = std::make_unique<QSqlQuery>(m_connection);
        query->setForwardOnly(true);
        if (!query->prepare(QString::fromUtf8(sql))) {
            const Error error = errorOf(query->lastError());
            query.reset();
            return tl::unexpected(error);
        }
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        query->bindValue(static_cast<int>(i), values[i]);
        if (values[i].userType() == QMetaType::QByteArray)
            m_writtenPages += static_cast<std::uint64_t>(values[i].toByteArray().size()) / pageBytes;
    }
    if (!query->exec()) {
        const Error error = errorOf(query->lastError());
        query.reset();
        return tl::unexpected(error);
    }
    return query.get();
}

Result<> Database::run(const char *sql, const Values &values)
{
    const auto query = execute(sql, values);
    if (!query)
        return tl::unexpected(query.error());
    (*query)->finish();
    return {};
}

Result<> Database::each(const char *sql, const Values &values,
                        const std::function<void(const QSqlQuery &)> &row)
{
    const auto query = execute(sql, values);
    if (!query)
        return tl::unexpected(query.error());
    while ((*query)->next())
        row(**query);
    const QSqlError error = (*query)->lastError();
    (*query)->finish();
    if (error.isValid())
        return tl::unexpected(errorOf(error));
    return {};
}

Result<QVariant> Database::value(const char *sql, const Values &values)
{
    QVariant first;
    const auto read = each(sql, values, [&first](const QSqlQuery &row) {
        if (!first.isValid())
            first = row.value(0);
    });
    if (!read)
        return tl::unexpected(read.error());
    return first;
}

} // namespace holdfast
