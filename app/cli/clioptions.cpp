// SPDX-License-Identifier: Apache-2.0
#include "app/cli/clioptions.h"

#include "app/link/outboxflags.h"

#include <QCommandLineParser>
#include <QStandardPaths>

namespace holdfast {

namespace {

const QStringList knownCommands{QStringLiteral("send"),   QStringLiteral("follow"), QStringLiteral("history"),
                                QStringLiteral("agents"), QStringLiteral("lab"),    QStringLiteral("context"),
                                QStringLiteral("delete"), QStringLiteral("outbox"), QStringLiteral("chat")};

/// Every option of the commands that are a client; the lab has its own.
struct Options {
    QCommandLineOption gateway{QStringLiteral("gateway"), QStringLiteral("The gateway, as ws://HOST:PORT."),
                               QStringLiteral("url")};
    QCommandLineOption tokenFile{QStringLiteral("token-file"),
                                 QStringLiteral("A file with the gateway's token."), QStringLiteral("file")};
    QCommandLineOption dataDir{QStringLiteral("data-dir"),
                               QStringLiteral("Where this client keeps everything."),
                               QStringLiteral("folder"),
                               QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
                                   QStringLiteral("/holdfast/cli")};
    QCommandLineOption agent{QStringLiteral("agent"), QStringLiteral("send: who shall answer."),
                             QStringLiteral("id"), QStringLiteral("guide")};
    QCommandLineOption conversation{QStringLiteral("conversation"),
                                    QStringLiteral("send: go on with this one."), QStringLiteral("id")};
    QCommandLineOption item{QStringLiteral("item"),
                            QStringLiteral("history: print just the text of this item."),
                            QStringLiteral("id")};
    QCommandLineOption from{
        QStringLiteral("from"),
        QStringLiteral("history, context: who answers in the words of the protocol, here or gateway."),
        QStringLiteral("who")};
    QCommandLineOption queue{
        QStringLiteral("queue"),
        QStringLiteral("send: only write it down; the next send or follow delivers it.")};
    QCommandLineOption priority{QStringLiteral("priority"), QStringLiteral("send: high, normal or low."),
                                QStringLiteral("word"), QStringLiteral("normal")};
    QCommandLineOption ttl{QStringLiteral("ttl"),
                           QStringLiteral("send: of no use later than so many seconds from now."),
                           QStringLiteral("seconds"), QStringLiteral("0")};
    OutboxFlags outbox;
    QCommandLineOption all{QStringLiteral("all"), QStringLiteral("outbox: everything that needs you.")};
    QCommandLineOption backoff{
        QStringLiteral("backoff"),
        QStringLiteral("How hurriedly to dial again: usual, graceful, emergency or rolling."),
        QStringLiteral("preset"), QStringLiteral("usual")};
    QCommandLineOption forever{QStringLiteral("forever"),
                               QStringLiteral("follow: do not end when all is done.")};
    QCommandLineOption json{QStringLiteral("json"),
                            QStringLiteral("One JSON object per line, each with t_us.")};

