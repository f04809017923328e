// SPDX-License-Identifier: Apache-2.0
// The reading half of log events.
#include "model/protocol/jsonreader.h"

namespace holdfast {

namespace {

LogBody readConversation(JsonReader &r)
{
    logged::ConversationCreated e;
    e.conversation = r.id<ConversationKind>("conversation");
    e.agent = r.id<AgentKind>("agent");
    e.title = r.textOr("title", {});
    e.atMs = r.time("at");
    return e;
}

LogBody readMessage(JsonReader &r)
{
    logged::MessageAdded e;
    e.conversation = r.id<ConversationKind>("conversation");
    e.item = r.id<ItemKind>("item");
    e.length = r.number("length");
    e.sha256 = r.text("sha256");
    e.atMs = r.time("at");
    return e;
}

LogBody readRunStarted(JsonReader &r)
{
    logged::RunStarted e;
    e.conversation = r.id<ConversationKind>("conversation");
    e.run = r.id<RunKind>("run");
    e.item = r.id<ItemKind>("item");
    e.agent = r.id<AgentKind>("agent");
    e.gen = r.gen();
    e.atMs = r.time("at");
    e.message = {r.textOr("message", {})};
    if (!e.message.isEmpty() && !isId(e.message.value))
        r.fail(Error::Code::BadFrame, "message is no id");
    return e;
}

LogBody readCheckpoint(JsonReader &r)
{
    logged::Checkpoint e;
    e.item = r.id<ItemKind>("item");
    e.gen = r.gen();
    e.length = r.number("length");
    e.sha256 = r.text("sha256");
    return e;
}

LogBody readRunFinished(JsonReader &r)
{
    logged::RunFinished e;
    e.conversation = r.id<ConversationKind>("conversation");
    e.run = r.id<RunKind>("run");
    e.item = r.id<ItemKind>("item");
    e.gen = r.gen();
    e.status = r.status("status");
    e.length = r.number("length");
    e.sha256 = r.text("sha256");
    e.detail = r.textOr("detail", {});
    e.atMs = r.time("at");
    if (!isTerminal(e.status))
        r.fail(Error::Code::BadFrame, "status is not terminal");
    return e;
}

LogBody readState(JsonReader &r)
{
    logged::StateSnapshot e;
    e.conversation = r.id<ConversationKind>("conversation");
    e.key = r.id<struct StateKind>("key").value;
    e.json = r.objectInside("value");
    e.atMs = r.time("at");
    return e;
}

LogBody readDeleted(JsonReader &r)
{
    logged::ConversationDeleted e;
    e.conversation = r.id<ConversationKind>("conversation");
    e.atMs = r.time("at");
    return e;
}

LogBody readKnown(const std::string &type, JsonReader &r)
{
    if (type == "CONVERSATION_CREATED")
        return readConversation(r);
    if (type == "USER_MESSAGE")
        return readMessage(r);
    if (type == "RUN_STARTED")
        return readRunStarted(r);
    if (type == "CHECKPOINT")
        return readCheckpoint(r);
    if (type == "RUN_FINISHED")
        return readRunFinished(r);
    if (type == "STATE_SNAPSHOT")
        return readState(r);
    if (type == "CONVERSATION_DELETED")
        return readDeleted(r);
    if (!isWellFormed(r.object()))
        r.fail(Error::Code::BadUtf8, "it holds half of a surrogate pair");
    QJsonObject raw = r.object();
    raw.remove(QLatin1String("seq"));
    return logged::Unknown{type, toBytes(raw)};
}

} // namespace

Result<LogBody> readBody(const QJsonObject &object)
{
    JsonReader reader(object);
    const std::string type = reader.text("type");
    if (reader.error())
        return tl::unexpected(*reader.error());
    LogBody body = readKnown(type, reader);
    if (reader.error())
        return failure(reader.error()->code, type + ": " + reader.error()->detail);
    return body;
}

} // namespace holdfast
