// SPDX-License-Identifier: Apache-2.0
// The writing half of the codec: one function for each event and frame.
#include "model/protocol/jsonreader.h"

#include "model/protocol/codec.h"

namespace holdfast {

namespace {

QString qt(const std::string &text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}
QJsonValue num(std::uint64_t number) { return static_cast<qint64>(number); }
QJsonValue ms(std::int64_t time) { return static_cast<qint64>(time); }
template<class Kind>
QString qt(const Id<Kind> &id)
{
    return qt(id.value);
}

QJsonObject write(const TailPosition &p)
{
    return {{"item", qt(p.item)}, {"gen", num(p.gen)}, {"offset", num(p.offset)}};
}

QJsonArray write(const std::vector<TailPosition> &positions)
{
    QJsonArray array;
    for (const TailPosition &each : positions)
        array.append(write(each));
    return array;
}

struct BodyWriter {
    QJsonObject operator()(const logged::ConversationCreated &e) const
    {
        return {{"type", "CONVERSATION_CREATED"},
                {"conversation", qt(e.conversation)},
                {"agent", qt(e.agent)},
                {"title", qt(e.title)},
                {"at", ms(e.atMs)}};
    }
    QJsonObject operator()(const logged::MessageAdded &e) const
    {
        return {{"type", "USER_MESSAGE"}, {"conversation", qt(e.conversation)},
                {"item", qt(e.item)},     {"length", num(e.length)},
                {"sha256", qt(e.sha256)}, {"at", ms(e.atMs)}};
    }
    QJsonObject operator()(const logged::RunStarted &e) const
    {
        return {{"type", "RUN_STARTED"}, {"conversation", qt(e.conversation)},
                {"run", qt(e.run)},      {"item", qt(e.item)},
                {"agent", qt(e.agent)},  {"gen", num(e.gen)},
                {"at", ms(e.atMs)},      {"message", qt(e.message)}};
    }
    QJsonObject operator()(const logged::Checkpoint &e) const
    {
        return {{"type", "CHECKPOINT"},
                {"item", qt(e.item)},
                {"gen", num(e.gen)},
                {"length", num(e.length)},
                {"sha256", qt(e.sha256)}};
    }
    QJsonObject operator()(const logged::RunFinished &e) const
    {
        return {{"type", "RUN_FINISHED"},  {"conversation", qt(e.conversation)},
                {"run", qt(e.run)},        {"item", qt(e.item)},
                {"gen", num(e.gen)},       {"status", toString(e.status)},
                {"length", num(e.length)}, {"sha256", qt(e.sha256)},
                {"detail", qt(e.detail)},  {"at", ms(e.atMs)}};
    }
    QJsonObject operator()(const logged::StateSnapshot &e) const
    {
        return {{"type", "STATE_SNAPSHOT"},
                {"conversation", qt(e.conversation)},
                {"key", qt(e.key)},
                {"value", parseObject(e.json).value_or(QJsonObject())},
                {"at", ms(e.atMs)}};
    }
    QJsonObject operator()(const logged::ConversationDeleted &e) const
    {
        return {{"type", "CONVERSATION_DELETED"}, {"conversation", qt(e.conversation)}, {"at", ms(e.atMs)}};
    }
    QJsonObject operator()(const logged::Unknown &e) const
    {
        return parseObject(e.json).value_or(QJsonObject());
    }
};

QJsonObject write(const AgentInfo &a)
{
    return {{"id", qt(a.id)},        {"name", qt(a.name)},       {"model", qt(a.model)},
            {"where", qt(a.where)},  {"summary", qt(a.summary)}, {"available", a.isAvailable},
            {"detail", qt(a.detail)}};
}

struct FrameWriter {
    QJsonObject operator()(const frame::Resumed &f) const
    {
        return {{"from", qt(toString(f.from))},         {"head", num(f.head)},
                {"acked_command", num(f.ackedCommand)}, {"generation", qt(f.generation)},
                {"server_time", ms(f.serverTimeMs)},    {"proof", qt(f.proof)}};
    }
    QJsonObject operator()(const frame::Reset &f) const
    {
        return {{"reason", qt(f.reason)},
                {"cursor", qt(toString(f.cursor))},
                {"head", num(f.head)},
                {"acked_command", num(f.ackedCommand)},
                {"generation", qt(f.generation)},
                {"server_time", ms(f.serverTimeMs)},
                {"proof", qt(f.proof)}};
    }
    QJsonObject operator()(const frame::Rejected &f) const
    {
        return {{"code", qt(f.code)}, {"retry_after_ms", ms(f.retryAfterMs)}, {"final", f.isFinal}};
    }
    QJsonObject operator()(const frame::Log &f) const
    {
        QJsonArray events;
        for (const LogEvent &each : f.events) {
            QJsonObject event = writeBody(each.body);
            event.insert("seq", num(each.seq));
            events.append(event);
        }
        const QJsonArray covers{QString::number(f.after), QString::number(f.upTo)};
        QJsonObject object{{"covers", covers}, {"events", events}};
        if (!f.lineage.empty())
            object.insert("lineage", qt(f.lineage));
        return object;
    }
    QJsonObject operator()(const frame::Tail &f) const
    {
        return {{"item", qt(f.item)}, {"gen", num(f.gen)}, {"offset", num(f.offset)}, {"text", qt(f.text)}};
    }
    QJsonObject operator()(const frame::Synced &f) const { return {{"cursor", qt(toString(f.cursor))}}; }
    QJsonObject operator()(const frame::Result &f) const
    {
        return {{"seq", num(f.seq)},
                {"id", qt(f.id)},
                {"ok", f.error.empty()},
                {"error", qt(f.error)},
                {"head", num(f.head)}};
    }
    QJsonObject operator()(const frame::Pong &f) const { return {{"id", num(f.id)}, {"head", num(f.head)}}; }
    QJsonObject operator()(const frame::Drain &f) const
    {
        return {{"reconnect_in_ms", ms(f.reconnectInMs)}, {"deadline_ms", ms(f.deadlineMs)}};
    }
    QJsonObject operator()(const frame::Agents &f) const
    {
        QJsonArray agents;
        for (const AgentInfo &each : f.agents)
            agents.append(write(each));
        return {{"agents", agents}};
    }
    QJsonObject operator()(const frame::Gone &f) const { return {{"item", qt(f.item)}}; }
    QJsonObject operator()(const frame::Response &f) const
    {
        return {{"id", num(f.id)},
                {"ok", f.error.empty()},
                {"error", qt(f.error)},
                {"body", parseObject(f.json).value_or(QJsonObject())}};
    }
    QJsonObject operator()(const frame::Hello &f) const
    {
        QJsonObject object{{"v", f.resume.version},
                           {"device", qt(f.resume.device)},
                           {"budget", num(f.resume.budget)},
                           {"tails", write(f.resume.tails)}};
        if (!f.resume.attempt.isEmpty())
            object.insert("attempt", qt(f.resume.attempt));
        if (!f.resume.cursor.isNull())
            object.insert("cursor", qt(toString(f.resume.cursor)));
        return object;
    }
    QJsonObject operator()(const frame::Command &f) const
    {
        QJsonObject object{{"seq", num(f.seq)},
                           {"id", qt(f.id)},
                           {"name", qt(f.name)},
                           {"conversation", qt(f.conversation)},
                           {"title", qt(f.title)},
                           {"text", qt(f.text)},
                           {"written_at", ms(f.writtenAtMs)},
                           {"expires_at", ms(f.expiresAtMs)},
                           {"priority", toString(f.priority)}};
        if (!f.agent.isEmpty())
            object.insert("agent", qt(f.agent));
        if (!f.target.isEmpty())
            object.insert("target", qt(f.target));
        if (!f.after.isEmpty())
            object.insert("after", qt(f.after));
        return object;
    }
    QJsonObject operator()(const frame::Ack &f) const
    {
        return {{"cursor", qt(toString(f.cursor))}, {"tails", write(f.tails)}, {"received", num(f.received)}};
    }
    QJsonObject operator()(const frame::Ping &f) const { return {{"id", num(f.id)}}; }
    QJsonObject operator()(const frame::GetPart &f) const
    {
        QJsonObject object = write(f.position);
        object.insert("name", "get_part");
        return object;
    }
    QJsonObject operator()(const frame::GetLog &f) const
    {
        return {{"name", "get_log"}, {"after", num(f.after)}};
    }
    QJsonObject operator()(const frame::Focus &f) const
    {
        return f.conversation.isEmpty() ? QJsonObject() : QJsonObject{{"conversation", qt(f.conversation)}};
    }
    QJsonObject operator()(const frame::GetHistory &f) const
    {
        return {{"name", "get_conversation_history"},
                {"id", num(f.id)},
                {"conversation", qt(f.conversation)},
                {"after", num(f.after)}};
    }
    QJsonObject operator()(const frame::GetContext &f) const
    {
        return {{"name", "get_agent_context"}, {"id", num(f.id)}, {"conversation", qt(f.conversation)}};
    }
};

} // namespace

QJsonObject writeBody(const LogBody &body) { return std::visit(BodyWriter{}, body); }

QJsonObject writeFrame(const Frame &frame)
{
    QJsonObject object = std::visit(FrameWriter{}, frame);
    object.insert("t", codec::nameOf(frame));
    return object;
}

} // namespace holdfast
