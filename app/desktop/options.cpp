// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/options.h"

#include "app/link/outboxflags.h"

#include <QCommandLineParser>
#include <QStandardPaths>

namespace holdfast {

Result<DesktopOptions> parseDesktopOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Chat with AI agents, and never lose the thread."));
    const QCommandLineOption dataDir(
        QStringLiteral("data-dir"), QStringLiteral("Where everything is kept."), QStringLiteral("folder"),
        QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/holdfast"));
    const QCommandLineOption gateway(QStringLiteral("gateway"),
                                     QStringLiteral("Another gateway than this computer's own."),
                                     QStringLiteral("url"));
    const QCommandLineOption tokenFile(QStringLiteral("token-file"),
                                       QStringLiteral("A file with that gateway's token."),
                                       QStringLiteral("file"));
    const QCommandLineOption backoff(
        QStringLiteral("backoff"),
        QStringLiteral("How hurriedly to dial again: usual, graceful, emergency or rolling."),
        QStringLiteral("preset"), QStringLiteral("usual"));
    const QCommandLineOption tour(
        QStringLiteral("tour"),
        QStringLiteral("Drive the window through a conversation with a lost connection, and save pictures."),
        QStringLiteral("folder"));
    const OutboxFlags outbox;
    parser.addOptions({dataDir, gateway, tokenFile, backoff, tour});
    outbox.addTo(parser);
    parser.addHelpOption();
    parser.addVersionOption();
    if (!parser.parse(arguments))
        return failure(Error::Code::BadArgument, parser.errorText().toStdString());
    if (parser.isSet(QStringLiteral("help")))
        parser.showHelp(0);
    if (parser.isSet(QStringLiteral("version")))
        parser.showVersion();
    if (!parser.positionalArguments().isEmpty())
        return failure(Error::Code::BadArgument,
                       "unknown argument \"" + parser.positionalArguments()[0].toStdString() + '"');
    DesktopOptions options;
    const auto preset = parseBackoffPreset(parser.value(backoff).toStdString());
    if (!preset)
        return tl::unexpected(preset.error());
    options.application.session.backoff.preset = *preset;
    if (const auto read = outbox.read(parser, options.application.session); !read)
        return tl::unexpected(read.error());
    options.application.dataDir = parser.value(dataDir).toStdString();
    if (parser.isSet(tour))
        options.tour = parser.value(tour);
    if (parser.isSet(gateway)) {
        const auto endpoint = readEndpoint(parser.value(gateway), parser.value(tokenFile));
        if (!endpoint)
            return tl::unexpected(endpoint.error());
        options.application.gateway = *endpoint;
    }
    return options;
}

} // namespace holdfast
