// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/options.h"

#include <QCommandLineParser>
#include <QDir>
#include <QFile>
#include <QStandardPaths>

#include <algorithm>

namespace holdfast {

namespace {

constexpr qsizetype tokenCharactersMin = 16;

Result<> readAddress(const QString &text, GatewayOptions &options)
{
    const qsizetype colon = text.lastIndexOf(QLatin1Char(':'));
    QString host = text.left(colon);
    if (host.startsWith(QLatin1Char('[')) && host.endsWith(QLatin1Char(']')))
        host = host.mid(1, host.size() - 2);
    auto isNumber = false;
    const uint port = text.mid(colon + 1).toUInt(&isNumber);
    if (colon <= 0 || !isNumber || port > 65535 || !options.address.setAddress(host))
        return failure(Error::Code::BadArgument,
                       "--listen wants ADDRESS:PORT, not \"" + text.toStdString() + '"');
    if (!options.address.isLoopback())
        return failure(Error::Code::BadArgument,
                       "--listen beyond loopback needs TLS, which this version does not have");
    options.port = static_cast<quint16>(port);
    return {};
}

} // namespace

Result<GatewayOptions> parseGatewayOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Holds the agents' work while no client is connected."));
    const QCommandLineOption listen(QStringLiteral("listen"),
                                    QStringLiteral("Where to listen; port 0 is any."),
                                    QStringLiteral("address:port"), QStringLiteral("127.0.0.1:0"));
    const QCommandLineOption dataDir(QStringLiteral("data-dir"), QStringLiteral("Where everything is kept."),
                                     QStringLiteral("folder"),
                                     QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
                                         QStringLiteral("/holdfast/gateway"));
    const QCommandLineOption tokenFile(
        QStringLiteral("token-file"),
        QStringLiteral("A file with the token clients must know, 16 characters or more."),
        QStringLiteral("file"));
    const QCommandLineOption portFile(QStringLiteral("port-file"), QStringLiteral("Where to write the port."),
                                      QStringLiteral("file"));
    const QCommandLineOption embedded(QStringLiteral("embedded"),
                                      QStringLiteral("Read the token from stdin; end when nobody needs it."));
    const QCommandLineOption drain(
        QStringLiteral("drain-seconds"),
        QStringLiteral("How long a stop waits for answers that the next gateway cannot go on with."),
        QStringLiteral("seconds"), QStringLiteral("10"));
    parser.addOptions({listen, dataDir, tokenFile, portFile, embedded, drain});
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
    GatewayOptions options;
    options.dataDir = parser.value(dataDir);
    options.tokenFile = parser.value(tokenFile);
    options.portFile = parser.value(portFile);
    options.mode = parser.isSet(embedded) ? GatewayOptions::Mode::Embedded : GatewayOptions::Mode::Standalone;
    if (const auto read = readAddress(parser.value(listen), options); !read)
        return tl::unexpected(read.error());
    auto isNumber = false;
    options.drain = std::chrono::seconds(parser.value(drain).toUShort(&isNumber));
    if (!isNumber)
        return failure(Error::Code::BadArgument, "--drain-seconds wants a number of seconds, not \"" +
                                                     parser.value(drain).toStdString() + '"');
    if (options.mode == GatewayOptions::Mode::Standalone && options.tokenFile.isEmpty())
        return failure(Error::Code::BadArgument,
                       "--token-file is missing: without a token nobody may connect");
    return options;
}

Result<QByteArray> readToken(const GatewayOptions &options)
{
    QFile file(options.tokenFile);
    const bool isOpen = options.mode == GatewayOptions::Mode::Embedded ? file.open(0, QIODevice::ReadOnly)
                                                                       : file.open(QIODevice::ReadOnly);
    if (!isOpen)
        return failure(Error::Code::BadArgument, "cannot read the token file " +
                                                     options.tokenFile.toStdString() + ": " +
                                                     file.errorString().toStdString());
    const QByteArray token = file.readLine(1024).trimmed();
    const bool isPrintable =
        std::all_of(token.cbegin(), token.cend(), [](char c) { return c > ' ' && c < 127; });
    if (token.size() < tokenCharactersMin || !isPrintable)
        return failure(Error::Code::BadArgument,
                       "the token must be one line of at least 16 printable characters");
    return token;
}

} // namespace holdfast
