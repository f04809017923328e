// SPDX-License-Identifier: Apache-2.0
#include "model/store/replicawriter.h"

#include "model/protocol/codec.h"

#include <limits>

namespace holdfast {

namespace {

QVariant time(std::int64_t ms) { return static_cast<qlonglong>(ms); }
QVariant flag(int value) { return value; }

} // namespace

Result<> ReplicaWriter::setMeta(const char *key, const QVariant &value)
{
    return m_database.run("INSERT INTO meta (key, value) VALUES (?, ?) "
                          "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                          {QString::fromLatin1(key), value});
}

Result<> ReplicaWriter::setCursor(const Cursor &cursor)
{
    if (const auto set = setMeta("epoch", bound(cursor.epoch)); !set)
        return set;
    return setMeta("seq", bound(cursor.seq));
}

Result<> ReplicaWriter::take(const change::ApplyLog &c)
{
    for (const LogEvent &event : c.events) {
        const auto applied = std::visit([&](const auto &body) { return apply(event.seq, body); }, event.body);
        if (!applied)
            return applied;
    }
    return setCursor(c.cursor);
}

Result<> ReplicaWriter::apply(std::uint64_t, const logged::ConversationCreated &e)
{
    m_touched.insert(e.conversation);
    return m_database.run("INSERT INTO conversation (id, agent, title, active) VALUES (?, ?, ?, ?) "
                          "ON CONFLICT (id) DO UPDATE SET agent = excluded.agent, title = excluded.title",
                          {bound(e.conversation.value), bound(e.agent.value), bound(e.title), time(e.atMs)});
}

Result<> ReplicaWriter::apply(std::uint64_t seq, const logged::MessageAdded &e)
{
    const auto added = m_database.run(
        "INSERT INTO item (id, conversation, position, role, status, has_final, final_length, sha256, created, finished) "
        "VALUES (?, ?, ?, 0, 'completed', 1, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET position = excluded.position, verdict = NULL",
        {bound(e.item.value), bound(e.conversation.value), bound(seq), bound(e.length), bound(e.sha256), time(e.atMs),
         time(e.atMs)});
    return added ? touch(e.conversation, e.atMs) : added;
}

Result<> ReplicaWriter::apply(std::uint64_t seq, const logged::RunStarted &e)
{
    // A log that is told again after a reset finds the answer here already: what was shown stays.
    const auto added = m_database.run(
        "INSERT INTO item (id, conversation, position, role, agent, status, gen, created) "
        "VALUES (?, ?, ?, 1, ?, 'working', ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET position = excluded.position, status = 'working', verdict = NULL",
        {bound(e.item.value), bound(e.conversation.value), bound(seq), bound(e.agent.value), bound(e.gen), time(e.atMs)});
    return added ? touch(e.conversation, e.atMs) : added;
}

Result<> ReplicaWriter::apply(std::uint64_t, const logged::RunFinished &e)
{
    const auto ended = m_database.run(
        "UPDATE item SET status = ?, has_final = 1, final_length = ?, sha256 = ?, detail = ?, finished = ? WHERE id = ?",
        {QString::fromLatin1(toString(e.status)), bound(e.length), bound(e.sha256), bound(e.detail), time(e.atMs),
         bound(e.item.value)});
    return ended ? touchOfItem(e.item) : ended;
}

Result<> ReplicaWriter::take(const change::WriteTail &c)
{
    const auto length = m_database.value("SELECT length FROM item WHERE id = ?", {bound(c.item.value)});
    if (!length)
        return tl::unexpected(length.error());
    if (!length->isValid() || length->toULongLong() < c.offset)
        return {}; // not ours, or it would leave a hole: the session never asks for that
    const std::uint64_t held = length->toULongLong();
    std::string fresh = c.text;
    std::uint64_t start = c.offset;
    if (held > c.offset) {
        const auto known = m_parts.read(c.item.value, c.offset, held - c.offset);
        if (!known)
            return tl::unexpected(known.error());
        const std::size_t shared = std::min(known->size(), c.text.size());
        if (known->compare(0, shared, c.text, 0, shared) == 0) {
            fresh.erase(0, shared);
            start += shared;
        } else if (const auto cut = m_parts.truncate(c.item.value, c.offset); !cut) {
            return cut;
        }
    }
    if (fresh.empty())
        return {};
    if (const auto added = m_parts.append(c.item.value, start, fresh); !added)
        return added;
    return m_database.run("UPDATE item SET length = ? WHERE id = ?", {bound(start + fresh.size()), bound(c.item.value)});
}

Result<> ReplicaWriter::take(const change::RestartTail &c)
{
    if (const auto cut = m_parts.truncate(c.item.value, 0); !cut)
        return cut;
    const auto reset = m_database.run("UPDATE item SET length = 0, gen = ?, verdict = NULL WHERE id = ?",
                                      {bound(c.gen), bound(c.item.value)});
    return reset ? touchOfItem(c.item) : reset;
}

Result<> ReplicaWriter::take(const change::FinishItem &c)
{
    const bool isGone = c.verdict == change::Verdict::Gone;
    const auto finished = isGone
        ? m_database.run("UPDATE item SET verdict = ?, status = CASE status WHEN 'working' THEN 'interrupted' "
                         "ELSE status END, detail = 'gone' WHERE id = ?",
                         {flag(static_cast<int>(c.verdict)), bound(c.item.value)})
        : m_database.run("UPDATE item SET verdict = ? WHERE id = ?",
                         {flag(static_cast<int>(c.verdict)), bound(c.item.value)});
    if (!finished)
        return finished;
    // The text of our own message has come back, verified: the outbox need not hold a second copy.
    const auto dropped = m_database.run("UPDATE command SET text = NULL WHERE id = ? AND state = 2", {bound(c.item.value)});
    return dropped ? touchOfItem(c.item) : dropped;
}

Result<> ReplicaWriter::take(const change::OpenSeams &c)
{
    for (const TailPosition &tail : c.tails) {
        const auto opened = m_database.run("INSERT INTO seam (item, offset, lost) VALUES (?, ?, ?)",
                                           {bound(tail.item.value), bound(tail.offset), time(m_wallClock().ms)});
        if (!opened)
            return opened;
    }
    return {};
}

Result<> ReplicaWriter::take(const change::CloseSeam &c)
{
    return m_database.run("UPDATE seam SET resumed = ? WHERE item = ? AND resumed = 0",
                          {time(m_wallClock().ms), bound(c.item.value)});
}

Result<> ReplicaWriter::take(const change::Enqueue &c)
{
    if (m_outbox == Replica::OutboxMode::Forgotten)
        return {};
    const frame::Command &command = c.command;
    if (command.name == "send") {
        const auto known = m_database.run(
            "INSERT INTO conversation (id, agent, title, active) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            {bound(command.conversation.value), bound(command.agent.value), bound(command.title), time(command.writtenAtMs)});
        if (!known)
            return known;
    }
    const auto added = m_database.run(
        "INSERT INTO command (id, name, conversation, agent, title, text, written, expires, state) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
        {bound(command.id.value), bound(command.name), bound(command.conversation.value), bound(command.agent.value),
         bound(command.title), bytes(command.text), time(command.writtenAtMs), time(command.expiresAtMs)});
    return added ? touch(command.conversation, command.writtenAtMs) : added;
}

Result<> ReplicaWriter::take(const change::Number &c)
{
    for (const change::Number::Pair &pair : c.pairs) {
        const auto numbered = m_database.run("UPDATE command SET seq = ?, state = 1 WHERE id = ? AND state = 0",
                                             {bound(pair.seq), bound(pair.id.value)});
        if (!numbered)
            return numbered;
        if (const auto touched = touchOfCommand(pair.id); !touched)
            return touched;
    }
    return c.pairs.empty() ? Result<>() : setMeta("next_seq", bound(c.pairs.back().seq + 1));
}

Result<> ReplicaWriter::take(const change::Settle &c)
{
    const bool isAccepted = c.error.empty();
    const auto settled = m_database.run("UPDATE command SET state = ?, error = ? WHERE id = ?",
                                        {flag(isAccepted ? 2 : 3), bound(c.error), bound(c.id.value)});
    return settled ? touchOfCommand(c.id) : settled;
}

Result<> ReplicaWriter::take(const change::Withdraw &c)
{
    if (const auto touched = touchOfCommand(c.id); !touched)
        return touched;
    return m_database.run("DELETE FROM command WHERE id = ? AND state = 0", {bound(c.id.value)});
}

Result<> ReplicaWriter::take(const change::StoreAgents &c)
{
    return setMeta("agents", bytes(codec::encode(frame::Agents{c.agents})));
}

Result<> ReplicaWriter::touch(const ConversationId &id, std::int64_t atMs)
{
    m_touched.insert(id);
    return m_database.run("UPDATE conversation SET active = MAX(active, ?) WHERE id = ?", {time(atMs), bound(id.value)});
}

Result<> ReplicaWriter::touchOfItem(const ItemId &item)
{
    return m_database.each("SELECT conversation FROM item WHERE id = ?", {bound(item.value)},
                           [this](const QSqlQuery &row) { m_touched.insert({textAt(row, 0)}); });
}

Result<> ReplicaWriter::touchOfCommand(const CommandId &command)
{
    return m_database.each("SELECT conversation FROM command WHERE id = ?", {bound(command.value)},
                           [this](const QSqlQuery &row) { m_touched.insert({textAt(row, 0)}); });
}

} // namespace holdfast
