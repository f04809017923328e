// SPDX-License-Identifier: Apache-2.0
#include "model/store/outboxtable.h"

namespace holdfast {

Result<> OutboxTable::each(const std::function<void(Entry)> &take) const
{
    return m_database.each(
        "SELECT id, seq, name, conversation, agent, title, text, written, expires, state, error "
        "FROM command WHERE state <> 2 ORDER BY position",
        {}, [&take](const QSqlQuery &row) {
            Entry entry;
            entry.command.id = {textAt(row, 0)};
            entry.command.seq = numberAt(row, 1);
            entry.command.name = textAt(row, 2);
            entry.command.conversation = {textAt(row, 3)};
            entry.command.agent = {textAt(row, 4)};
            entry.command.title = textAt(row, 5);
            entry.command.text = bytesAt(row, 6);
            entry.command.writtenAtMs = row.value(7).toLongLong();
            entry.command.expiresAtMs = row.value(8).toLongLong();
            entry.state = static_cast<CommandState>(row.value(9).toInt());
            entry.error = textAt(row, 10);
            take(std::move(entry));
        });
}

Result<> OutboxTable::add(const frame::Command &command)
{
    // A parked command goes back to the end of the queue by the user's word.
    const auto parked =
        m_database.run("DELETE FROM command WHERE id = ? AND state = 3", {bound(command.id.value)});
    if (!parked)
        return parked;
    return m_database.run(
        "INSERT INTO command (id, name, conversation, agent, title, text, written, expires, state) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT (id) DO NOTHING",
        {bound(command.id.value), bound(command.name), bound(command.conversation.value),
         bound(command.agent.value), bound(command.title), bytes(command.text),
         static_cast<qlonglong>(command.writtenAtMs), static_cast<qlonglong>(command.expiresAtMs)});
}

Result<> OutboxTable::number(const change::Number::Pair &pair)
{
    const auto numbered = m_database.run("UPDATE command SET seq = ?, state = 1 WHERE id = ? AND state = 0",
                                         {bound(pair.seq), bound(pair.id.value)});
    if (!numbered)
        return numbered;
    return m_database.run("INSERT INTO meta (key, value) VALUES ('next_seq', ?) "
                          "ON CONFLICT (key) DO UPDATE SET value = MAX(value, excluded.value)",
                          {bound(pair.seq + 1)});
}

Result<> OutboxTable::beginDevice()
{
    const auto queued = m_database.run("UPDATE command SET seq = 0, state = 0 WHERE state = 1", {});
    return queued ? m_database.run("DELETE FROM meta WHERE key = 'next_seq'", {}) : queued;
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
    return m_database.run("DELETE FROM command WHERE id = ? AND state = 2 AND name <> 'send'",
                          {bound(settle.id.value)});
}

Result<> OutboxTable::withdraw(const CommandId &id)
{
    return m_database.run("DELETE FROM command WHERE id = ? AND state = 0", {bound(id.value)});
}

Result<> OutboxTable::dropOwnCopy(const CommandId &id)
{
    return m_database.run("UPDATE command SET text = NULL WHERE id = ? AND state = 2 AND "
                          "EXISTS (SELECT 1 FROM item WHERE item.id = command.id AND verdict = 0)",
                          {bound(id.value)});
}

} // namespace holdfast
