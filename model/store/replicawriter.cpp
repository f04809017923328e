// SPDX-License-Identifier: Apache-2.0
#include "model/store/replicawriter.h"

#include "model/protocol/codec.h"
#include "model/protocol/limits.h"

#include <algorithm>
#include <optional>

namespace holdfast {

namespace {

/// A conversation shows the beginning of its last text.
constexpr std::uint64_t snippetBytesMax = 120;

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
    if (const auto set = setMeta("lineage", bound(cursor.lineage)); !set)
        return set;
    return setMeta("seq", bound(cursor.seq));
}

Result<> ReplicaWriter::checkCursor(const Cursor &next)
{
    const auto epoch = m_database.value("SELECT value FROM meta WHERE key = 'epoch'");
    const auto seq = m_database.value("SELECT value FROM meta WHERE key = 'seq'");
    if (!epoch || !seq)
        return tl::unexpected(epoch ? seq.error() : epoch.error());
    if (epoch->toString().toStdString() == next.epoch && next.seq < seq->toULongLong())
        return failure(Error::Code::BadCursor, "the cursor would go back within an epoch");
    return {};
}

Result<> ReplicaWriter::take(const change::BeginEpoch &c)
{
    const auto begun = m_database.run("INSERT INTO meta (key, value) VALUES ('telling', 1) "
                                      "ON CONFLICT (key) DO UPDATE SET value = value + 1");
    return begun ? setCursor(c.cursor) : begun;
}

Result<> ReplicaWriter::take(const change::EndTelling &)
{
    return m_database.run(
        "INSERT INTO meta (key, value) SELECT 'told', value FROM meta WHERE key = 'telling' "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value");
}

Result<> ReplicaWriter::take(const change::ApplyLog &c)
{
    if (const auto checked = checkCursor(c.cursor); !checked)
        return checked;
    for (const LogEvent &event : c.events) {
        const auto applied = std::visit([&](const auto &body) { return apply(event.seq, body); }, event.body);
        if (!applied)
            return applied;
    }
    return setCursor(c.cursor);
}

Result<> ReplicaWriter::take(const change::WriteTail &c)
{
    std::optional<std::uint64_t> length;
    const auto found = m_database.each("SELECT length FROM item WHERE id = ? AND gen = ?",
                                       {bound(c.item.value), bound(c.gen)},
                                       [&length](const QSqlQuery &row) { length = numberAt(row, 0); });
    if (!found || !length)
        return found; // an item that is not ours, or a text that has been replaced
    if (*length < c.offset)
        return failure(Error::Code::BadOffset, "the text would have a hole");
    const auto known = m_parts.read(c.item.value, c.offset, *length - c.offset);
    if (!known)
        return tl::unexpected(known.error());
    const std::size_t shared = std::min(known->size(), c.text.size());
    if (known->compare(0, shared, c.text, 0, shared) == 0)
        return addFresh(c.item, c.offset + shared, c.text.substr(shared));
    if (const auto cut = m_parts.truncate(c.item.value, c.offset); !cut)
        return cut;
    return addFresh(c.item, c.offset, c.text);
}

Result<> ReplicaWriter::addFresh(const ItemId &item, std::uint64_t start, const std::string &text)
{
    if (text.empty())
        return {};
    if (const auto added = m_parts.append(item.value, start, text); !added)
        return added;
    const auto grown = m_database.run("UPDATE item SET length = ? WHERE id = ?",
                                      {bound(start + text.size()), bound(item.value)});
    if (!grown)
        return grown;
    // Also when nobody asks: a session that was killed while the link was lost does not know about its seam.
    if (const auto closed = closeSeam(item); !closed)
        return closed;
    return start < snippetBytesMax ? touchOfItem(item) : Result<>();
}

Result<> ReplicaWriter::take(const change::RestartTail &c)
{
    const auto isOther =
        m_database.value("SELECT 1 FROM item WHERE id = ? AND gen <> ?", {bound(c.item.value), bound(c.gen)});
    Result<> done = isOther ? Result<>() : tl::unexpected(isOther.error());
    if (done && isOther->isValid())
        done = dropCheckpoints(c.item);
    if (done)
        done = m_parts.truncate(c.item.value, c.offset);
    if (done)
        done = m_database.run("UPDATE item SET length = MIN(length, ?), gen = ?, verdict = NULL WHERE id = ?",
                              {bound(c.offset), bound(c.gen), bound(c.item.value)});
    return done ? touchOfItem(c.item) : done;
}

Result<> ReplicaWriter::take(const change::FinishItem &c)
{
    const bool isGone = c.verdict == change::Verdict::Gone;
    const auto finished =
        isGone ? m_database.run(
                     "UPDATE item SET verdict = ?, status = CASE status WHEN 'working' THEN 'interrupted' "
                     "ELSE status END, detail = 'gone' WHERE id = ?",
                     {flag(static_cast<int>(c.verdict)), bound(c.item.value)})
               : m_database.run("UPDATE item SET verdict = ? WHERE id = ?",
                                {flag(static_cast<int>(c.verdict)), bound(c.item.value)});
    if (!finished)
        return finished;
    if (const auto dropped = dropCheckpoints(c.item); !dropped)
        return dropped;
    if (c.verdict == change::Verdict::Verified) {
        if (const auto trimmed = trimToFinal(c.item); !trimmed)
            return trimmed;
        if (const auto dropped = m_outbox.dropOwnCopy({c.item.value}); !dropped)
            return dropped;
    }
    return touchOfItem(c.item);
}

/// A text that was told before may have been longer than the one that is now known to be right.
Result<> ReplicaWriter::trimToFinal(const ItemId &item)
{
    std::optional<std::uint64_t> length;
    std::optional<std::uint64_t> beyond;
    const auto read = m_database.each("SELECT length, final_length FROM item WHERE id = ? AND has_final = 1",
                                      {bound(item.value)}, [&](const QSqlQuery &row) {
                                          length = std::min(numberAt(row, 0), numberAt(row, 1));
                                          if (numberAt(row, 0) > *length)
                                              beyond = *length;
                                      });
    if (!read || !length)
        return read;
    if (beyond) {
        if (const auto cut = m_parts.truncate(item.value, *beyond); !cut)
            return cut;
        const auto set =
            m_database.run("UPDATE item SET length = ? WHERE id = ?", {bound(*beyond), bound(item.value)});
        if (!set)
            return set;
    }
    return m_parts.merge(item.value, *length);
}

Result<> ReplicaWriter::take(const change::OpenSeams &c)
{
    for (const TailPosition &tail : c.tails) {
        const auto opened =
            m_database.run("INSERT INTO seam (item, offset, lost) SELECT id, ?, ? FROM item WHERE id = ? "
                           "AND NOT EXISTS (SELECT 1 FROM seam WHERE seam.item = item.id AND resumed = 0)",
                           {bound(tail.offset), millis(m_wallClock().ms), bound(tail.item.value)});
        if (!opened)
            return opened;
    }
    return {};
}

Result<> ReplicaWriter::take(const change::CloseSeam &c) { return closeSeam(c.item); }

Result<> ReplicaWriter::closeSeam(const ItemId &item)
{
    return m_database.run("UPDATE seam SET resumed = ? WHERE item = ? AND resumed = 0",
                          {millis(m_wallClock().ms), bound(item.value)});
}

Result<> ReplicaWriter::take(const change::Enqueue &c)
{
    if (m_outboxMode == Replica::OutboxMode::Forgotten)
        return {};
    const frame::Command &command = c.command;
    if (command.name == "send") {
        const auto known = m_database.run("INSERT INTO conversation (id, agent, title, active) VALUES (?, ?, "
                                          "?, ?) ON CONFLICT (id) DO NOTHING",
                                          {bound(command.conversation.value), bound(command.agent.value),
                                           bound(command.title), millis(command.writtenAtMs)});
        if (!known)
            return known;
        if (const auto touched = touch(command.conversation, command.writtenAtMs); !touched)
            return touched;
    }
    m_touched.insert(command.conversation);
    return m_outbox.add(command);
}

Result<> ReplicaWriter::take(const change::Number &c)
{
    for (const change::Number::Pair &pair : c.pairs) {
        if (const auto numbered = m_outbox.number(pair); !numbered)
            return numbered;
        if (const auto touched = touchOfCommand(pair.id); !touched)
            return touched;
    }
    return {};
}

Result<> ReplicaWriter::take(const change::BeginDevice &c)
{
    const auto named = m_database.run("INSERT INTO meta (key, value) VALUES ('device', ?) "
                                      "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                                      {bound(c.device.value)});
    return named ? m_outbox.beginDevice() : named;
}

Result<> ReplicaWriter::take(const change::Settle &c)
{
    const auto touched = touchOfCommand(c.id);
    return touched ? m_outbox.settle(c) : touched;
}

Result<> ReplicaWriter::take(const change::Withdraw &c)
{
    const auto touched = touchOfCommand(c.id);
    return touched ? m_outbox.withdraw(c) : touched;
}

Result<> ReplicaWriter::take(const change::LoseAccepted &c)
{
    const auto lost = m_outbox.acceptedAbove(c.ackedCommand);
    if (!lost)
        return tl::unexpected(lost.error());
    for (const CommandId &id : *lost) {
        const auto text =
            m_parts.read(id.value, 0, limits::messageBytesMax); // what was accepted may be an item by now
        if (!text)
            return tl::unexpected(text.error());
        if (const auto parked = m_outbox.lose(id, *text); !parked)
            return parked;
        if (const auto touched = touchOfCommand(id); !touched)
            return touched;
    }
    return {};
}

Result<> ReplicaWriter::take(const change::StoreAgents &c)
{
    return setMeta("agents", bytes(codec::encode(frame::Agents{c.agents})));
}

Result<> ReplicaWriter::touch(const ConversationId &id, std::int64_t atMs)
{
    m_touched.insert(id);
    return m_database.run("INSERT INTO conversation (id, agent, title, active) VALUES (?, '', '', ?) "
                          "ON CONFLICT (id) DO UPDATE SET active = MAX(active, excluded.active)",
                          {bound(id.value), millis(atMs)});
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
