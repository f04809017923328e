// SPDX-License-Identifier: Apache-2.0
#include "app/cli/labcommand.h"

#include "app/cli/exitcode.h"
#include "app/cli/follower.h"
#include "app/cli/jsonlines.h"
#include "app/cli/linereader.h"
#include "app/lab/faultproxy.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <cstdio>
#include <optional>

namespace holdfast {

namespace {

constexpr int cannotListen = 1;
constexpr qsizetype lineBytesMax = 4096;

struct HostPort {
    QString host;
    quint16 port{0};
};

struct LabOptions {
    HostPort listen;
    QHostAddress address; ///< of `listen`
    HostPort upstream;
    enum class Answers { Plain, Json } answers{Answers::Plain};
};

/// Reads "127.0.0.1:8080", "localhost:8080" or "[::1]:8080".
std::optional<HostPort> parseHostPort(const QString &text)
{
    const qsizetype colon = text.lastIndexOf(QLatin1Char(':'));
    bool isNumber = false;
    const ushort port = text.mid(colon + 1).toUShort(&isNumber);
    if (colon <= 0 || !isNumber)
        return std::nullopt;
    QString host = text.left(colon);
    if (host.startsWith(QLatin1Char('[')) && host.endsWith(QLatin1Char(']')))
        host = host.sliced(1, host.size() - 2);
    else if (host.contains(QLatin1Char(':')))
        return std::nullopt;
    return HostPort{host, port};
}

Result<LabOptions> parseLabOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("A TCP proxy that breaks connections on command. Commands come on stdin, one on a "
                       "line, and each is answered\n"
                       "by one line: cut rst|fin, blackhole on|off, latency MS, offline, online, cut-after "
                       "BYTES, rate KILOBYTES_PER_S, status, quit."));
    const QCommandLineOption listen(QStringLiteral("listen"),
                                    QStringLiteral("Where to listen; port 0 is any free one."),
                                    QStringLiteral("address:port"), QStringLiteral("127.0.0.1:0"));
    const QCommandLineOption upstream(QStringLiteral("upstream"), QStringLiteral("Where to connect to."),
                                      QStringLiteral("host:port"));
    const QCommandLineOption json(QStringLiteral("json"),
                                  QStringLiteral("Answer in JSON, one object on a line."));
    parser.addOptions({listen, upstream, json});
    parser.addPositionalArgument(QStringLiteral("lab"), QStringLiteral("This command."));
    parser.addHelpOption();
    if (!parser.parse(arguments))
        return failure(Error::Code::BadArgument, parser.errorText().toStdString());
    if (parser.isSet(QStringLiteral("help")))
        parser.showHelp(0);
    if (parser.positionalArguments().size() > 1)
        return failure(Error::Code::BadArgument, "lab takes its commands on stdin, not \"" +
                                                     parser.positionalArguments().at(1).toStdString() + '"');
    const auto from = parseHostPort(parser.value(listen));
    const QHostAddress address(from ? from->host : QString());
    if (address.isNull())
        return failure(Error::Code::BadArgument,
                       "--listen wants ADDRESS:PORT, not \"" + parser.value(listen).toStdString() + '"');
    const auto to = parseHostPort(parser.value(upstream));
    if (!to || to->port == 0)
        return failure(Error::Code::BadArgument,
                       parser.isSet(upstream)
                           ? "--upstream wants HOST:PORT, not \"" + parser.value(upstream).toStdString() + '"'
                           : std::string("lab wants --upstream HOST:PORT"));
    using Answers = LabOptions::Answers;
    return LabOptions{*from, address, *to, parser.isSet(json) ? Answers::Json : Answers::Plain};
}

/// Says each thing in one line, plain or as JSON.
class LabVoice
{
public:
    explicit LabVoice(LabOptions::Answers answers) : m_answers(answers) {}

