// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/cursor.h"
#include "model/protocol/ids.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace holdfast {

/// How a run stands; the last five are terminal (exactly one of them for each run, law 9).
enum class RunStatus { Working, InputRequired, Completed, Incomplete, Interrupted, Failed, Cancelled };

constexpr bool isTerminal(RunStatus status)
{
    return status != RunStatus::Working && status != RunStatus::InputRequired;
}

/// The word of a status as it travels and is stored: "working", "input_required", …
const char *toString(RunStatus status);
Result<RunStatus> parseRunStatus(std::string_view word);

/// How urgent a command is (law 7): it overtakes less urgent ones, but never a message of its own
/// conversation.
enum class Priority { Critical, High, Normal, Low };

/// The word of a priority as it travels: "critical", "high", "normal", "low".
const char *toString(Priority priority);
Result<Priority> parsePriority(std::string_view word);

/// Durable events: what the log of an account consists of (law 1).
namespace logged {

struct ConversationCreated {
    ConversationId conversation;
    AgentId agent;
    std::string title;
    std::int64_t atMs{0}; ///< the gateway's wall clock, ms since 1970 UTC
    friend bool operator==(const ConversationCreated &, const ConversationCreated &) = default;
};
/// A user's message; its text travels as a tail of `length` bytes, generation 0.
struct MessageAdded {
    ConversationId conversation;
    ItemId item;
    std::uint64_t length{0};
    std::string sha256;
    std::int64_t atMs{0};
    friend bool operator==(const MessageAdded &, const MessageAdded &) = default;
};
/// An agent began an answer; its text travels as a tail.
struct RunStarted {
    ConversationId conversation;
    RunId run;
    ItemId item;
    AgentId agent;
    std::uint32_t gen{0};
    std::int64_t atMs{0};
    ItemId message; ///< what it answers; empty from a gateway that did not say
    friend bool operator==(const RunStarted &, const RunStarted &) = default;
};
/// So much of the text exists, and this is its hash.
struct Checkpoint {
    ItemId item;
    std::uint32_t gen{0};
    std::uint64_t length{0};
    std::string sha256;
    friend bool operator==(const Checkpoint &, const Checkpoint &) = default;
};
struct RunFinished {
    ConversationId conversation;
    RunId run;
    ItemId item;
    std::uint32_t gen{0};
    RunStatus status{RunStatus::Completed};
    std::uint64_t length{0};
    std::string sha256;
    std::string detail; ///< technical, for the details of a failure
    std::int64_t atMs{0};
    friend bool operator==(const RunFinished &, const RunFinished &) = default;
};
/// What the agent knows and where it stands in this conversation: one value of its context (memory, workflow,
/// tools, preferences). A later one of the same key replaces it.
struct StateSnapshot {
    ConversationId conversation;
    std::string key;  ///< an id: "memory", "workflow", "tools", "preferences", …
    std::string json; ///< an object, at most limits::stateBytesMax
    std::int64_t atMs{0};
    friend bool operator==(const StateSnapshot &, const StateSnapshot &) = default;
};
/// A tombstone: the conversation and everything in it is gone, on every device (law 12).
struct ConversationDeleted {
    ConversationId conversation;
    std::int64_t atMs{0};
    friend bool operator==(const ConversationDeleted &, const ConversationDeleted &) = default;
};
/// A type this version does not know: kept raw, and it advances the cursor.
struct Unknown {
    std::string type;
    std::string json;
    friend bool operator==(const Unknown &, const Unknown &) = default;
};

} // namespace logged

using LogBody =
    std::variant<logged::ConversationCreated, logged::MessageAdded, logged::RunStarted, logged::Checkpoint,
                 logged::RunFinished, logged::StateSnapshot, logged::ConversationDeleted, logged::Unknown>;

struct LogEvent {
    std::uint64_t seq{0};
    LogBody body;
    friend bool operator==(const LogEvent &, const LogEvent &) = default;
};

/// How far a text is held: UTF-8 bytes of one generation.
struct TailPosition {
    ItemId item;
    std::uint32_t gen{0};
    std::uint64_t offset{0};
    friend bool operator==(const TailPosition &, const TailPosition &) = default;
};

/// What a client says first: in the Holdfast-Resume header, and as a frame where a proxy stripped that.
struct ResumeRequest {
    int version{1};
    Cursor cursor; ///< null on the first contact
    DeviceId device;
    AttemptId attempt; ///< names this link (law 15); empty from a client that opens only one
    std::uint64_t budget{2 * 1024 * 1024}; ///< bytes of replay the client is ready to take
    std::vector<TailPosition> tails;       ///< texts it holds in part
    friend bool operator==(const ResumeRequest &, const ResumeRequest &) = default;
};

/// Something one can chat with, as the gateway offers it.
struct AgentInfo {
    AgentId id;
    std::string name;
    std::string model;   ///< empty for the built-in agents
    std::string where;   ///< "built in", "on this computer", a host
    std::string summary; ///< one sentence
    bool isAvailable{true};
    std::string detail; ///< why it is not available
    friend bool operator==(const AgentInfo &, const AgentInfo &) = default;
};

