// SPDX-License-Identifier: Apache-2.0
// What leaves a gateway's log (law 12). What a later event replaces goes with that event, in its transaction;
// what only time takes goes in small batches. Numbers stay: gaps are legal, and the last event never goes.
#include "model/store/gatewaylog.h"

#include "model/protocol/codec.h"
#include "model/protocol/limits.h"
#include "model/store/database.h"

namespace holdfast {

namespace {

constexpr int rowsAtOnce = 200;
constexpr int pagesAtOnce = 256;

/// Ids hold no spaces, so two slots never meet.
std::string slotOf(const LogBody &body)
{
    if (const auto *checkpoint = std::get_if<logged::Checkpoint>(&body))
        return "checkpoint " + checkpoint->item.value;
    if (const auto *state = std::get_if<logged::StateSnapshot>(&body))
        return "state " + state->conversation.value + ' ' + state->key;
    if (const auto *deleted = std::get_if<logged::ConversationDeleted>(&body))
        return "tombstone " + deleted->conversation.value;
    return {};
}

template<class Body>
concept OfAConversation = requires(Body body) { body.conversation; };

std::string conversationOf(const LogBody &body)
{
    return std::visit(
        [](const auto &e) {
            if constexpr (OfAConversation<decltype(e)>)
                return e.conversation.value;
            else
                return std::string();
        },
        body);
}

} // namespace

/// Stores it as event m_head.
Result<> GatewayLog::insert(const LogBody &event)
{
    const std::string slot = slotOf(event);
    if (!slot.empty()) {
        if (const auto vacated = vacate(slot); !vacated)
            return vacated;
    }
    const auto *checkpoint = std::get_if<logged::Checkpoint>(&event);
    return m_database->run(
        "INSERT INTO event (seq, json, slot, conversation) "
        "VALUES (?, ?, ?, COALESCE((SELECT conversation FROM item WHERE id = ?), ?))",
        {bound(m_head), bound(codec::encodeBody(event)), slot.empty() ? QVariant() : bound(slot),
         bound(checkpoint ? checkpoint->item.value : std::string()), bound(conversationOf(event))});
}

Result<> GatewayLog::vacate(const std::string &slot)
{
    return m_database->run("DELETE FROM event WHERE slot = ? AND seq < ?", {bound(slot), bound(m_head)});
}

Result<> GatewayLog::index(std::uint64_t seq, const logged::ConversationDeleted &e)
{
    const QVariant id = bound(e.conversation.value);
    Result<> done =
        m_database->run("DELETE FROM part WHERE item IN (SELECT id FROM item WHERE conversation = ?)", {id});
    if (done)
        done = m_database->run("DELETE FROM item WHERE conversation = ?", {id});
    if (done)
        done = m_database->run("DELETE FROM event WHERE conversation = ? AND seq < ?", {id, bound(seq)});
    if (done)
        done = m_database->run("INSERT INTO conversation (id, deleted) VALUES (?, ?) "
                               "ON CONFLICT (id) DO UPDATE SET deleted = excluded.deleted",
                               {id, static_cast<qlonglong>(std::max<std::int64_t>(e.atMs, 1))});
    return done;
}

Result<GatewayLog::Compacted> GatewayLog::compact(std::int64_t nowMs)
{
    const std::int64_t before = nowMs - std::chrono::milliseconds(limits::tombstonesLive).count();
    Compacted compacted = Compacted::Everything;
    const auto done = transact(Durability::Usual, [&]() -> Result<> {
        Result<> forgotten = forgetAnswers(nowMs, before, compacted);
        return forgotten ? forgetTombstones(before, compacted) : forgotten;
    });
    if (!done)
        return tl::unexpected(done.error());
    const auto shrunk = m_database->shrink(pagesAtOnce);
    if (!shrunk)
        return tl::unexpected(shrunk.error());
    return compacted;
}

/// The high-water stays, and the newest answers of each device: what a client may send again must be known,
/// or it would take effect under another name of the device. Older ones are refused, if no longer answered.
Result<> GatewayLog::forgetAnswers(std::int64_t nowMs, std::int64_t before, Compacted &compacted)
{
    const auto dated =
        m_database->run("UPDATE command SET at = ? WHERE at = 0", {static_cast<qlonglong>(nowMs)});
    if (!dated)
        return dated;
    const auto gone =
        m_database->run("DELETE FROM command WHERE (device, seq) IN "
                        "(SELECT command.device, seq FROM command JOIN device ON device.id = command.device "
                        "WHERE at < ? AND seq <= acked - ? LIMIT ?)",
                        {static_cast<qlonglong>(before), bound(limits::answersKept), rowsAtOnce});
    const auto count = m_database->value("SELECT changes()");
    if (count && count->toInt() == rowsAtOnce)
        compacted = Compacted::InPart;
    if (!gone)
        return gone;
    const auto words =
        m_database->run("UPDATE foretold SET at = ? WHERE at = 0", {static_cast<qlonglong>(nowMs)});
    if (!words)
        return words;
    return m_database->run("DELETE FROM foretold WHERE at < ?", {static_cast<qlonglong>(before)});
}

/// A client that has not seen a tombstone which is gone must be told everything anew.
Result<> GatewayLog::forgetTombstones(std::int64_t before, Compacted &compacted)
{
    std::vector<std::uint64_t> old;
    auto done = m_database->each(
        "SELECT event.seq FROM event JOIN conversation ON conversation.id = event.conversation "
        "WHERE event.slot >= 'tombstone ' AND event.slot < 'tombstone!' AND event.seq < ? "
        "AND conversation.deleted < ? ORDER BY event.seq LIMIT ?",
        {bound(m_head), static_cast<qlonglong>(before), rowsAtOnce},
        [&old](const QSqlQuery &row) { old.push_back(numberAt(row, 0)); });
    for (std::size_t i = 0; done && i < old.size(); ++i)
        done = m_database->run("DELETE FROM event WHERE seq = ?", {bound(old[i])});
    if (!done || old.empty())
        return done;
    m_floor = std::max(m_floor, old.back());
    if (old.size() == rowsAtOnce)
        compacted = Compacted::InPart;
    return m_database->run("INSERT OR REPLACE INTO meta (key, value) VALUES ('floor', ?)", {bound(m_floor)});
}

} // namespace holdfast