    void addTo(QCommandLineParser &parser) const
    {
        parser.addOptions({gateway, tokenFile, dataDir, agent, conversation, item, from, queue, priority, ttl,
                           all, backoff, forever, json});
        outbox.addTo(parser);
        parser.addHelpOption();
        parser.addVersionOption();
        parser.addPositionalArgument(
            QStringLiteral("command"),
            QStringLiteral("send MESSAGE… (or - for one message per line of stdin) | follow | chat (commands "
                           "on stdin) | outbox [send-again ID… | "
                           "delete ID…] | history [CONVERSATION] | "
                           "context CONVERSATION | delete CONVERSATION | agents | lab (see lab --help)"));
    }
};

} // namespace

namespace {

/// What concerns the outbox.
Result<> readOutbox(const QCommandLineParser &parser, const Options &known, CliOptions &options)
{
    const auto priority = parsePriority(parser.value(known.priority).toStdString());
    if (!priority || *priority == Priority::Critical)
        return failure(Error::Code::BadArgument, "--priority is high, normal or low");
    const auto timeToLive = numberOf(parser, known.ttl);
    if (!timeToLive)
        return tl::unexpected(timeToLive.error());
    options.priority = *priority;
    options.timeToLive = std::chrono::seconds(*timeToLive);
    if (parser.isSet(known.all))
        options.choice = CliOptions::Choice::All;
    return known.outbox.read(parser, options.session);
}

/// What must stand behind the command.
Result<> checkWords(const CliOptions &options)
{
    if (options.command == QLatin1String("send") && options.words.isEmpty())
        return failure(Error::Code::BadArgument, "send wants a message");
    if (options.command != QLatin1String("outbox") || options.words.isEmpty())
        return {};
    const bool isKnown =
        options.words[0] == QLatin1String("send-again") || options.words[0] == QLatin1String("delete");
    if (!isKnown)
        return failure(Error::Code::BadArgument, "outbox knows send-again and delete");
    if (options.words.size() == 1 && options.choice == CliOptions::Choice::Named)
        return failure(Error::Code::BadArgument, "outbox wants to know which: ID… or --all");
    return {};
}

} // namespace

QString commandWord(const QStringList &arguments)
{
    QCommandLineParser parser;
    Options().addTo(parser);
    parser.setOptionsAfterPositionalArgumentsMode(QCommandLineParser::ParseAsPositionalArguments);
    parser.parse(arguments);
    return parser.positionalArguments().value(0);
}

Result<CliOptions> parseCliOptions(const QStringList &arguments)
{
    const Options known;
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Holdfast without a window, for scripts and measurements."));
    known.addTo(parser);
    if (!parser.parse(arguments))
        return failure(Error::Code::BadArgument, parser.errorText().toStdString());
    if (parser.isSet(QStringLiteral("help")))
        parser.showHelp(0);
    if (parser.isSet(QStringLiteral("version")))
        parser.showVersion();
    CliOptions options;
    options.words = parser.positionalArguments();
    options.command = options.words.isEmpty() ? QString() : options.words.takeFirst();
    if (!knownCommands.contains(options.command))
        return failure(
            Error::Code::BadArgument,
            options.command.isEmpty()
                ? "a command is missing: send, follow, chat, outbox, history, context, delete, agents or lab"
                : "unknown command \"" + options.command.toStdString() + '"');
    const auto preset = parseBackoffPreset(parser.value(known.backoff).toStdString());
    if (!preset)
        return tl::unexpected(preset.error());
    options.session.backoff.preset = *preset;
    if (const auto outbox = readOutbox(parser, known, options); !outbox)
        return tl::unexpected(outbox.error());
    options.dataDir = parser.value(known.dataDir);
    options.agent = parser.value(known.agent);
    options.conversation = parser.value(known.conversation);
    options.item = parser.value(known.item);
    if (parser.isSet(known.json))
        options.output = CliOptions::Output::Json;
    if (parser.isSet(known.queue))
        options.sending = CliOptions::Sending::QueueOnly;
    if (parser.isSet(known.forever))
        options.ending = CliOptions::Ending::Never;
    if (const auto checked = checkWords(options); !checked)
        return tl::unexpected(checked.error());
    const QString from = parser.value(known.from);
    const bool asks = options.command == QLatin1String("context") || !from.isEmpty();
    if (asks && from != QLatin1String("gateway") && from != QLatin1String("here") && !from.isEmpty())
        return failure(Error::Code::BadArgument, "--from wants here or gateway");
    if ((asks || options.command == QLatin1String("delete")) && options.words.size() != 1)
        return failure(Error::Code::BadArgument, "which conversation?");
    if (asks)
        options.asked =
            from == QLatin1String("gateway") ? CliOptions::Asked::Gateway : CliOptions::Asked::Here;
    const bool isLocal = options.asked == CliOptions::Asked::Here ||
                         options.command == QLatin1String("outbox") ||
                         (options.command == QLatin1String("history") && !asks);
    if (isLocal || options.sending == CliOptions::Sending::QueueOnly)
        return options;
    const Result<Endpoint> endpoint =
        readEndpoint(parser.value(known.gateway), parser.value(known.tokenFile));
    if (!endpoint)
        return tl::unexpected(endpoint.error());
    options.endpoint = *endpoint;
    return options;
}

} // namespace holdfast
