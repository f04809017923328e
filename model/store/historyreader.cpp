// SPDX-License-Identifier: Apache-2.0
#include "model/store/historyreader.h"

#include "model/protocol/codec.h"
#include "model/protocol/limits.h"
#include "model/store/answers.h"
#include "model/store/outboxtable.h"
#include "model/store/parttable.h"
#include "model/store/replica.h"
#include "model/text/utf8.h"

#include <algorithm>
#include <limits>

namespace holdfast {

namespace {

constexpr std::uint64_t snippetBytesMax = 120;
constexpr std::size_t agentsBytesMax = 1024 * 1024;

#define ITEM_COLUMNS                                                                                         \
    "SELECT i.id, i.conversation, i.role, i.agent, i.status, i.gen, i.length, i.final_length, i.verdict, "   \
    "i.sha256, i.detail, i.created, i.finished, c.state, c.error, "                                          \
    "i.telling < COALESCE((SELECT value FROM meta WHERE key = 'told'), 0) "                                  \
    "FROM item i LEFT JOIN command c ON c.id = i.id "

ItemRow itemAt(const QSqlQuery &row)
{
    ItemRow item;
    item.id = {textAt(row, 0)};
    item.conversation = {textAt(row, 1)};
    item.role = row.value(2).toInt() == 0 ? Role::User : Role::Agent;
    item.agent = {textAt(row, 3)};
    item.status = parseRunStatus(textAt(row, 4)).value_or(RunStatus::Failed);
    item.gen = row.value(5).toUInt();
    item.length = numberAt(row, 6);
    item.finalLength = numberAt(row, 7);
    item.isVerified =
        !row.value(8).isNull() && row.value(8).toInt() == static_cast<int>(change::Verdict::Verified);
    item.sha256 = textAt(row, 9);
    item.detail = textAt(row, 10);
    item.createdAtMs = row.value(11).toLongLong();
    item.finishedAtMs = row.value(12).toLongLong();
    if (!row.value(13).isNull())
        item.delivery = static_cast<CommandState>(row.value(13).toInt());
    item.deliveryError = textAt(row, 14);
    item.isOnlyHere = row.value(15).toBool();
    return item;
}

/// A message that is still in the outbox: id, conversation, length, written, state, error.
ItemRow queuedAt(const QSqlQuery &row)
{
    ItemRow item;
    item.id = {textAt(row, 0)};
    item.conversation = {textAt(row, 1)};
    item.length = numberAt(row, 2);
    item.finalLength = item.length;
    item.createdAtMs = row.value(3).toLongLong();
    item.delivery = static_cast<CommandState>(row.value(4).toInt());
    item.deliveryError = textAt(row, 5);
    return item;
}

class SqliteReader : public HistoryReader
{
public:
    explicit SqliteReader(std::unique_ptr<Database> database) : m_database(std::move(database)) {}

    Result<std::vector<ConversationRow>> conversations() const override
    {
        return conversationsBy(
            "SELECT id, agent, title, active FROM conversation ORDER BY active DESC, id DESC", {});
    }
    Result<std::optional<ConversationRow>> conversation(const ConversationId &id) const override
    {
        auto rows = conversationsBy("SELECT id, agent, title, active FROM conversation WHERE id = ?",
                                    {bound(id.value)});
        if (!rows)
            return tl::unexpected(rows.error());
        return rows->empty() ? std::optional<ConversationRow>() : std::move(rows->front());
    }
    Result<std::vector<ItemRow>> items(const ConversationId &id, const ItemId &before,
                                       int limit) const override;
    Result<std::optional<ItemRow>> item(const ItemId &id) const override;
    Result<std::string> text(const ItemId &id, std::uint64_t offset) const override;
    Result<frame::Response> answer(const frame::GetHistory &f) const override;
    Result<frame::Response> answer(const frame::GetContext &f) const override;
    Result<std::vector<OutboxEntry>> outbox() const override { return OutboxTable(*m_database).all(); }
    Result<std::vector<AgentInfo>> agents() const override;

private:
    Result<bool> knows(const ConversationId &id) const;
    Result<std::vector<ConversationRow>> conversationsBy(const char *sql,
                                                         const Database::Values &values) const;
    Result<> describe(ConversationRow &row) const;
    Result<std::string> snippet(const ConversationId &id) const;
    Result<> addItems(const ConversationId &id, const ItemId &before, int limit,
                      std::vector<ItemRow> &items) const;
    Result<> addQueued(const ConversationId &id, std::vector<ItemRow> &items) const;
    Result<> addSeams(std::vector<ItemRow> &items) const;

