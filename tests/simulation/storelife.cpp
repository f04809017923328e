// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/storelife.h"

#include <algorithm>
#include <sqlite3.h>

namespace holdfast::test {

namespace {

/// Reads beside the writer, as the interface thread does.
class Inspector
{
public:
    explicit Inspector(const std::filesystem::path &file)
    {
        sqlite3_open_v2(file.c_str(), &m_database, SQLITE_OPEN_READONLY, nullptr);
    }
    ~Inspector() { sqlite3_close(m_database); }
    Inspector(const Inspector &) = delete;
    Inspector &operator=(const Inspector &) = delete;

    /// Every value of every row, or the error.
    std::string rows(const char *sql) const
    {
        sqlite3_stmt *statement = nullptr;
        std::string text;
        if (sqlite3_prepare_v2(m_database, sql, -1, &statement, nullptr) == SQLITE_OK) {
            while (sqlite3_step(statement) == SQLITE_ROW) {
                for (int column = 0; column < sqlite3_column_count(statement); ++column) {
                    const auto *bytes = static_cast<const char *>(sqlite3_column_blob(statement, column));
                    const int size = sqlite3_column_bytes(statement, column);
                    text += std::to_string(size) + ':';
                    text.append(bytes ? bytes : "", static_cast<std::size_t>(size));
                }
                text += '\n';
            }
        }
        if (sqlite3_errcode(m_database) != SQLITE_DONE && sqlite3_errcode(m_database) != SQLITE_OK)
            text += sqlite3_errmsg(m_database);
        sqlite3_finalize(statement);
        return text;
    }

private:
    sqlite3 *m_database{nullptr};
};

/// FNV-1a.
void mix(std::uint64_t &hash, const std::string &text)
{
    for (const char byte : text)
        hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3ULL;
}

} // namespace

std::string truthOf(const std::string &item, std::uint64_t offset, std::size_t size)
{
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    mix(hash, item);
    std::string text(size, ' ');
    for (std::size_t i = 0; i < size; ++i) {
        const std::uint64_t at = offset + i;
        text[i] = static_cast<char>('a' + Random(hash + at / 8).next() % 19 + at % 7);
    }
    return text;
}

std::uint64_t digestOf(const std::filesystem::path &file, const std::vector<const char *> &queries)
{
    const Inspector inspector(file);
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (const char *query : queries)
        mix(hash, inspector.rows(query));
    return hash;
}

std::string integrityOf(const std::filesystem::path &file)
{
    const std::string rows = Inspector(file).rows("PRAGMA integrity_check");
    return rows == "2:ok\n" ? "ok" : rows;
}

Rehearsal rehearse(StoreLife &life, CrashDisk &disk)
{
    Rehearsal rehearsal;
    if (!life.open(StoreLife::Boot::Same))
        return rehearsal;
    rehearsal.before = disk.image();
    rehearsal.digests.push_back(digestOf(life.file(), life.queries()));
    disk.arm({});
    for (std::size_t step = 0; step < life.size(); ++step) {
        if (!life.perform(step))
            return {};
        rehearsal.digests.push_back(digestOf(life.file(), life.queries()));
    }
    life.close();
    rehearsal.ops = disk.ops();
    return rehearsal;
}

Lived live(StoreLife &life, const Rehearsal &rehearsal, const Lived &from)
{
    Lived lived = from;
    for (std::size_t step = from.returned; step < life.size(); ++step) {
        lived.tried = std::max(lived.tried, step + 1);
        if (!life.perform(step))
            break;
        lived.returned = step + 1;
        const bool isChange = rehearsal.digests[step] != rehearsal.digests[step + 1];
        if (life.durability(step) == Durability::Durable && isChange)
            lived.durable = step + 1;
    }
    return lived;
}

std::optional<std::size_t> storedSteps(StoreLife &life, const Rehearsal &rehearsal, std::size_t tried)
{
    const std::uint64_t digest = digestOf(life.file(), life.queries());
    std::optional<std::size_t> stored;
    for (std::size_t step = 0; step <= tried; ++step) {
        if (rehearsal.digests[step] == digest)
            stored = step; // the last one that fits: a step may change nothing
    }
    return stored;
}

Found examine(StoreLife &life, const Rehearsal &rehearsal, const Lived &lived, StoreLife::Boot boot)
{
    const auto opened = life.open(boot);
    if (!opened)
        return {"cannot be opened again: " + opened.error().detail, 0};
    if (const std::string verdict = integrityOf(life.file()); verdict != "ok")
        return {"damaged: " + verdict, 0};
    const auto stored = storedSteps(life, rehearsal, lived.tried);
    if (!stored)
        return {"is as it never was after any step", 0};
    Found found;
    found.lost = lived.returned - std::min(lived.returned, *stored);
    const std::size_t needed = boot == StoreLife::Boot::Same ? lived.returned : lived.durable;
    if (*stored < needed)
        found.violation = "lost what had to survive: " + std::to_string(*stored) + " of " +
                          std::to_string(needed) + " steps are there";
    else
        found.violation = life.judge({lived.tried, lived.returned, *stored, boot});
    return found;
}

} // namespace holdfast::test
