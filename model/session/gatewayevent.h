// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/closecode.h"
#include "model/protocol/frame.h"
#include "model/session/connection.h"
#include "model/session/note.h"

#include <variant>

/// The gateway's side: what can happen to it, and what it asks to be done.
namespace holdfast::gate {

/// How far a text of the gateway goes.
struct TextState {
    ItemId item;
    std::uint32_t gen{0};
    std::uint64_t length{0}; ///< UTF-8 bytes stored
    enum class Status { Growing, Final, Unknown } status{Status::Unknown};
    ConversationId conversation{}; ///< empty where only the text has changed
    friend bool operator==(const TextState &, const TextState &) = default;
};

namespace event {

/// A client is here: authenticated, its resume request read, and what it needs to know looked up.
struct LinkOpened {
    LinkId link{LinkId::None};
    ResumeRequest resume;
    std::uint64_t ackedCommand{0};
    std::string lineage;          ///< of our log at the client's cursor
    std::vector<TextState> texts; ///< of resume.tails
    std::int64_t serverTimeMs{0};
    std::string proof;
    std::uint64_t missedBytes{0}; ///< about what a whole replay would cost
};
struct LinkLost {
    LinkId link{LinkId::None};
};
struct FrameReceived {
    LinkId link{LinkId::None};
    Frame frame;
};
struct FrameUnreadable {
    LinkId link{LinkId::None};
    Error error;
};
/// The answer to ReadLog.
struct LogRead {
    LinkId link{LinkId::None};
    std::uint64_t after{0};
    std::uint64_t upTo{0};
    std::vector<LogEvent> events;
    std::vector<TextState> texts; ///< of the items that begin in these events
    std::string lineage;          ///< at `upTo`
};
/// The answer to ReadText.
struct TextRead {
    LinkId link{LinkId::None};
    TailPosition position;
    std::string text;
};
/// The answer to LookUp.
struct TextFound {
    LinkId link{LinkId::None};
    TailPosition position; ///< as the client asked
    TextState text;
};
/// The log has grown; it is stored.
struct Appended {
    std::uint64_t head{0};
};
/// A text has grown, or is final; it is stored.
struct TextGrew {
    TextState text;
};
/// The answer to Accept.
struct CommandSettled {
    LinkId link{LinkId::None};
    frame::Result result;
};
/// The socket of this link holds more than limits::linkWindowBytes unsent, or no longer does.
struct LinkFull {
    LinkId link{LinkId::None};
};
struct LinkWritable {
    LinkId link{LinkId::None};
};
/// The answer to Ask.
struct Answered {
    LinkId link{LinkId::None};
    frame::Response response;
};
/// The log has forgotten tombstones: who is below the floor may have missed one.
struct FloorRose {
    std::uint64_t floor{0};
};
/// The gateway is going to leave: its clients are told when to look for the next one (law 17).
struct DrainBegun {
    Duration deadline{0}; ///< until it leaves at the latest
};
/// It has nothing more to do: its clients are let go, one after the other.
struct DrainReady {};
struct AgentsChanged {
    std::vector<AgentInfo> agents;
};
struct TimeCame {};

} // namespace event

using Event = std::variant<event::LinkOpened, event::LinkLost, event::FrameReceived, event::FrameUnreadable,
                           event::LogRead, event::TextRead, event::TextFound, event::Appended,
                           event::TextGrew, event::CommandSettled, event::LinkFull, event::LinkWritable,
                           event::Answered, event::FloorRose, event::DrainBegun, event::DrainReady,
                           event::AgentsChanged, event::TimeCame>;

namespace action {

struct Send {
    LinkId link{LinkId::None};
    Frame frame;
};
struct CloseLink {
    LinkId link{LinkId::None};
    CloseCode code{CloseCode::Normal};
    std::string reason;
};
struct ReadLog {
    LinkId link{LinkId::None};
    std::uint64_t after{0};
};
struct ReadText {
    LinkId link{LinkId::None};
    TailPosition position;
};
struct LookUp {
    LinkId link{LinkId::None};
    TailPosition position;
};
/// Store the command and what it does, or find the answer given before; CommandSettled follows.
struct Accept {
    LinkId link{LinkId::None};
    DeviceId device;
    frame::Command command;
};
struct Ask {
    LinkId link{LinkId::None};
    Question question;
};
struct Noted {
    LinkId link{LinkId::None};
    Note note;
};

} // namespace action

using Action = std::variant<action::Send, action::CloseLink, action::ReadLog, action::ReadText,
                            action::LookUp, action::Accept, action::Ask, action::Noted>;

} // namespace holdfast::gate
