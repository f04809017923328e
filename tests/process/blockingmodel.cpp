// SPDX-License-Identifier: Apache-2.0
#include "tests/process/blockingmodel.h"

#include <QDir>
#include <QFile>

namespace holdfast::test {

namespace {
constexpr int patienceMs = 30'000;
}

BlockingModel::BlockingModel() { m_server.listen(QHostAddress::LocalHost); }

bool BlockingModel::offerTo(const QString &gatewayDir, const QByteArray &afterCrash) const
{
    QDir().mkpath(gatewayDir);
    QFile file(gatewayDir + QStringLiteral("/agents.json"));
    return file.open(QIODevice::WriteOnly) &&
           file.write(R"([{"name":"Model","model":"m","base_url":"http://127.0.0.1:)" +
                      QByteArray::number(m_server.serverPort()) + R"(","after_crash":")" + afterCrash +
                      R"("}])") > 0;
}

QString BlockingModel::agent() const
{
    return QStringLiteral("openai:127.0.0.1:%1/m").arg(m_server.serverPort());
}

QByteArray BlockingModel::requestOf(QTcpSocket &socket)
{
    QByteArray request;
    qsizetype wanted = 1;
    while (request.size() < wanted && socket.waitForReadyRead(patienceMs)) {
        request += socket.readAll();
        const qsizetype end = request.indexOf("\r\n\r\n");
        const qsizetype length = request.toLower().indexOf("content-length: ");
        const qsizetype body =
            length < 0 || length > end ? 0 : request.mid(length + 16, 10).split('\r').first().toInt();
        wanted = end < 0 ? request.size() + 1 : end + 4 + body;
    }
    return request;
}

void BlockingModel::answerModels(QTcpSocket &socket) const
{
    const QByteArray body = R"({"object":"list","data":[{"id":"m"}]})";
    socket.write(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
        QByteArray::number(body.size()) + "\r\n\r\n" + body);
    socket.disconnectFromHost();
    if (socket.state() != QAbstractSocket::UnconnectedState)
        socket.waitForDisconnected(patienceMs);
}

bool BlockingModel::waitForQuestion()
{
    m_socket.reset();
    while (m_server.hasPendingConnections() || m_server.waitForNewConnection(patienceMs)) {
        std::unique_ptr<QTcpSocket> socket(m_server.nextPendingConnection());
        const QByteArray request = requestOf(*socket);
        if (request.startsWith("GET ")) {
            answerModels(*socket);
            continue;
        }
        if (!request.startsWith("POST "))
            continue; // it was only looked at
        m_question = request;
        m_socket = std::move(socket);
        m_socket->setParent(nullptr);
        m_socket->write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
        return m_socket->waitForBytesWritten(patienceMs);
    }
    return false;
}

void BlockingModel::say(const QByteArray &text)
{
    m_socket->write("data: {\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}\n\n");
    m_socket->waitForBytesWritten(patienceMs);
}

void BlockingModel::finish()
{
    m_socket->write("data: [DONE]\n\n");
    m_socket->waitForBytesWritten(patienceMs);
    m_socket->disconnectFromHost();
}

} // namespace holdfast::test
