// SPDX-License-Identifier: Apache-2.0
// What a gateway's log is asked.
#include "model/store/gatewaylog.h"

#include "model/protocol/codec.h"
#include "model/protocol/limits.h"
#include "model/store/answers.h"
#include "model/store/parttable.h"
#include "model/text/utf8.h"

#include <limits>

namespace holdfast {

namespace {

gate::TextState stateAt(const QSqlQuery &row)
{
    return {{textAt(row, 0)},
            row.value(1).toUInt(),
            numberAt(row, 2),
            row.value(3).toBool() ? gate::TextState::Status::Final : gate::TextState::Status::Growing,
            {textAt(row, 4)}};
}

std::optional<ItemId> itemBegunBy(const LogBody &body)
{
    if (const auto *message = std::get_if<logged::MessageAdded>(&body))
        return message->item;
    if (const auto *run = std::get_if<logged::RunStarted>(&body))
        return run->item;
    return std::nullopt;
}

} // namespace

Result<gate::event::LogRead> GatewayLog::read(std::uint64_t after, std::size_t bytesMax) const
{
    constexpr int rowsMax = 200;
    gate::event::LogRead read{
        .link = LinkId::None, .after = after, .upTo = after, .events = {}, .texts = {}, .lineage = {}};
    std::size_t size = 0;
    std::optional<Error> broken;
    const auto rows = m_database->each(
        "SELECT seq, json FROM event WHERE seq > ? ORDER BY seq LIMIT ?", {bound(after), rowsMax},
        [&](const QSqlQuery &row) {
            const std::string json = textAt(row, 1);
            size += json.size();
            if (broken || (!read.events.empty() && size > bytesMax))
                return;
            Result<LogBody> body = codec::decodeBody(json);
            if (!body) {
                broken = Error{Error::Code::Damaged, "an event cannot be read: " + body.error().detail};
                return;
            }
            read.upTo = numberAt(row, 0);
            read.events.push_back({read.upTo, std::move(*body)});
        });
    if (!rows || broken)
        return tl::unexpected(broken ? *broken : rows.error());
    if (!read.events.empty() && read.upTo > m_head)
        return failure(Error::Code::Gone, "another start of the gateway writes this log");
    for (const LogEvent &event : read.events) {
        const auto item = itemBegunBy(event.body);
        if (!item)
            continue;
        const auto state = textState(*item);
        if (!state)
            return tl::unexpected(state.error());
        read.texts.push_back(*state);
    }
    const auto lineage = lineageAt(read.upTo);
    if (!lineage)
        return tl::unexpected(lineage.error());
    read.lineage = *lineage;
    return read;
}

Result<std::uint64_t> GatewayLog::missedBytes(std::uint64_t after, std::uint64_t enough) const
{
    constexpr std::uint64_t leastEventBytes = 64; // so many events alone are enough
    const auto missed = m_database->value(
        "SELECT SUM(length(json) + CASE WHEN json_extract(json, '$.type') IN ('USER_MESSAGE', "
        "'RUN_FINISHED') "
        "THEN json_extract(json, '$.length') ELSE 0 END) "
        "FROM (SELECT json FROM event WHERE seq > ? ORDER BY seq LIMIT ?)",
        {bound(after), bound(std::min(enough, limits::numberMax) / leastEventBytes + 1)});
    if (!missed)
        return tl::unexpected(missed.error());
    return missed->toULongLong();
}

Result<gate::TextState> GatewayLog::textState(const ItemId &item) const
{
    gate::TextState state{.item = item};
    const auto read =
        m_database->each("SELECT id, gen, length, is_final, conversation FROM item WHERE id = ?",
                         {bound(item.value)}, [&](const QSqlQuery &row) { state = stateAt(row); });
    if (!read)
        return tl::unexpected(read.error());
    return state;
}

Result<std::string> GatewayLog::readText(const ItemId &item, std::uint64_t offset, std::size_t bytesMax) const
{
    auto text = PartTable(*m_database).read(item.value, offset, bytesMax);
    if (text)
        text->resize(utf8::boundaryBefore(*text, text->size()));
    return text;
}

Result<bool> GatewayLog::hasConversation(const ConversationId &id) const
{
    const auto found = m_database->value("SELECT 1 FROM conversation WHERE id = ?", {bound(id.value)});
    if (!found)
        return tl::unexpected(found.error());
    return found->isValid();
}

Result<std::vector<GatewayLog::StoredItem>> GatewayLog::items(const ConversationId &id) const
{
    std::vector<StoredItem> items;
    const auto read = m_database->each(
        "SELECT id, role FROM item WHERE conversation = ? ORDER BY seq", {bound(id.value)},
        [&](const QSqlQuery &row) {
            items.push_back({{textAt(row, 0)}, row.value(1).toInt() == 0 ? Role::User : Role::Agent});
        });
    if (!read)
        return tl::unexpected(read.error());
    return items;
}

Result<std::string> GatewayLog::refusal(const ConversationId &id) const
{
    std::string refusal = "unknown_conversation";
    const auto read =
        m_database->each("SELECT deleted FROM conversation WHERE id = ?", {bound(id.value)},
                         [&](const QSqlQuery &row) { refusal = numberAt(row, 0) != 0 ? "deleted" : ""; });
    if (!read)
        return tl::unexpected(read.error());
    return refusal;
}

Result<frame::Response> GatewayLog::answer(const frame::GetHistory &f) const
{
    const auto refused = refusal(f.conversation);
    if (!refused || !refused->empty())
        return refused ? Result<frame::Response>({f.id, *refused, "{}"}) : tl::unexpected(refused.error());
    auto body = answers::history(
        *m_database,
        "SELECT id, role, seq, CASE is_final WHEN 1 THEN length ELSE 0 END, sha256, status FROM item "
        "WHERE conversation = ? AND seq > ? ORDER BY seq LIMIT ?",
        {bound(f.conversation.value), bound(f.after), answers::itemsPerPage + 1});
    if (!body)
        return tl::unexpected(body.error());
    return frame::Response{f.id, {}, std::move(*body)};
}

Result<frame::Response> GatewayLog::answer(const frame::GetContext &f) const
{
    const auto refused = refusal(f.conversation);
    if (!refused || !refused->empty())
        return refused ? Result<frame::Response>({f.id, *refused, "{}"}) : tl::unexpected(refused.error());
    std::map<std::string, std::string> values;
    const auto read = m_database->each(
        "SELECT json FROM event WHERE slot > ? AND slot < ?",
        {bound("state " + f.conversation.value + ' '), bound("state " + f.conversation.value + '!')},
        [&values](const QSqlQuery &row) {
            const auto body = codec::decodeBody(textAt(row, 0));
            if (const auto *state = body ? std::get_if<logged::StateSnapshot>(&*body) : nullptr)
                values[state->key] = state->json;
        });
    if (!read)
        return tl::unexpected(read.error());
    std::string body = answers::context(values);
    if (body.size() > answers::contextBytesMax)
        return frame::Response{f.id, "too_large", "{}"};
    return frame::Response{f.id, {}, std::move(body)};
}

} // namespace holdfast
