// SPDX-License-Identifier: Apache-2.0
#include "model/session/commandeffects.h"

#include "model/protocol/limits.h"
#include "model/text/prefixhash.h"
#include "model/text/utf8.h"

namespace holdfast::gate {

namespace {

using Context = CommandContext;

/// Why it cannot be done, or empty; in this order the first reason is told.
std::string refusalOf(const frame::Command &command, const Context &context)
{
    if (command.expiresAtMs != 0 && command.expiresAtMs < context.nowMs)
        return "expired";
    if (context.conversation == Context::Conversation::Deleted)
        return "deleted";
    if (context.after == Context::After::Refused)
        return "blocked";
    if (context.foretold == Foretold::Withdraw)
        return "withdrawn";
    if (context.agent == Context::Agent::Unknown)
        return "unknown_agent";
    return {};
}

std::string refusalOfText(const std::string &text)
{
    if (text.empty())
        return "empty";
    return text.size() > limits::messageBytesMax ? "too_large" : "";
}

void start(const frame::Command &command, const Context &context, Effects &effects)
{
    const logged::RunStarted run{command.conversation, context.run,    context.answer, command.agent, 0,
                                 context.nowMs,        context.message};
    effects.events.push_back(run);
    if (context.foretold != Foretold::Stop) {
        effects.start = run;
        return;
    }
    effects.events.push_back(logged::RunFinished{.conversation = run.conversation,
                                                 .run = run.run,
                                                 .item = run.item,
                                                 .gen = run.gen,
                                                 .status = RunStatus::Cancelled,
                                                 .length = 0,
                                                 .sha256 = PrefixHash().hex(),
                                                 .detail = "stopped before it began",
                                                 .atMs = context.nowMs});
}

Effects send(const frame::Command &command, const Context &context)
{
    Effects effects;
    effects.error = refusalOf(command, context);
    if (effects.error.empty())
        effects.error = refusalOfText(command.text);
    if (!effects.error.empty())
        return effects;
    if (context.conversation == Context::Conversation::Unknown)
        effects.events.push_back(logged::ConversationCreated{
            command.conversation, command.agent, std::string(utf8::cut(command.title, limits::titleBytesMax)),
            context.nowMs});
    PrefixHash hash;
    hash.append(command.text);
    effects.events.push_back(logged::MessageAdded{command.conversation, context.message, command.text.size(),
                                                  hash.hex(), context.nowMs});
    effects.texts.push_back({context.message, command.text});
    start(command, context, effects);
    return effects;
}

/// Goes on behind an answer that ended too early, in an answer of its own: what ended stays as it was.
Effects goOn(const frame::Command &command, const Context &context)
{
    Effects effects;
    effects.error = refusalOf(command, context);
    if (effects.error.empty() && context.target != Context::Target::EndedAnswer)
        effects.error = "nothing_to_continue";
    if (effects.error.empty())
        start(command, context, effects);
    return effects;
}

/// What is to be stopped may have ended, or not have come yet: both are no mistake (law 8).
Effects stop(const frame::Command &command, const Context &context)
{
    Effects effects;
    if (command.target.isEmpty() || context.target == Context::Target::Message)
        effects.stop = Effects::Stop{command.conversation, command.target};
    else if (context.target == Context::Target::Unknown)
        effects.foretells = Effects::Foretelling{command.target, Foretold::Stop};
    return effects;
}

Effects withdraw(const frame::Command &command, const Context &context)
{
    Effects effects;
    if (context.target == Context::Target::Unknown)
        effects.foretells = Effects::Foretelling{command.target, Foretold::Withdraw};
    else if (context.target != Context::Target::Refused)
        effects.error = "too_late";
    return effects;
}

Effects remove(const frame::Command &command, const Context &context)
{
    Effects effects;
    if (context.conversation == Context::Conversation::Deleted)
        return effects;
    effects.events.push_back(logged::ConversationDeleted{command.conversation, context.nowMs});
    effects.forget = command.conversation;
    return effects;
}

} // namespace

Effects effectsOf(const frame::Command &command, const CommandContext &context)
{
    if (command.name == "send")
        return send(command, context);
    if (command.name == "stop")
        return stop(command, context);
    if (command.name == "withdraw" && !command.target.isEmpty())
        return withdraw(command, context);
    if (command.name == "continue")
        return goOn(command, context);
    if (command.name == "delete")
        return remove(command, context);
    Effects effects;
    effects.error = "unknown_command";
    return effects;
}

} // namespace holdfast::gate
