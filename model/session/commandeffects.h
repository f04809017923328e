// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"

#include <optional>
#include <string>
#include <vector>

namespace holdfast::gate {

/// A message whose text is stored with the events.
struct NewText {
    ItemId item;
    std::string text;
};

/// What was said of a message before it came: remembered until it comes (laws 7 and 8).
enum class Foretold {
    Stop,    ///< its answer ends before it begins
    Withdraw ///< it does not count
};

/// What a gateway knows that bears on a command.
struct CommandContext {
    std::int64_t nowMs{0}; ///< the gateway's wall clock
    enum class Conversation { Unknown, Known, Deleted } conversation{Conversation::Unknown};
    enum class Agent { Unknown, Known } agent{Agent::Unknown}; ///< of the one that shall answer
    enum class After { Fine, Refused } after{After::Fine};     ///< of the command it depends on
    enum class Target { Unknown, Refused, Message, OpenAnswer, EndedAnswer } target{Target::Unknown};
    std::optional<Foretold> foretold; ///< of the message that this command brings
    ItemId message;                   ///< what the message will be called
    RunId run;                        ///< fresh names, for what it starts
    ItemId answer;
};

/// What a command does: its events and texts are one transaction with the answer and the high-water (law 6).
struct Effects {
    std::string error; ///< empty: accepted; else why not
    std::vector<LogBody> events;
    std::vector<NewText> texts;
    struct Foretelling {
        ItemId message;
        Foretold what{Foretold::Stop};
    };
    std::optional<Foretelling> foretells;    ///< to be remembered
    std::optional<logged::RunStarted> start; ///< when stored: a run that begins
    struct Stop {
        ConversationId conversation;
        ItemId message; ///< empty: every run
    };
    std::optional<Stop> stop;             ///< when stored: runs that end
    std::optional<ConversationId> forget; ///< when stored: its runs leave no trace but the tombstone
};

/// The only place where a command becomes events. The same command and context give the same effects.
Effects effectsOf(const frame::Command &command, const CommandContext &context);

} // namespace holdfast::gate
