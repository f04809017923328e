// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/clioptions.h"
#include "app/cli/exitcode.h"
#include "model/protocol/frame.h"

namespace holdfast {

// One function for each command; each runs the event loop for as long as it needs, and complains on stderr.

/// Writes messages down, and unless told to queue only, sends them and waits for their answers.
ExitCode runSend(const CliOptions &options);
/// What sends this text as the options say: agent, priority, time to live.
frame::Command messageCommand(const CliOptions &options, const ConversationId &conversation,
                              const std::string &text);
/// Delivers what is queued and waits for every open answer.
ExitCode runFollow(const CliOptions &options);
/// Does what the lines of stdin say, while it stays connected, until "quit" or the end of stdin.
ExitCode runChat(const CliOptions &options);
/// Lists what is in the outbox, gives parked messages again, or deletes; connects to nothing.
ExitCode runOutbox(const CliOptions &options);
/// Prints what is kept here; connects to nothing.
ExitCode runHistory(const CliOptions &options);
/// Prints what is known of a conversation as one JSON object, in the words of the protocol: its history or
/// its agent's context, as it is kept here or as the gateway tells it.
ExitCode runAsk(const CliOptions &options);
/// Deletes a conversation, on every device.
ExitCode runDelete(const CliOptions &options);
/// Asks the gateway whom it offers.
ExitCode runAgents(const CliOptions &options);

} // namespace holdfast
