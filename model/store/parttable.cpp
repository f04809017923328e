// SPDX-License-Identifier: Apache-2.0
#include "model/store/parttable.h"

#include <algorithm>

namespace holdfast {

namespace {

/// One read of the disk brings this much; a page of SQLite's cache is not blown out by it.
constexpr std::size_t mergedBytes = 64 * 1024;

} // namespace

Result<std::string> PartTable::read(const std::string &item, std::uint64_t offset,
                                    std::uint64_t bytesMax) const
{
    std::string text;
    const std::uint64_t end = bytesMax > INT64_MAX - offset ? INT64_MAX : offset + bytesMax;
    const auto read = m_database.each(
        "SELECT start, bytes FROM part WHERE item = ? AND start < ? AND start >= "
        "(SELECT COALESCE(MAX(start), 0) FROM part WHERE item = ? AND start <= ?) ORDER BY start",
        {bound(item), bound(end), bound(item), bound(offset)}, [&](const QSqlQuery &row) {
            const std::uint64_t start = numberAt(row, 0);
            const std::string chunk = bytesAt(row, 1);
            const std::uint64_t skip =
                offset > start ? std::min<std::uint64_t>(offset - start, chunk.size()) : 0;
            const std::uint64_t room = bytesMax - text.size();
            text.append(chunk, skip, std::min<std::uint64_t>(room, chunk.size() - skip));
        });
    if (!read)
        return tl::unexpected(read.error());
    return text;
}

Result<> PartTable::append(const std::string &item, std::uint64_t start, const std::string &text)
{
    if (text.empty())
        return {};
    return m_database.run("INSERT INTO part (item, start, bytes) VALUES (?, ?, ?)",
                          {bound(item), bound(start), bytes(text)});
}

Result<> PartTable::truncate(const std::string &item, std::uint64_t length)
{
    if (const auto gone =
            m_database.run("DELETE FROM part WHERE item = ? AND start >= ?", {bound(item), bound(length)});
        !gone)
        return gone;
    return m_database.run("UPDATE part SET bytes = substr(bytes, 1, ? - start) "
                          "WHERE item = ? AND start = (SELECT MAX(start) FROM part WHERE item = ?) "
                          "AND start + length(bytes) > ?",
                          {bound(length), bound(item), bound(item), bound(length)});
}

Result<> PartTable::merge(const std::string &item, std::uint64_t length)
{
    const auto count = m_database.value("SELECT COUNT(*) FROM part WHERE item = ?", {bound(item)});
    if (!count)
        return tl::unexpected(count.error());
    if (count->toULongLong() <= length / mergedBytes + 1)
        return {};
    for (std::uint64_t at = 0; at < length; at += mergedBytes) {
        if (const auto merged = mergeAt(item, at); !merged)
            return merged;
    }
    return {};
}

/// One large chunk instead of the small ones that begin here, of which the last may reach beyond it.
Result<> PartTable::mergeAt(const std::string &item, std::uint64_t at)
{
    const auto text = read(item, at, mergedBytes);
    if (!text)
        return tl::unexpected(text.error());
    const std::uint64_t end = at + text->size();
    const auto beyond = m_database.run(
        "INSERT INTO part (item, start, bytes) SELECT item, ?, substr(bytes, ? - start + 1) FROM part "
        "WHERE item = ? AND start = (SELECT MAX(start) FROM part WHERE item = ? AND start < ?) "
        "AND start + length(bytes) > ?",
        {bound(end), bound(end), bound(item), bound(item), bound(end), bound(end)});
    if (!beyond)
        return beyond;
    const auto gone = m_database.run("DELETE FROM part WHERE item = ? AND start >= ? AND start < ?",
                                     {bound(item), bound(at), bound(end)});
    return gone ? append(item, at, *text) : gone;
}

} // namespace holdfast
