// SPDX-License-Identifier: Apache-2.0
#include "app/cli/labcommand.h"

#include "app/cli/follower.h"
#include "app/cli/jsonlines.h"
#include "app/lab/faultproxy.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QSocketNotifier>

#include <cstdio>
#include <unistd.h>

namespace holdfast {

namespace {

constexpr int usage = static_cast<int>(ExitCode::Usage);

struct HostPort {
    QString host;
    quint16 port{0};
};

std::optional<HostPort> parseHostPort(const QString &text)
{
    const qsizetype colon = text.lastIndexOf(QLatin1Char(':'));
    bool isNumber = false;
    const uint port = text.mid(colon + 1).toUInt(&isNumber);
    if (colon <= 0 || !isNumber || port > 65535)
        return std::nullopt;
    return HostPort{text.left(colon), static_cast<quint16>(port)};
}

/// Carries out one line and answers it.
void obey(FaultProxy &proxy, const QByteArray &line)
{
    if (line == "quit")
        return QCoreApplication::quit();
    QByteArray answer = "ok " + line;
    if (line == "status") {
        const FaultProxy::Counters counters = proxy.counters();
        answer += " open=" + QByteArray::number(counters.open) + " accepted=" + QByteArray::number(qulonglong(counters.accepted))
            + " to_client=" + QByteArray::number(qulonglong(counters.bytesToClient))
            + " to_upstream=" + QByteArray::number(qulonglong(counters.bytesToUpstream));
    } else {
        const Result<Fault> fault = parseFault(line.toStdString());
        const Result<> applied = fault ? proxy.apply(*fault) : tl::unexpected(fault.error());
        if (!applied)
            answer = "error: " + QByteArray::fromStdString(applied.error().detail);
    }
    std::printf("%s\n", answer.constData());
    std::fflush(stdout);
}

} // namespace

int runLab(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("A TCP proxy that breaks connections on command (stdin, one command per line)."));
    const QCommandLineOption listen(QStringLiteral("listen"), QStringLiteral("Where to listen; port 0 is any."),
                                    QStringLiteral("address:port"), QStringLiteral("127.0.0.1:0"));
    const QCommandLineOption upstream(QStringLiteral("upstream"), QStringLiteral("Where to connect to."), QStringLiteral("host:port"));
    parser.addOptions({listen, upstream});
    parser.addHelpOption();
    const bool isParsed = parser.parse(arguments);
    if (isParsed && parser.isSet(QStringLiteral("help")))
        parser.showHelp(0);
    const auto from = parseHostPort(parser.value(listen));
    const auto to = parseHostPort(parser.value(upstream));
    const QHostAddress address(from ? from->host : QString());
    if (!isParsed || !from || !to || address.isNull()) {
        complain(isParsed ? std::string("lab wants --listen ADDRESS:PORT and --upstream HOST:PORT (see lab --help)")
                          : parser.errorText().toStdString() + " (see lab --help)");
        return usage;
    }
    FaultProxy proxy({to->host, to->port});
    if (const auto listening = proxy.listen(address, from->port); !listening) {
        complain("cannot listen on " + parser.value(listen).toStdString() + ": " + listening.error().detail);
        return 1;
    }
    std::printf("listening %s:%d\n", qPrintable(address.toString()), proxy.port());
    std::fflush(stdout);
    QByteArray pending;
    QSocketNotifier input(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&input, &QSocketNotifier::activated, &proxy, [&] {
        char buffer[4096];
        const auto count = ::read(STDIN_FILENO, buffer, sizeof(buffer));
        if (count <= 0)
            return QCoreApplication::quit();
        pending.append(buffer, count);
        for (qsizetype end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n')) {
            const QByteArray line = pending.left(end).trimmed();
            pending.remove(0, end + 1);
            obey(proxy, line);
        }
    });
    QCoreApplication::exec();
    return 0;
}

} // namespace holdfast
