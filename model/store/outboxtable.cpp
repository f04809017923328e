// SPDX-License-Identifier: Apache-2.0
#include "model/store/outboxtable.h"

namespace holdfast {

namespace {

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
    command.priority = static_cast<Priority>(row.value(11).toInt());
    command.target = {textAt(row, 12)};
    command.after = {textAt(row, 13)};
    return command;
}

#define COMMAND_COLUMNS                                                                                      \
    "SELECT id, seq, name, conversation, agent, title, text, written, expires, state, error, "
#define WITHOUT_ANSWER "FROM command WHERE state <> 2 ORDER BY position"

} // namespace

Result<> OutboxTable::each(const std::function<void(Entry)> &take) const
{
    const auto isOfToday =
        m_database.value("SELECT 1 FROM pragma_table_info('command') WHERE name = 'priority'");
    const bool isOld = isOfToday && !isOfToday->isValid();
    const char *sql = isOld ? COMMAND_COLUMNS "2, '', '' " WITHOUT_ANSWER
                            : COMMAND_COLUMNS "priority, target, after " WITHOUT_ANSWER;
    return m_database.each(sql, {}, [&take](const QSqlQuery &row) {
        take({commandAt(row), static_cast<CommandState>(row.value(9).toInt()), textAt(row, 10)});
    });
}

Result<std::vector<OutboxEntry>> OutboxTable::all() const
{
    std::vector<Entry> entries;
    const auto read = each([&entries](Entry entry) { entries.push_back(std::move(entry)); });
    if (!read)
        return tl::unexpected(read.error());
    return entries;
}

Result<std::set<CommandId>> OutboxTable::unseen() const
{
    std::set<CommandId> ids;
    const auto read =
        m_database.each("SELECT id FROM command WHERE text IS NOT NULL AND state = 2 AND name = 'send' AND "
                        "NOT EXISTS (SELECT 1 FROM item WHERE item.id = command.id)",
                        {}, [&ids](const QSqlQuery &row) { ids.insert({textAt(row, 0)}); });
    if (!read)
        return tl::unexpected(read.error());
    return ids;
}

Result<> OutboxTable::add(const frame::Command &command)
{
    // A parked command goes back to the end of the queue by the user's word.
    const auto parked =
        m_database.run("DELETE FROM command WHERE id = ? AND state = 3", {bound(command.id.value)});
    if (!parked)
        return parked;
    return m_database.run(
        "INSERT INTO command (id, name, conversation, agent, title, text, written, expires, state, priority, "
        "target) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?) ON CONFLICT (id) DO NOTHING",
        {bound(command.id.value), bound(command.name), bound(command.conversation.value),
         bound(command.agent.value), bound(command.title), bytes(command.text),
         static_cast<qlonglong>(command.writtenAtMs), static_cast<qlonglong>(command.expiresAtMs),
         static_cast<int>(command.priority), bound(command.target.value)});
}

Result<> OutboxTable::number(const change::Number::Pair &pair)
{
    const auto numbered = m_database.run(
        "UPDATE command SET seq = ?, after = ?, state = 1 WHERE id = ? AND state < 2 AND seq = 0",
        {bound(pair.seq), bound(pair.after.value), bound(pair.id.value)});
    if (!numbered)
        return numbered;
    return m_database.run("INSERT INTO meta (key, value) VALUES ('next_seq', ?) "
                          "ON CONFLICT (key) DO UPDATE SET value = MAX(value, excluded.value)",
                          {bound(pair.seq + 1)});
}

Result<> OutboxTable::beginDevice()
{
    // Also what was accepted: its number was one of the old name's, and says nothing beside those of the new.
    const auto unnumbered =
        m_database.run("UPDATE command SET seq = 0, after = '' WHERE state IN (1, 2) AND seq <> 0", {});
    return unnumbered ? m_database.run("DELETE FROM meta WHERE key = 'next_seq'", {}) : unnumbered;
}

Result<> OutboxTable::settle(const change::Settle &settle)
{
    const CommandState state = settle.error.empty() ? CommandState::Accepted : CommandState::Parked;
    const auto settled =
        m_database.run("UPDATE command SET state = ?, error = ? WHERE id = ? AND state < 2",
                       {static_cast<int>(state), bound(settle.error), bound(settle.id.value)});
    if (!settled)
        return settled;
    if (const auto dropped = dropOwnCopy(settle.id); !dropped)
        return dropped;
    // Only messages are shown with how they were delivered.
    return m_database.run("DELETE FROM command WHERE id = ? AND state >= 2 AND name <> 'send'",
                          {bound(settle.id.value)});
}

Result<> OutboxTable::withdraw(const change::Withdraw &withdraw)
{
    const char *sql = withdraw.by == change::Withdraw::By::Gateway
                          ? "DELETE FROM command WHERE id = ? AND state <> 2"
                          : "DELETE FROM command WHERE id = ? AND state IN (0, 3)";
    return m_database.run(sql, {bound(withdraw.id.value)});
}

Result<std::vector<CommandId>> OutboxTable::acceptedAbove(std::uint64_t seq) const
{
    std::vector<CommandId> ids;
    const auto read =
        m_database.each("SELECT id FROM command WHERE state = 2 AND name = 'send' AND seq > ? ORDER BY seq",
                        {bound(seq)}, [&ids](const QSqlQuery &row) { ids.push_back({textAt(row, 0)}); });
    if (!read)
        return tl::unexpected(read.error());
    return ids;
}

Result<> OutboxTable::lose(const CommandId &id, const std::string &text)
{
    return m_database.run("UPDATE command SET state = 3, error = 'lost_by_reset', text = COALESCE(text, ?) "
                          "WHERE id = ? AND state = 2",
                          {bytes(text), bound(id.value)});
}

Result<> OutboxTable::dropOwnCopy(const CommandId &id)
{
    return m_database.run("UPDATE command SET text = NULL WHERE id = ? AND state = 2 AND "
                          "EXISTS (SELECT 1 FROM item WHERE item.id = command.id AND verdict = 0)",
                          {bound(id.value)});
}

} // namespace holdfast