/// One struct for each frame; PROTOCOL.md shows each as it travels.
namespace frame {

// Gateway → client
struct Resumed {
    Cursor from;
    std::uint64_t head{0};
    std::uint64_t ackedCommand{0}; ///< high-water of this device
    std::string generation;        ///< names this process of the gateway
    std::int64_t serverTimeMs{0};
    std::string proof; ///< that the gateway knows the token (law 18); empty with a bearer token
    friend bool operator==(const Resumed &, const Resumed &) = default;
};
struct Reset {
    std::string reason;
    Cursor cursor; ///< where to begin
    std::uint64_t head{0};
    std::uint64_t ackedCommand{0};
    std::string generation;
    std::int64_t serverTimeMs{0};
    std::string proof;
    friend bool operator==(const Reset &, const Reset &) = default;
};
struct Rejected {
    std::string code; ///< "version", "device_forked", "busy", …
    std::int64_t retryAfterMs{0};
    bool isFinal{false};
    friend bool operator==(const Rejected &, const Rejected &) = default;
};
/// The events of (after, upTo]; gaps in seq are legal.
struct Log {
    std::uint64_t after{0};
    std::uint64_t upTo{0};
    std::vector<LogEvent> events;
    std::string lineage; ///< of the cursor at `upTo`
    friend bool operator==(const Log &, const Log &) = default;
};
struct Tail {
    ItemId item;
    std::uint32_t gen{0};
    std::uint64_t offset{0};
    std::string text;
    friend bool operator==(const Tail &, const Tail &) = default;
};
struct Synced {
    Cursor cursor;
    friend bool operator==(const Synced &, const Synced &) = default;
};
struct Result {
    std::uint64_t seq{0};
    CommandId id;
    std::string error; ///< empty: accepted; else "unknown_agent", "too_large", "expired", …
    std::uint64_t head{0};
    friend bool operator==(const Result &, const Result &) = default;
};
struct Pong {
    std::uint64_t id{0};
    std::uint64_t head{0};
    friend bool operator==(const Pong &, const Pong &) = default;
};
struct Drain {
    std::int64_t reconnectInMs{0};
    std::int64_t deadlineMs{0};
    friend bool operator==(const Drain &, const Drain &) = default;
};
/// The agents there are; sent behind resumed or reset, and again when they change.
struct Agents {
    std::vector<AgentInfo> agents;
    friend bool operator==(const Agents &, const Agents &) = default;
};
/// The gateway does not have this text (any more).
struct Gone {
    ItemId item;
    friend bool operator==(const Gone &, const Gone &) = default;
};
/// The answer to GetHistory or GetContext.
struct Response {
    std::uint64_t id{0}; ///< of the request
    std::string error;   ///< empty: `json` holds the answer; else "unknown_conversation", …
    std::string json;    ///< an object
    friend bool operator==(const Response &, const Response &) = default;
};

// Client → gateway
struct Hello {
    ResumeRequest resume;
    friend bool operator==(const Hello &, const Hello &) = default;
};
/// What a user wants done; `name` is "send", "stop", "withdraw", "continue" or "delete".
struct Command {
    std::uint64_t seq{0}; ///< given at the first transmission (law 6)
    CommandId id;
    std::string name;
    ConversationId conversation;
    AgentId agent;               ///< send: who shall answer
    std::string title;           ///< send: of the conversation, when it is new
    std::string text;            ///< send: the message
    std::int64_t writtenAtMs{0}; ///< the client's wall clock, advisory
    std::int64_t expiresAtMs{0}; ///< 0: never
    Priority priority{Priority::Normal};
    ItemId target; ///< stop: the message whose answer shall end; withdraw: the message that shall not count;
                   ///< continue: the answer that was interrupted. Empty with stop: every open answer
    CommandId after; ///< refused together with this one (law 7); empty when it depends on none
    friend bool operator==(const Command &, const Command &) = default;
};
/// What is on the client's disk.
struct Ack {
    Cursor cursor;
    std::vector<TailPosition> tails;
    std::uint64_t received{0}; ///< credit (law 10): creditCost of all frames of this link that are committed
    friend bool operator==(const Ack &, const Ack &) = default;
};
struct Ping {
    std::uint64_t id{0};
    friend bool operator==(const Ping &, const Ping &) = default;
};
/// The answer comes as ordinary tail frames from this position on, or as gone.
struct GetPart {
    TailPosition position;
    friend bool operator==(const GetPart &, const GetPart &) = default;
};
/// The conversation the user looks at: its texts come first (law 11). Empty: none.
struct Focus {
    ConversationId conversation;
    friend bool operator==(const Focus &, const Focus &) = default;
};
/// What the log says of a conversation, answered by Response: its items with lengths and hashes.
struct GetHistory {
    std::uint64_t id{0};
    ConversationId conversation;
    std::uint64_t after{0}; ///< the seq of the last item of the page before; 0: from the beginning
    friend bool operator==(const GetHistory &, const GetHistory &) = default;
};
/// What the agent knows in a conversation, answered by Response: its state snapshots by key.
struct GetContext {
    std::uint64_t id{0};
    ConversationId conversation;
    friend bool operator==(const GetContext &, const GetContext &) = default;
};
/// The answer comes as ordinary log frames after this seq.
struct GetLog {
    std::uint64_t after{0};
    friend bool operator==(const GetLog &, const GetLog &) = default;
};

} // namespace frame

using Frame =
    std::variant<frame::Resumed, frame::Reset, frame::Rejected, frame::Log, frame::Tail, frame::Synced,
                 frame::Result, frame::Pong, frame::Drain, frame::Agents, frame::Gone, frame::Response,
                 frame::Hello, frame::Command, frame::Ack, frame::Ping, frame::Focus, frame::GetPart,
                 frame::GetLog, frame::GetHistory, frame::GetContext>;

/// What a client may ask; the answer is a frame::Response with the same id.
using Question = std::variant<frame::GetHistory, frame::GetContext>;

/// What a frame to a client costs of its credit (law 10), the same on both sides: about its size, and never
/// zero for a log or a tail; zero for what travels without credit.
std::uint64_t creditCost(const Frame &frame);

} // namespace holdfast
