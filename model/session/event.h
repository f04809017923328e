// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"
#include "model/session/connection.h"

#include <variant>

namespace holdfast {

enum class CommitId : std::uint64_t { None = 0 };

/// What can happen to a client's session. What cannot be said here does not exist for it.
namespace event {

/// Connect, and stay connected.
struct GoOnline {};
/// Cut the link and do not dial. \param cause  Simulated, or None when there is nowhere to dial to.
struct GoOffline {
    Cause cause{Cause::None};
};
/// The user says that trying now makes sense.
struct RetryNow {};
/// The machine woke up, or its networks changed: whatever is up may be dead, whatever was down may work.
struct NetworkChanged {};
/// The upgrade is done: frames may travel.
struct LinkOpened {
    LinkId link{LinkId::None};
    std::string expectedProof; ///< what the gateway's first frame must prove; empty when nothing (law 18)
};
/// It could not be opened, or it broke.
struct LinkLost {
    LinkId link{LinkId::None};
    Cause cause{Cause::Reset};
    std::string detail;
    Duration retryAfter{0}; ///< as the gateway asked
};
struct FrameReceived {
    LinkId link{LinkId::None};
    Frame frame;
};
struct FrameUnreadable {
    LinkId link{LinkId::None};
    Error error;
};
/// The transaction of this Commit is done.
struct Committed {
    CommitId id{CommitId::None};
};
/// The user gave a command; it has no seq yet.
struct CommandGiven {
    frame::Command command;
    CommandId replaces; ///< a parked one that is given again under another id; usually none
};
/// The user takes a command back: one that waits, one that is on its way, or one that is parked.
struct CommandWithdrawn {
    CommandId id;
};
/// Somebody wants to know; Answered follows, after however many links it takes.
struct Asked {
    Question question; ///< with an id that is not used again
};
/// What the wall clock shows; again when it jumps.
struct ClockRead {
    WallTime wall;
};
/// The user looks at this conversation now; at none when it is empty.
struct FocusChanged {
    ConversationId conversation;
};
/// The wake that was asked for; harmless at any other time.
struct TimeCame {};

} // namespace event

using Event = std::variant<event::GoOnline, event::GoOffline, event::RetryNow, event::NetworkChanged,
                           event::LinkOpened, event::LinkLost, event::FrameReceived, event::FrameUnreadable,
                           event::Committed, event::CommandGiven, event::CommandWithdrawn, event::Asked,
                           event::ClockRead, event::FocusChanged, event::TimeCame>;

} // namespace holdfast
