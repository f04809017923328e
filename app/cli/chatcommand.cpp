// SPDX-License-Identifier: Apache-2.0
#include "app/cli/client.h"
#include "app/cli/commands.h"
#include "app/cli/jsonlines.h"
#include "app/cli/linereader.h"
#include "app/link/identity.h"
#include "app/link/monotonicclock.h"
#include "model/protocol/codec.h"
#include "model/protocol/limits.h"

#include <QCoreApplication>

namespace holdfast {

namespace {

constexpr qsizetype lineBytesMax = limits::frameBytesToGatewayMax;

/// Does what a line of stdin says, and answers it.
class Chat
{
public:
    Chat(Client &client, const CliOptions &options) : m_client(client), m_options(options) {}

    void obey(const QByteArray &line)
    {
        const qsizetype space = line.indexOf(' ');
        const QByteArray word = space < 0 ? line : line.left(space);
        const QByteArray rest = space < 0 ? QByteArray() : line.mid(space + 1).trimmed();
        if (word == "send")
            send(rest);
        else if (word == "stop" && !rest.isEmpty())
            stop(rest);
        else if (word == "wait")
            m_client.follower().sayWhenIdle(QString::fromUtf8(rest));
        else if (word == "quit")
            QCoreApplication::quit();
        else
            refuse("a line is: send CONVERSATION|new TEXT, stop CONVERSATION, wait [WORD] or quit");
    }
    void refuse(const std::string &why) const
    {
        if (m_options.output == CliOptions::Output::Json)
            jsonlines::write("error", {{QStringLiteral("detail"), QString::fromStdString(why)}});
        else
            complain(why);
    }

private:
    void send(const QByteArray &rest)
    {
        const qsizetype space = rest.indexOf(' ');
        if (space < 0)
            return refuse("send wants a conversation, or new, and a text");
        const QByteArray where = rest.left(space);
        const ConversationId conversation{where == "new" ? newUuid7() : where.toStdString()};
        give(messageCommand(m_options, conversation, rest.mid(space + 1).toStdString()));
    }
    void stop(const QByteArray &conversation)
    {
        frame::Command command;
        command.id = {newUuid7()};
        command.name = "stop";
        command.conversation = {conversation.toStdString()};
        command.writtenAtMs = MonotonicClock::wallTime().ms;
        command.priority = Priority::Critical;
        give(command);
    }
    void give(const frame::Command &command)
    {
        if (const auto checked = codec::check(command); !checked)
            return refuse(checked.error().detail);
        m_client.session().give(command);
    }

    Client &m_client;
    const CliOptions &m_options;
};

} // namespace

ExitCode runChat(const CliOptions &options)
{
    CliOptions staying = options;
    staying.ending = CliOptions::Ending::Never;
    auto client = Client::open(staying);
    if (!client)
        return client.error();
    Chat chat(**client, options);
    const LineReader reader(lineBytesMax);
    Follower &follower = (*client)->follower();
    QObject::connect(&reader, &LineReader::line, &follower,
                     [&chat](const QByteArray &line) { chat.obey(line); });
    QObject::connect(&reader, &LineReader::tooLong, &follower,
                     [&chat] { chat.refuse("a line is too long to be a message"); });
    QObject::connect(&reader, &LineReader::ended, &follower, &Follower::endWhenDone);
    return (*client)->follow();
}

} // namespace holdfast