    std::unique_ptr<Database> m_database;
};

Result<std::vector<ConversationRow>> SqliteReader::conversationsBy(const char *sql,
                                                                   const Database::Values &values) const
{
    std::vector<ConversationRow> rows;
    const auto read = m_database->snapshot([&]() -> Result<> {
        const auto found = m_database->each(sql, values, [&](const QSqlQuery &row) {
            ConversationRow each{
                .id = {textAt(row, 0)}, .agent = {textAt(row, 1)}, .title = textAt(row, 2), .snippet = {}};
            each.activeAtMs = row.value(3).toLongLong();
            rows.push_back(std::move(each));
        });
        if (!found)
            return found;
        for (ConversationRow &row : rows) {
            if (const auto described = describe(row); !described)
                return described;
        }
        return {};
    });
    if (!read)
        return tl::unexpected(read.error());
    return rows;
}

Result<> SqliteReader::describe(ConversationRow &row) const
{
    const auto queued = m_database->value(
        "SELECT COUNT(*) FROM command WHERE conversation = ? AND state <> 2 AND name = 'send'",
        {bound(row.id.value)});
    const auto working = m_database->value(
        "SELECT COUNT(*) FROM item WHERE conversation = ? AND status = 'working'", {bound(row.id.value)});
    auto beginning = snippet(row.id);
    if (!queued || !working || !beginning)
        return tl::unexpected(!queued ? queued.error() : !working ? working.error() : beginning.error());
    row.queued = queued->toInt();
    row.isAnswering = working->toInt() > 0;
    row.snippet = std::move(*beginning);
    return {};
}

/// Of the last message that waits, else of the last text the gateway has ordered.
Result<std::string> SqliteReader::snippet(const ConversationId &id) const
{
    const auto queued = m_database->value(
        "SELECT substr(text, 1, ?) FROM command WHERE conversation = ? AND name = 'send' AND text IS NOT "
        "NULL "
        "AND NOT EXISTS (SELECT 1 FROM item WHERE item.id = command.id) ORDER BY position DESC LIMIT 1",
        {bound(snippetBytesMax), bound(id.value)});
    const auto last = m_database->value(
        "SELECT id FROM item WHERE conversation = ? AND length > 0 ORDER BY position DESC, id DESC LIMIT 1",
        {bound(id.value)});
    if (!queued || !last)
        return tl::unexpected(queued ? last.error() : queued.error());
    Result<std::string> text;
    if (queued->isValid())
        text = queued->toByteArray().toStdString();
    else if (last->isValid())
        text = PartTable(*m_database).read(last->toString().toStdString(), 0, snippetBytesMax);
    if (text)
        text->resize(utf8::boundaryBefore(*text, text->size()));
    return text;
}

Result<std::vector<ItemRow>> SqliteReader::items(const ConversationId &id, const ItemId &before,
                                                 int limit) const
{
    std::vector<ItemRow> items;
    const auto read = m_database->snapshot([&]() -> Result<> {
        Result<> added = addItems(id, before, limit, items);
        if (added && before.isEmpty())
            added = addQueued(id, items);
        return added ? addSeams(items) : added;
    });
    if (!read)
        return tl::unexpected(read.error());
    return items;
}

Result<> SqliteReader::addItems(const ConversationId &id, const ItemId &before, int limit,
                                std::vector<ItemRow> &items) const
{
    const auto read = m_database->each(
        ITEM_COLUMNS "WHERE i.conversation = ? AND (i.position, i.id) < (COALESCE((SELECT position FROM item "
                     "WHERE id = ?), ?), ?) "
                     "ORDER BY i.position DESC, i.id DESC LIMIT ?",
        {bound(id.value), bound(before.value),
         static_cast<qlonglong>(std::numeric_limits<std::int64_t>::max()), bound(before.value), limit},
        [&](const QSqlQuery &row) { items.push_back(itemAt(row)); });
    std::ranges::reverse(items);
    return read;
}

Result<> SqliteReader::addQueued(const ConversationId &id, std::vector<ItemRow> &items) const
{
    return m_database->each(
        "SELECT id, conversation, length(text), written, state, error FROM command "
        "WHERE conversation = ? AND name = 'send' AND text IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM item WHERE item.id = command.id) ORDER BY position",
        {bound(id.value)}, [&](const QSqlQuery &row) { items.push_back(queuedAt(row)); });
}

Result<> SqliteReader::addSeams(std::vector<ItemRow> &items) const
{
    for (ItemRow &item : items) {
        if (item.role == Role::User)
            continue;
        const auto read =
            m_database->each("SELECT offset, lost, resumed FROM seam WHERE item = ? ORDER BY rowid",
                             {bound(item.id.value)}, [&](const QSqlQuery &row) {
                                 item.seams.push_back({numberAt(row, 0), row.value(1).toLongLong(),
                                                       row.value(2).toLongLong()});
                             });
        if (!read)
            return read;
    }
    return {};
}

Result<std::optional<ItemRow>> SqliteReader::item(const ItemId &id) const
{
    std::vector<ItemRow> found;
    auto read = m_database->each(ITEM_COLUMNS "WHERE i.id = ?", {bound(id.value)},
                                 [&](const QSqlQuery &row) { found.push_back(itemAt(row)); });
    if (read && found.empty())
        read = m_database->each("SELECT id, conversation, length(text), written, state, error FROM command "
                                "WHERE id = ? AND name = 'send'",
                                {bound(id.value)},
                                [&](const QSqlQuery &row) { found.push_back(queuedAt(row)); });
    if (read)
        read = addSeams(found);
    if (!read)
        return tl::unexpected(read.error());
    return found.empty() ? std::optional<ItemRow>() : std::move(found.front());
}

Result<std::string> SqliteReader::text(const ItemId &id, std::uint64_t offset) const
{
    auto text = PartTable(*m_database).read(id.value, offset, std::numeric_limits<std::uint64_t>::max());
    if (!text || !text->empty())
        return text;
    const auto queued = m_database->value("SELECT substr(text, ?) FROM command WHERE id = ?",
                                          {bound(offset + 1), bound(id.value)});
    if (!queued)
        return tl::unexpected(queued.error());
    return queued->toByteArray().toStdString();
}

Result<bool> SqliteReader::knows(const ConversationId &id) const
{
    const auto found = m_database->value("SELECT 1 FROM conversation WHERE id = ?", {bound(id.value)});
    return found ? Result<bool>(found->isValid()) : tl::unexpected(found.error());
}

Result<frame::Response> SqliteReader::answer(const frame::GetHistory &f) const
{
    const auto known = knows(f.conversation);
    if (!known || !*known)
        return known ? Result<frame::Response>({f.id, "unknown_conversation", "{}"})
                     : tl::unexpected(known.error());
    auto body = answers::history(
        *m_database,
        "SELECT id, role, position, final_length, sha256, status FROM item WHERE conversation = ? "
        "AND telling >= COALESCE((SELECT value FROM meta WHERE key = 'told'), 0) AND position > ? "
        "ORDER BY position LIMIT ?",
        {bound(f.conversation.value), bound(f.after), answers::itemsPerPage + 1});
    if (!body)
        return tl::unexpected(body.error());
    return frame::Response{f.id, {}, std::move(*body)};
}

Result<frame::Response> SqliteReader::answer(const frame::GetContext &f) const
{
    const auto known = knows(f.conversation);
    if (!known || !*known)
        return known ? Result<frame::Response>({f.id, "unknown_conversation", "{}"})
                     : tl::unexpected(known.error());
    std::map<std::string, std::string> values;
    const auto read =
        m_database->each("SELECT key, json FROM state WHERE conversation = ?", {bound(f.conversation.value)},
                         [&values](const QSqlQuery &row) { values[textAt(row, 0)] = textAt(row, 1); });
    if (!read)
        return tl::unexpected(read.error());
    return frame::Response{f.id, {}, answers::context(values)};
}

Result<std::vector<AgentInfo>> SqliteReader::agents() const
{
    const auto stored = m_database->value("SELECT value FROM meta WHERE key = 'agents'");
    if (!stored)
        return tl::unexpected(stored.error());
    const QByteArray json = stored->toByteArray();
    const auto frame =
        codec::decode({json.constData(), static_cast<std::size_t>(json.size())}, agentsBytesMax);
    const auto *agents = frame ? std::get_if<frame::Agents>(&*frame) : nullptr;
    return agents ? agents->agents : std::vector<AgentInfo>();
}

} // namespace

Result<std::unique_ptr<HistoryReader>> HistoryReader::open(const std::filesystem::path &dataDir)
{
    auto database = Database::open(replicaFile(dataDir), Database::Mode::Read);
    if (!database)
        return tl::unexpected(database.error());
    return std::make_unique<SqliteReader>(std::move(*database));
}

} // namespace holdfast
