// SPDX-License-Identifier: Apache-2.0
// Whose runs the open ones are, and what the log knows that bears on a command (laws 6 to 9).
#include "model/store/gatewaylog.h"

#include "model/protocol/codec.h"
#include "model/store/database.h"

namespace holdfast {

Result<std::vector<GatewayLog::OpenRun>> GatewayLog::openRuns() const
{
    std::vector<OpenRun> runs;
    const auto read =
        m_database->each("SELECT json, length FROM event JOIN item ON item.seq = event.seq WHERE is_final = "
                         "0 ORDER BY item.seq",
                         {}, [&](const QSqlQuery &row) {
                             const Result<LogBody> body = codec::decodeBody(textAt(row, 0));
                             if (const auto *start = body ? std::get_if<logged::RunStarted>(&*body) : nullptr)
                                 runs.push_back({*start, numberAt(row, 1)});
                         });
    if (!read)
        return tl::unexpected(read.error());
    return runs;
}

Result<std::vector<GatewayLog::OpenRun>> GatewayLog::takeRuns()
{
    const auto taken = transact(Durability::Durable, [this] {
        return m_database->run("UPDATE item SET lease = ? WHERE is_final = 0", {bound(m_lineage)});
    });
    if (!taken)
        return tl::unexpected(taken.error());
    return openRuns();
}

/// A process that was frozen while another one took its place (the lock of the file holds it off, but not
/// everywhere) must neither write nor tell what it thinks it wrote.
Result<> GatewayLog::checkOwner() const
{
    const auto last = m_database->value("SELECT name FROM lineage ORDER BY from_seq DESC LIMIT 1");
    if (!last)
        return tl::unexpected(last.error());
    if (last->toString().toStdString() != m_lineage)
        return failure(Error::Code::Gone, "another start of the gateway has this log");
    return {};
}

/// An owner that has been replaced, or a run that has ended, has nothing more to say.
Result<> GatewayLog::checkLease(const ItemId &item) const
{
    const auto lease =
        m_database->value("SELECT lease FROM item WHERE id = ? AND is_final = 0", {bound(item.value)});
    if (!lease)
        return tl::unexpected(lease.error());
    if (!lease->isValid())
        return failure(Error::Code::Gone, "this run is over");
    if (lease->toString().toStdString() != m_lineage)
        return failure(Error::Code::Gone, "this run belongs to another start of the gateway");
    return {};
}

Result<gate::CommandContext> GatewayLog::contextOf(const frame::Command &command) const
{
    using Context = gate::CommandContext;
    Context context;
    const auto refused = refusal(command.conversation);
    if (!refused)
        return tl::unexpected(refused.error());
    context.conversation = refused->empty()        ? Context::Conversation::Known
                           : *refused == "deleted" ? Context::Conversation::Deleted
                                                   : Context::Conversation::Unknown;
    const auto after = errorOf(command.after);
    const auto target = errorOf({command.target.value});
    const auto item = m_database->value(
        "SELECT CASE role WHEN 0 THEN ? ELSE CASE is_final WHEN 0 THEN ? ELSE ? END END "
        "FROM item WHERE id = ?",
        {static_cast<int>(Context::Target::Message), static_cast<int>(Context::Target::OpenAnswer),
         static_cast<int>(Context::Target::EndedAnswer), bound(command.target.value)});
    const auto foretold =
        m_database->value("SELECT what FROM foretold WHERE message = ?", {bound(command.id.value)});
    for (const auto *read : {&item, &foretold}) {
        if (!*read)
            return tl::unexpected(read->error());
    }
    if (!after || !target)
        return tl::unexpected(after ? target.error() : after.error());
    if (*after && !(**after).empty())
        context.after = Context::After::Refused;
    if (item->isValid())
        context.target = static_cast<Context::Target>(item->toInt());
    else if (*target)
        context.target = (**target).empty() ? Context::Target::Message : Context::Target::Refused;
    if (foretold->isValid())
        context.foretold = static_cast<gate::Foretold>(foretold->toInt());
    return context;
}

/// The answer to a command, if it is known.
Result<std::optional<std::string>> GatewayLog::errorOf(const CommandId &id) const
{
    std::optional<std::string> error;
    const auto read = m_database->each("SELECT error FROM command WHERE id = ?", {bound(id.value)},
                                       [&error](const QSqlQuery &row) { error = textAt(row, 0); });
    if (!read)
        return tl::unexpected(read.error());
    return error;
}

/// A word about a message lives until the message has come. The next compaction dates it, by our own clock.
Result<> GatewayLog::foretell(const frame::Command &command, const gate::Effects &effects)
{
    const auto heard = m_database->run("DELETE FROM foretold WHERE message = ?", {bound(command.id.value)});
    if (!heard || !effects.foretells)
        return heard;
    return m_database->run(
        "INSERT OR REPLACE INTO foretold (message, what, at) VALUES (?, ?, ?)",
        {bound(effects.foretells->message.value), static_cast<int>(effects.foretells->what), 0});
}

} // namespace holdfast
