// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/error.h"
#include "model/session/change.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariant>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace holdfast {

/// One SQLite connection in WAL mode: the only writer of its file, or one of its readers; and the one place
/// where an SQL error becomes an Error. Thread: the one that made it.
class Database
{
public:
    enum class Mode { Write, Read };
    struct Migration {
        int version;      ///< 1, 2, …; never edited once shipped
        const char *file; ///< in the resources
    };
    using Values = std::vector<QVariant>;

    /// For Write: makes the file (0600, in a folder 0700) when it is missing, locks it against a second
    /// writer and migrates it. Errors: Busy (another process holds it), Damaged, BadVersion (written by a
    /// newer Holdfast), Io; for Read also Gone.
    static Result<std::unique_ptr<Database>> open(const std::filesystem::path &file, Mode mode,
                                                  const std::vector<Migration> &migrations = {});
    /// A database of its own in memory: for indexes that are made anew at every start.
    static Result<std::unique_ptr<Database>> inMemory();
    ~Database();
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;

    /// Runs `work` in one transaction; rolled back when it returns an error. After Io or Damaged every later
    /// one gets the same error: what a failed sync left behind cannot be known, so only a new start tells
    /// (nothing is retried).
    Result<> transaction(Durability durability, const std::function<Result<>()> &work);
    /// Gives at most so many empty pages back to the disk.
    Result<> shrink(int pagesMax);
    /// Runs `work` so that all it reads is of one moment.
    Result<> snapshot(const std::function<Result<>()> &work);

    /// One statement, with plain "?" for its values (QtSql rewrites them, so numbered ones fail).
    /// Errors: Io, Busy, Damaged, BadArgument (against a constraint).
    /// \param sql  a literal: its address is the key under which it stays prepared.
    Result<> run(const char *sql, const Values &values = {});
    /// Calls `row` for each row; must not use the same statement again inside.
    Result<> each(const char *sql, const Values &values, const std::function<void(const QSqlQuery &)> &row);
    /// The first column of the first row; invalid when there is none.
    Result<QVariant> value(const char *sql, const Values &values = {});

private:
    explicit Database(Mode mode);
    Result<> connect(const std::filesystem::path &file);
    Result<> lock(const std::filesystem::path &file);
    Result<> check(const std::filesystem::path &file);
    Result<> migrate(const std::vector<Migration> &migrations);
    Result<> apply(const Migration &migration);
    Result<QSqlQuery *> execute(const char *sql, const Values &values);
    void checkpointIfDue();
    void close();

    Mode m_mode;
    QString m_name;
    QSqlDatabase m_connection;
    std::map<const char *, std::unique_ptr<QSqlQuery>> m_statements;
    Durability m_durability{Durability::Usual};
    std::optional<Error> m_broken;
    std::uint64_t m_checkpointPages{0}; ///< so many in the log are a reason for a checkpoint; 0: never
    std::uint64_t m_writtenPages{0};    ///< since the last one, about
    std::filesystem::path m_file;
    std::filesystem::path m_suspect; ///< a file that says: damage was seen in this database
    int m_lock{-1};
};

/// How ids and texts go into a statement, and come back.
inline QVariant bound(const std::string &text) { return QString::fromStdString(text); }
inline QVariant bound(std::uint64_t number) { return static_cast<qlonglong>(number); }
inline QVariant bytes(const std::string &text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}
inline std::string textAt(const QSqlQuery &row, int column)
{
    return row.value(column).toString().toStdString();
}
inline std::string bytesAt(const QSqlQuery &row, int column)
{
    return row.value(column).toByteArray().toStdString();
}
inline std::uint64_t numberAt(const QSqlQuery &row, int column) { return row.value(column).toULongLong(); }

} // namespace holdfast
