// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/change.h"
#include "model/session/connection.h"
#include "model/session/event.h"
#include "model/session/note.h"

#include <variant>

namespace holdfast {

/// What a client's session asks its body to do. Nothing here returns a value: answers come back as events.
namespace action {

/// Dial; LinkOpened or LinkLost follows with the same id. Each link is a fresh socket.
struct OpenLink {
    LinkId link{LinkId::None};
    ResumeRequest resume;
};
/// Drop it without a word: a link that is suspect does not deserve a handshake.
struct AbortLink {
    LinkId link{LinkId::None};
};
struct SendFrame {
    LinkId link{LinkId::None};
    Frame frame;
};
/// One transaction; Committed{id} follows.
struct Commit {
    CommitId id{CommitId::None};
    Durability durability{Durability::Usual};
    std::vector<Change> changes;
};
struct ReportStatus {
    ConnectionStatus status;
};
/// A replay is through; what it brought since the link opened.
struct ReportResumed {
    std::uint64_t events{0};
    std::uint64_t bytes{0};
};
/// The gateway's answer to what was Asked.
struct Answered {
    frame::Response response;
};
/// A command was not taken, and nothing of it is kept: it goes back to whoever gave it.
struct RefuseCommand {
    frame::Command command;
    std::string reason; ///< "outbox_full" or "queueing_off"
};
struct Noted {
    Note note;
};

} // namespace action

using Action =
    std::variant<action::OpenLink, action::AbortLink, action::SendFrame, action::Commit, action::ReportStatus,
                 action::ReportResumed, action::Answered, action::RefuseCommand, action::Noted>;

} // namespace holdfast
