// SPDX-License-Identifier: Apache-2.0
// The reading half of log events.
#include "model/protocol/jsonreader.h"

#include <algorithm>

namespace holdfast {

namespace {

/// What is kept raw is written again some day, and half of a pair has no UTF-8. The recursion is as deep as
/// limits::jsonDepthMax, which was checked before.
bool isWellFormed(const QJsonValue &value)
{
    if (value.isString())
        return value.toString().isValidUtf16();
    if (value.isArray()) {
        const QJsonArray array = value.toArray();
        return std::all_of(array.begin(), array.end(),
                           [](const QJsonValue &each) { return isWellFormed(each); });
    }
    const QJsonObject object = value.toObject(); // empty when it is none
    for (auto each = object.begin(); each != object.end(); ++each) {
        if (!each.key().isValidUtf16() || !isWellFormed(each.value()))
            return false;
    }
    return true;
}

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
