// SPDX-License-Identifier: Apache-2.0
#include "tests/support/modelserver.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkProxy>
#include <QTcpSocket>
#include <QTimer>

#include <memory>
#include <utility>

#include <sys/socket.h>

namespace holdfast::test {

namespace {

/// True when head and body have arrived as the head's Content-Length says.
bool isWhole(const QByteArray &request)
{
    const qsizetype headEnd = request.indexOf("\r\n\r\n");
    if (headEnd < 0)
        return false;
    const QByteArray head = request.left(headEnd).toLower();
    const qsizetype field = head.indexOf("content-length:");
    if (field < 0)
        return true;
    const qsizetype from = field + static_cast<qsizetype>(qstrlen("content-length:"));
    const qsizetype end = head.indexOf('\r', from);
    const qsizetype length = head.mid(from, end < 0 ? -1 : end - from).trimmed().toLongLong();
    return request.size() >= headEnd + 4 + length;
}

} // namespace

ScriptedModelServer::ScriptedModelServer() { listen(0); }
ScriptedModelServer::ScriptedModelServer(quint16 port) { listen(port); }

/// The sockets end with m_server, when the list of them is gone already.
ScriptedModelServer::~ScriptedModelServer()
{
    for (QTcpSocket *socket : std::as_const(m_open))
        socket->disconnect(this);
}

void ScriptedModelServer::listen(quint16 port)
{
    m_models = {{head("404 Not Found", "text/plain")}};
    m_completions = m_models;
    m_server.setProxy(QNetworkProxy::NoProxy);
    connect(&m_server, &QTcpServer::newConnection, this, &ScriptedModelServer::onConnection);
    m_server.listen(QHostAddress::LocalHost, port);
}

QByteArray ScriptedModelServer::head(const QByteArray &status, const QByteArray &type)
{
    return "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nConnection: close\r\n\r\n";
}

QByteArray ScriptedModelServer::delta(const QByteArray &content, const QByteArray &finishReason)
{
    QJsonObject choice{
        {QStringLiteral("index"), 0},
        {QStringLiteral("delta"), QJsonObject{{QStringLiteral("content"), QString::fromUtf8(content)}}},
        {QStringLiteral("finish_reason"), QJsonValue()}};
    if (!finishReason.isEmpty())
        choice[QLatin1String("finish_reason")] = QString::fromUtf8(finishReason);
    const QJsonObject chunk{{QStringLiteral("object"), QStringLiteral("chat.completion.chunk")},
                            {QStringLiteral("choices"), QJsonArray{choice}}};
    return "data: " + QJsonDocument(chunk).toJson(QJsonDocument::Compact) + "\n\n";
}

ScriptedModelServer::Answer ScriptedModelServer::models(const QList<QByteArray> &ids)
{
    QJsonArray data;
    for (const QByteArray &id : ids)
        data.append(QJsonObject{{QStringLiteral("id"), QString::fromUtf8(id)},
                                {QStringLiteral("object"), QStringLiteral("model")}});
    const QJsonObject list{{QStringLiteral("object"), QStringLiteral("list")},
                           {QStringLiteral("data"), data}};
    return {{head("200 OK", "application/json") + QJsonDocument(list).toJson(QJsonDocument::Compact)}};
}

/// Closing a socket that lingers for no time sends RST instead of FIN.
void ScriptedModelServer::resetAll()
{
    const QList<QTcpSocket *> open = m_open;
    for (QTcpSocket *socket : open) {
        const linger none{1, 0};
        ::setsockopt(static_cast<int>(socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &none,
                     sizeof(none));
        socket->abort();
    }
}

void ScriptedModelServer::onConnection()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection()) {
        m_open.append(socket);
        auto received = std::make_shared<QByteArray>();
        connect(socket, &QTcpSocket::readyRead, this,
                [this, socket, received] { onBytes(*socket, *received); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            m_open.removeOne(socket);
            socket->deleteLater();
        });
    }
}

void ScriptedModelServer::onBytes(QTcpSocket &socket, QByteArray &received)
{
    received += socket.readAll();
    if (!isWhole(received))
        return;
    m_requests.append(received);
    play(socket, received.startsWith("GET ") ? m_models : m_completions);
    received.clear();
}

/// Each piece leaves when the one before has been handed to the system.
void ScriptedModelServer::play(QTcpSocket &socket, Answer answer)
{
    if (!answer.pieces.isEmpty()) {
        socket.write(answer.pieces.takeFirst());
        socket.flush();
        QTimer::singleShot(0, &socket, [this, &socket, answer] { play(socket, answer); });
        return;
    }
    switch (answer.ending) {
    case Ending::Close:
        socket.disconnectFromHost();
        return;
    case Ending::Hang:
        return;
    }
}

} // namespace holdfast::test
