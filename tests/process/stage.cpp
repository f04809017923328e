// SPDX-License-Identifier: Apache-2.0
#include "tests/process/stage.h"

#include <QFile>

namespace holdfast::test {

namespace {

/// The port in a line such as "listening 127.0.0.1:40001".
quint16 portOf(const std::optional<QByteArray> &line)
{
    return line ? line->mid(line->lastIndexOf(':') + 1).trimmed().toUShort() : quint16(0);
}

} // namespace

Stage::Stage()
{
    QFile token(path(QStringLiteral("token")));
    if (token.open(QIODevice::WriteOnly))
        token.write("0123456789abcdef0123456789abcdef\n");
}

QStringList Stage::gatewayArguments() const
{
    return {QStringLiteral("--listen"),     QStringLiteral("127.0.0.1:%1").arg(m_gatewayPort),
            QStringLiteral("--data-dir"),   path(QStringLiteral("gateway")),
            QStringLiteral("--token-file"), path(QStringLiteral("token")),
            QStringLiteral("--port-file"),  path(QStringLiteral("port"))};
}

bool Stage::startGateway(const QStringList &environment, const QStringList &more)
{
    m_gateway.reset();
    m_gateway =
        std::make_unique<Program>(QStringLiteral("holdfast-gateway"), gatewayArguments() + more, environment);
    m_gatewayPort = portOf(m_gateway->waitForLine());
    return m_gatewayPort != 0;
}

bool Stage::startGatewayOn(int socket, quint16 port)
{
    m_gateway.reset();
    m_gatewayPort = port;
    const QString script = QStringLiteral("LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" \"$@\" 3<&%1").arg(socket);
    m_gateway = std::make_unique<Program>(
        QStringLiteral("/bin/bash"),
        QStringList{QStringLiteral("-c"), script, binaryDir() + QStringLiteral("/holdfast-gateway")} +
            gatewayArguments());
    return portOf(m_gateway->waitForLine()) == port;
}

bool Stage::startLab()
{
    m_lab = std::make_unique<Program>(QStringLiteral("holdfast-cli"),
                                      QStringList{QStringLiteral("lab"), QStringLiteral("--listen"),
                                                  QStringLiteral("127.0.0.1:0"), QStringLiteral("--upstream"),
                                                  QStringLiteral("127.0.0.1:%1").arg(m_gatewayPort)});
    m_labPort = portOf(m_lab->waitForLine());
    return m_labPort != 0;
}

QByteArray Stage::lab(const QByteArray &command)
{
    m_lab->say(command);
    return m_lab->waitForLine().value_or("no answer");
}

QStringList Stage::clientArguments() const
{
    return {QStringLiteral("--gateway"),
            QStringLiteral("ws://127.0.0.1:%1").arg(m_labPort != 0 ? m_labPort : m_gatewayPort),
            QStringLiteral("--token-file"),
            path(QStringLiteral("token")),
            QStringLiteral("--data-dir"),
            path(QStringLiteral("client"))};
}

std::unique_ptr<Program> Stage::client(const QStringList &commandAndMore,
                                       const QStringList &environment) const
{
    return std::make_unique<Program>(QStringLiteral("holdfast-cli"), clientArguments() + commandAndMore,
                                     environment);
}

QByteArray Stage::storedText(const QString &item) const
{
    QProcess history;
    history.start(binaryDir() + QStringLiteral("/holdfast-cli"),
                  {QStringLiteral("--data-dir"), path(QStringLiteral("client")), QStringLiteral("history"),
                   QStringLiteral("--item"), item});
    history.waitForFinished();
    return history.readAllStandardOutput();
}

} // namespace holdfast::test
