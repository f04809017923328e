// SPDX-License-Identifier: Apache-2.0
#include "app/cli/client.h"
#include "app/cli/commands.h"
#include "app/link/identity.h"
#include "app/link/monotonicclock.h"
#include "model/protocol/codec.h"
#include "model/text/utf8.h"

#include <iostream>

namespace holdfast {

namespace {

constexpr std::size_t titleBytesMax = 60; ///< of the message, as the title of its conversation

std::vector<std::string> messagesOf(const CliOptions &options)
{
    std::vector<std::string> messages;
    if (options.words == QStringList{QStringLiteral("-")}) {
        for (std::string line; std::getline(std::cin, line);) {
            if (!line.empty())
                messages.push_back(line);
        }
        return messages;
    }
    for (const QString &word : options.words)
        messages.push_back(word.toStdString());
    return messages;
}

/// Without a queue a message is given when it can leave, or when it is known that it cannot.
ExitCode giveWhenConnected(Client &client, const std::vector<frame::Command> &commands,
                           const CliOptions &options)
{
    ReconnectionController &session = client.session();
    client.follower().setEnding(CliOptions::Ending::Never);
    QObject::connect(&session, &ReconnectionController::statusChanged, &client.follower(),
                     [&, isGiven = false](const ConnectionStatus &status) mutable {
                         const bool isDecided = status.state == ConnectionState::Online ||
                                                status.state == ConnectionState::Waiting;
                         if (isGiven || !isDecided)
                             return;
                         isGiven = true;
                         client.follower().setEnding(options.ending);
                         for (const frame::Command &each : commands)
                             session.give(each);
                     });
    return client.follow();
}

} // namespace

frame::Command messageCommand(const CliOptions &options, const ConversationId &conversation,
                              const std::string &text)
{
    frame::Command command;
    command.id = {newUuid7()};
    command.name = "send";
    command.conversation = conversation;
    command.agent = {options.agent.toStdString()};
    command.title = utf8::cut(text, titleBytesMax);
    command.text = text;
    command.writtenAtMs = MonotonicClock::wallTime().ms;
    command.priority = options.priority;
    if (options.timeToLive.count() > 0)
        command.expiresAtMs = command.writtenAtMs + std::chrono::milliseconds(options.timeToLive).count();
    return command;
}

ExitCode runSend(const CliOptions &options)
{
    auto client = Client::open(options);
    if (!client)
        return client.error();
    const ConversationId conversation{options.conversation.isEmpty() ? newUuid7()
                                                                     : options.conversation.toStdString()};
    std::vector<frame::Command> commands;
    for (const std::string &text : messagesOf(options)) {
        commands.push_back(messageCommand(options, conversation, text));
        if (const auto checked = codec::check(commands.back()); !checked) {
            complain(checked.error().detail + "; nothing was sent");
            return ExitCode::Usage;
        }
    }
    if (options.session.queueing == ClientSession::Queueing::Off &&
        options.sending == CliOptions::Sending::Connect)
        return giveWhenConnected(**client, commands, options);
    for (const frame::Command &command : commands)
        (*client)->session().give(command);
    (*client)->session().focus(conversation);
    if (options.sending == CliOptions::Sending::QueueOnly)
        return (*client)->follower().hasRefused() ? ExitCode::NotTaken : ExitCode::Ok;
    return (*client)->follow();
}

ExitCode runDelete(const CliOptions &options)
{
    auto client = Client::open(options);
    if (!client)
        return client.error();
    frame::Command command;
    command.id = {newUuid7()};
    command.name = "delete";
    command.conversation = {options.words[0].toStdString()};
    command.writtenAtMs = MonotonicClock::wallTime().ms;
    if (const auto checked = codec::check(command); !checked) {
        complain(checked.error().detail);
        return ExitCode::Usage;
    }
    (*client)->session().give(command);
    return (*client)->follow();
}

ExitCode runFollow(const CliOptions &options)
{
    auto client = Client::open(options);
    return client ? (*client)->follow() : client.error();
}

} // namespace holdfast
