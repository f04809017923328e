// SPDX-License-Identifier: Apache-2.0
// What each event of the log does to the tables of a replica.
#include "model/store/replicawriter.h"

namespace holdfast {

namespace {

/// The log is told anew after each reset. What an item says was told in this telling is not undone by hearing
/// it twice; what an earlier telling said begins again (the text stays).
#define THIS_TELLING "(SELECT COALESCE(MAX(value), 0) FROM meta WHERE key = 'telling')"

} // namespace

Result<> ReplicaWriter::apply(std::uint64_t, const logged::ConversationCreated &e)
{
    m_touched.insert(e.conversation);
    return m_database.run(
        "INSERT INTO conversation (id, agent, title, active) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET agent = excluded.agent, title = excluded.title",
        {bound(e.conversation.value), bound(e.agent.value), bound(e.title), millis(e.atMs)});
}

Result<> ReplicaWriter::apply(std::uint64_t seq, const logged::MessageAdded &e)
{
    const auto added = m_database.run(
        "INSERT INTO item (id, conversation, position, telling, role, status, has_final, final_length, "
        "sha256, created, finished) "
        "VALUES (?, ?, ?, " THIS_TELLING ", 0, 'completed', 1, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET position = excluded.position, telling = excluded.telling, "
        "final_length = excluded.final_length, sha256 = excluded.sha256, verdict = NULL "
        "WHERE item.telling <> excluded.telling",
        {bound(e.item.value), bound(e.conversation.value), bound(seq), bound(e.length), bound(e.sha256),
         millis(e.atMs), millis(e.atMs)});
    if (!added)
        return added;
    if (const auto adopted = adoptOwnText(e); !adopted)
        return adopted;
    return touch(e.conversation, e.atMs);
}

/// A message of this device is shown from the outbox until the gateway has ordered it; it must not vanish
/// while its text travels back.
Result<> ReplicaWriter::adoptOwnText(const logged::MessageAdded &e)
{
    const auto text = m_database.value("SELECT text FROM command WHERE id = ? AND length(text) = ? AND "
                                       "(SELECT length FROM item WHERE item.id = command.id) = 0",
                                       {bound(e.item.value), bound(e.length)});
    if (!text)
        return tl::unexpected(text.error());
    return text->isValid() ? addFresh(e.item, 0, text->toByteArray().toStdString()) : Result<>();
}

Result<> ReplicaWriter::apply(std::uint64_t seq, const logged::RunStarted &e)
{
    if (const auto restarted = restartIfOtherGen(e); !restarted)
        return restarted;
    const auto added = m_database.run(
        "INSERT INTO item (id, conversation, position, telling, role, agent, status, gen, created) "
        "VALUES (?, ?, ?, " THIS_TELLING ", 1, ?, 'working', ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET position = excluded.position, telling = excluded.telling, status = "
        "'working', "
        "has_final = 0, final_length = 0, sha256 = '', detail = '', finished = 0, verdict = NULL "
        "WHERE item.telling <> excluded.telling",
        {bound(e.item.value), bound(e.conversation.value), bound(seq), bound(e.agent.value), bound(e.gen),
         millis(e.atMs)});
    return added ? touch(e.conversation, e.atMs) : added;
}

Result<> ReplicaWriter::restartIfOtherGen(const logged::RunStarted &e)
{
    const auto isOther =
        m_database.value("SELECT 1 FROM item WHERE id = ? AND gen <> ? AND telling <> " THIS_TELLING,
                         {bound(e.item.value), bound(e.gen)});
    if (!isOther)
        return tl::unexpected(isOther.error());
    return isOther->isValid() ? take(change::RestartTail{e.item, e.gen}) : Result<>();
}

/// Kept while the text is open: a start compares what the disk gave back with them.
Result<> ReplicaWriter::apply(std::uint64_t, const logged::Checkpoint &e)
{
    return m_database.run("INSERT OR REPLACE INTO checkpoint (item, length, sha256) "
                          "SELECT id, ?, ? FROM item WHERE id = ? AND gen = ? AND verdict IS NULL",
                          {bound(e.length), bound(e.sha256), bound(e.item.value), bound(e.gen)});
}

Result<> ReplicaWriter::dropCheckpoints(const ItemId &item)
{
    return m_database.run("DELETE FROM checkpoint WHERE item = ?", {bound(item.value)});
}

Result<> ReplicaWriter::apply(std::uint64_t, const logged::RunFinished &e)
{
    const auto ended = m_database.run(
        "UPDATE item SET status = ?, has_final = 1, final_length = ?, sha256 = ?, detail = ?, finished = ? "
        "WHERE id = ? AND has_final = 0",
        {QString::fromLatin1(toString(e.status)), bound(e.length), bound(e.sha256), bound(e.detail),
         millis(e.atMs), bound(e.item.value)});
    return ended ? touchOfItem(e.item) : ended;
}

Result<> ReplicaWriter::apply(std::uint64_t, const logged::StateSnapshot &e)
{
    return m_database.run("INSERT OR REPLACE INTO state (conversation, key, json, at) VALUES (?, ?, ?, ?)",
                          {bound(e.conversation.value), bound(e.key), bound(e.json), millis(e.atMs)});
}

/// A tombstone takes everything that the gateway once ordered. What the user wrote and the gateway has not
/// taken stays, with its conversation: it is refused as "deleted", and nothing unsent vanishes unseen.
Result<> ReplicaWriter::apply(std::uint64_t, const logged::ConversationDeleted &e)
{
    m_touched.insert(e.conversation);
    for (const char *sql :
         {"DELETE FROM part WHERE item IN (SELECT id FROM item WHERE conversation = ?)",
          "DELETE FROM seam WHERE item IN (SELECT id FROM item WHERE conversation = ?)",
          "DELETE FROM checkpoint WHERE item IN (SELECT id FROM item WHERE conversation = ?)",
          "DELETE FROM item WHERE conversation = ?", "DELETE FROM state WHERE conversation = ?",
          "DELETE FROM command WHERE conversation = ? AND (state = 2 OR name = 'delete')"}) {
        if (const auto gone = m_database.run(sql, {bound(e.conversation.value)}); !gone)
            return gone;
    }
    return m_database.run("DELETE FROM conversation WHERE id = ? AND NOT EXISTS "
                          "(SELECT 1 FROM command WHERE command.conversation = conversation.id)",
                          {bound(e.conversation.value)});
}

} // namespace holdfast