    void listening(const QHostAddress &address, quint16 port) const
    {
        if (m_answers == LabOptions::Answers::Json)
            return jsonlines::write("listening", {{QStringLiteral("address"), address.toString()},
                                                  {QStringLiteral("port"), port}});
        const bool isBare = address.protocol() != QAbstractSocket::IPv6Protocol;
        const QString host =
            isBare ? address.toString() : QLatin1Char('[') + address.toString() + QLatin1Char(']');
        print(host.toUtf8().prepend("listening ") + ':' + QByteArray::number(port));
    }
    void done(const QByteArray &command) const { answer("ok", command, {}); }
    void refused(const QByteArray &command, const std::string &why) const
    {
        if (m_answers == LabOptions::Answers::Plain)
            return print("error: " + QByteArray::fromStdString(why));
        answer("error", command, {{QStringLiteral("detail"), QString::fromStdString(why)}});
    }
    void status(const QByteArray &command, const FaultProxy::Counters &counters) const
    {
        const auto number = [](std::uint64_t n) { return static_cast<qint64>(n); };
        answer("ok", command,
               {{QStringLiteral("open"), counters.open},
                {QStringLiteral("accepted"), number(counters.accepted)},
                {QStringLiteral("to_client"), number(counters.bytesToClient)},
                {QStringLiteral("to_upstream"), number(counters.bytesToUpstream)}});
    }

private:
    void answer(const char *word, const QByteArray &command, QJsonObject fields) const
    {
        if (m_answers == LabOptions::Answers::Json) {
            fields.insert(QStringLiteral("command"), QString::fromUtf8(command));
            return jsonlines::write(word, fields);
        }
        QByteArray line = word + (' ' + command);
        for (auto field = fields.constBegin(); field != fields.constEnd(); ++field)
            line += ' ' + field.key().toUtf8() + '=' + QByteArray::number(field.value().toInteger());
        print(line);
    }
    static void print(const QByteArray &line)
    {
        std::fwrite(line.constData(), 1, static_cast<std::size_t>(line.size()), stdout);
        std::fputc('\n', stdout);
        std::fflush(stdout);
    }

    LabOptions::Answers m_answers;
};

/// Carries out one line and answers it.
void obey(FaultProxy &proxy, const LabVoice &voice, const QByteArray &line)
{
    if (line == "status")
        return voice.status(line, proxy.counters());
    if (line == "quit") {
        voice.done(line);
        return QCoreApplication::quit();
    }
    const Result<Fault> fault = parseFault(line.toStdString());
    const Result<> applied = fault ? proxy.apply(*fault) : tl::unexpected(fault.error());
    if (applied)
        voice.done(line);
    else
        voice.refused(line, applied.error().detail);
}

} // namespace

int runLab(const QStringList &arguments)
{
    const Result<LabOptions> options = parseLabOptions(arguments);
    if (!options) {
        complain(options.error().detail + " (see lab --help)");
        return static_cast<int>(ExitCode::Usage);
    }
    FaultProxy proxy({options->upstream.host, options->upstream.port});
    if (const auto listening = proxy.listen(options->address, options->listen.port); !listening) {
        complain("cannot listen on " + options->address.toString().toStdString() + ", port " +
                 std::to_string(options->listen.port) + ": " + listening.error().detail);
        return cannotListen;
    }
    const LabVoice voice(options->answers);
    voice.listening(options->address, proxy.port());
    const LineReader reader(lineBytesMax);
    QObject::connect(&reader, &LineReader::line, &proxy,
                     [&](const QByteArray &line) { obey(proxy, voice, line); });
    QObject::connect(&reader, &LineReader::tooLong, &proxy, [&voice] {
        voice.refused({}, "a line of more than " + std::to_string(lineBytesMax) + " bytes is no command");
    });
    QObject::connect(&reader, &LineReader::ended, &proxy, &QCoreApplication::quit);
    return QCoreApplication::exec();
}

} // namespace holdfast
