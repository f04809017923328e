// SPDX-License-Identifier: Apache-2.0
// The reading half of the codec: one function for each frame.
#include "model/protocol/jsonreader.h"

#include "model/protocol/limits.h"

#include <map>

namespace holdfast {

namespace {

TailPosition readPosition(JsonReader &r)
{
    TailPosition position;
    position.item = r.id<ItemKind>("item");
    position.gen = r.gen();
    position.offset = r.number("offset");
    return position;
}

std::vector<TailPosition> readPositions(JsonReader &r)
{
    std::vector<TailPosition> positions;
    const QJsonArray array = r.array("tails");
    for (const QJsonValue &each : array) {
        const QJsonObject object = each.toObject();
        JsonReader reader(object);
        positions.push_back(readPosition(reader));
        if (reader.error())
            r.fail(reader.error()->code, "tails: " + reader.error()->detail);
    }
    return positions;
}

Frame readResumed(JsonReader &r)
{
    frame::Resumed f;
    f.from = r.cursor("from");
    f.head = r.number("head");
    f.ackedCommand = r.number("acked_command");
    f.generation = r.text("generation");
    f.serverTimeMs = r.time("server_time");
    f.proof = r.textOr("proof", {});
    return f;
}

Frame readReset(JsonReader &r)
{
    frame::Reset f;
    f.reason = r.text("reason");
    f.cursor = r.cursor("cursor");
    f.head = r.number("head");
    f.ackedCommand = r.number("acked_command");
    f.generation = r.text("generation");
    f.serverTimeMs = r.time("server_time");
    f.proof = r.textOr("proof", {});
    return f;
}

Frame readRejected(JsonReader &r)
{
    frame::Rejected f;
    f.code = r.text("code");
    f.retryAfterMs = r.time("retry_after_ms");
    f.isFinal = r.truth("final");
    return f;
}

Frame readLog(JsonReader &r)
{
    frame::Log f;
    const QJsonArray covers = r.array("covers");
    if (covers.size() != 2)
        r.fail(Error::Code::BadFrame, "covers is not a pair");
    f.after = r.numberInText(covers.at(0), "covers");
    f.upTo = r.numberInText(covers.at(1), "covers");
    f.lineage = r.textOr("lineage", {});
    if (!parseCursor("0:0" + (f.lineage.empty() ? "" : ':' + f.lineage)))
        r.fail(Error::Code::BadFrame, "lineage is not lower-case hex");
    std::uint64_t last = f.after;
    const QJsonArray events = r.array("events");
    for (const QJsonValue &each : events) {
        const QJsonObject object = each.toObject();
        JsonReader reader(object);
        LogEvent event{reader.number("seq"), {}};
        Result<LogBody> body = readBody(object);
        if (reader.error() || !body) {
            const Error error = reader.error() ? *reader.error() : body.error();
            r.fail(error.code, "events: " + error.detail);
            break;
        }
        if (event.seq <= last || event.seq > f.upTo)
            r.fail(Error::Code::BadFrame, "events: seq is out of order or not covered");
        last = event.seq;
        event.body = std::move(*body);
        f.events.push_back(std::move(event));
    }
    if (f.after > f.upTo)
        r.fail(Error::Code::BadFrame, "covers goes backwards");
    return f;
}

Frame readTail(JsonReader &r)
{
    const TailPosition position = readPosition(r);
    return frame::Tail{position.item, position.gen, position.offset, r.text("text")};
}

Frame readResult(JsonReader &r)
{
    frame::Result f;
    f.seq = r.number("seq");
    f.id = r.id<CommandKind>("id");
    f.error = r.textOr("error", {});
    f.head = r.number("head");
    if (r.truth("ok") != f.error.empty())
        r.fail(Error::Code::BadFrame, "ok and error contradict each other");
    return f;
}

Frame readAgents(JsonReader &r)
{
    frame::Agents f;
    const QJsonArray agents = r.array("agents");
    for (const QJsonValue &each : agents) {
        const QJsonObject object = each.toObject();
        JsonReader reader(object);
        AgentInfo agent;
        agent.id = reader.id<AgentKind>("id");
        agent.name = reader.text("name");
        agent.model = reader.textOr("model", {});
        agent.where = reader.textOr("where", {});
        agent.summary = reader.textOr("summary", {});
        agent.isAvailable = reader.truth("available");
        agent.detail = reader.textOr("detail", {});
        if (reader.error())
            r.fail(reader.error()->code, "agents: " + reader.error()->detail);
        f.agents.push_back(std::move(agent));
    }
    return f;
}

Frame readHello(JsonReader &r)
{
    frame::Hello f;
    f.resume.version = r.version("v");
    if (f.resume.version != limits::protocolVersion)
        return f; // its other fields may mean anything; that the version is wrong is what must be told
    f.resume.cursor = r.cursorOrNull("cursor");
    f.resume.device = r.id<DeviceKind>("device");
    f.resume.attempt = r.idOrEmpty<AttemptKind>("attempt");
    f.resume.budget = r.numberOr("budget", f.resume.budget);
    f.resume.tails = readPositions(r);
    return f;
}

Frame readCommand(JsonReader &r)
{
    frame::Command f;
    f.seq = r.number("seq");
    f.id = r.id<CommandKind>("id");
    f.name = r.text("name");
    f.conversation = r.id<ConversationKind>("conversation");
    f.agent = r.idOrEmpty<AgentKind>("agent");
    f.title = r.textOr("title", {});
    f.text = r.textOr("text", {});
    f.writtenAtMs = r.time("written_at");
    f.expiresAtMs = r.time("expires_at");
    f.priority = r.priorityOrNormal("priority");
    f.target = r.idOrEmpty<ItemKind>("target");
    f.after = r.idOrEmpty<CommandKind>("after");
    if (f.seq == 0)
        r.fail(Error::Code::BadFrame, "seq is zero");
    return f;
}

Frame readRequest(JsonReader &r)
{
    const std::string name = r.text("name");
    if (name == "get_part")
        return frame::GetPart{readPosition(r)};
    if (name == "get_log")
        return frame::GetLog{r.number("after")};
    if (name == "get_conversation_history")
        return frame::GetHistory{r.number("id"), r.id<ConversationKind>("conversation"),
                                 r.numberOr("after", 0)};
    if (name == "get_agent_context")
        return frame::GetContext{r.number("id"), r.id<ConversationKind>("conversation")};
    r.fail(Error::Code::UnknownFrame, "name is no request of this version");
    return frame::GetLog{};
}

Frame readResponse(JsonReader &r)
{
    frame::Response f;
    f.id = r.number("id");
    f.error = r.textOr("error", {});
    f.json = r.objectInside("body");
    if (r.truth("ok") != f.error.empty())
        r.fail(Error::Code::BadFrame, "ok and error contradict each other");
    return f;
}

using FrameReader = Frame (*)(JsonReader &);

const std::map<std::string, FrameReader, std::less<>> &frameReaders()
{
    static const std::map<std::string, FrameReader, std::less<>> readers{
        {"resumed", &readResumed},
        {"reset", &readReset},
        {"rejected", &readRejected},
        {"log", &readLog},
        {"tail", &readTail},
        {"synced", [](JsonReader &r) -> Frame { return frame::Synced{r.cursor("cursor")}; }},
        {"result", &readResult},
        {"pong",
         [](JsonReader &r) -> Frame {
             return frame::Pong{r.number("id"), r.number("head")};
         }},
        {"drain",
         [](JsonReader &r) -> Frame {
             return frame::Drain{r.time("reconnect_in_ms"), r.time("deadline_ms")};
         }},
        {"agents", &readAgents},
        {"gone", [](JsonReader &r) -> Frame { return frame::Gone{r.id<ItemKind>("item")}; }},
        {"response", &readResponse},
        {"hello", &readHello},
        {"command", &readCommand},
        {"ack",
         [](JsonReader &r) -> Frame {
             return frame::Ack{r.cursor("cursor"), readPositions(r), r.numberOr("received", 0)};
         }},
        {"ping", [](JsonReader &r) -> Frame { return frame::Ping{r.number("id")}; }},
        {"focus",
         [](JsonReader &r) -> Frame { return frame::Focus{r.idOrEmpty<ConversationKind>("conversation")}; }},
        {"request", &readRequest},
    };
    return readers;
}

} // namespace

Result<Frame> readFrame(const QJsonObject &object)
{
    JsonReader reader(object);
    const std::string name = reader.text("t");
    if (reader.error())
        return tl::unexpected(*reader.error());
    const auto found = frameReaders().find(name);
    if (found == frameReaders().end())
        return failure(Error::Code::UnknownFrame, "t is no frame of this version");
    Frame frame = found->second(reader);
    if (reader.error())
        return failure(reader.error()->code, name + ": " + reader.error()->detail);
    return frame;
}

} // namespace holdfast
