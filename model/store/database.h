// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/error.h"
#include "model/session/change.h"

#include <QSqlDatabase>
#include <QSqlQuery>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace holdfast {

/// One SQLite connection in WAL mode: the only writer of its file (or one of its readers), and the one place where
/// an SQL error becomes an Error. Thread: the one that made it.
class Database
{
public:
    enum class Mode { Write, Read };
    struct Migration {
        int version;         ///< 1, 2, …; never edited once shipped
        const char *file;    ///< Qt resource path of the .sql
    };

    /// Opens, and for Write: makes the file (0600) when it is missing, locks it against a second writer, checks its
    /// integrity, and migrates it. Errors: Io, Busy (another process holds it), Damaged (not SQLite, or failed the
    /// quick check), BadVersion (written by a newer Holdfast).
    static Result<std::unique_ptr<Database>> open(const std::filesystem::path &file, Mode mode,
                                                  const std::vector<Migration> &migrations);
    ~Database();

    /// Runs `work` in one transaction; rolled back when it returns an error.
    Result<> transaction(Durability durability, const std::function<Result<>()> &work);

    /// A prepared statement, kept for the next time. \param sql  must be a literal: it is the key of the cache.
    Result<QSqlQuery *> prepared(const char *sql);
    /// Executes what prepared() gave, with its bound values.
    Result<> execute(QSqlQuery &query) const;

private:
    Database() = default;
};

} // namespace holdfast
