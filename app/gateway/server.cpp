// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/server.h"

#include "app/link/logging.h"
#include "app/link/monotonicclock.h"
#include "model/protocol/limits.h"

#include <QCoreApplication>
#include <QTcpSocket>

#include <fcntl.h>

namespace holdfast {

namespace {
/// Sockets that have not shown a complete head yet; more than a burst of clients is an attack.
constexpr int undecidedMax = 200;
/// The first socket a supervisor passed to this process, or -1 (sd_listen_fds(3): LISTEN_PID, LISTEN_FDS,
/// from 3 on).
int inheritedSocket()
{
    constexpr int firstPassed = 3;
    const bool isForUs = qgetenv("LISTEN_PID").toLongLong() == QCoreApplication::applicationPid();
    if (!isForUs || qEnvironmentVariableIntValue("LISTEN_FDS") < 1)
        return -1;
    ::fcntl(firstPassed, F_SETFD, FD_CLOEXEC);
    qunsetenv("LISTEN_PID");
    qunsetenv("LISTEN_FDS");
    return firstPassed;
}

} // namespace

Server::Server(AccountShard &shard, QByteArray token, QObject *parent)
    : QObject(parent),
      m_shard(shard),
      m_token(std::move(token)),
      m_upgrader(QStringLiteral("holdfast-gateway"), QWebSocketServer::NonSecureMode)
{
    m_upgrader.setSupportedSubprotocols({QString::fromLatin1(limits::subprotocol)});
    m_upgrader.setMaxPendingConnections(undecidedMax);
    m_upgrader.setHandshakeTimeout(limits::handshakeDeadline);
    m_tcp.setMaxPendingConnections(undecidedMax);
    connect(&m_tcp, &QTcpServer::newConnection, this, &Server::onConnection);
    connect(&m_upgrader, &QWebSocketServer::newConnection, this, &Server::onUpgraded);
}

/// What becomes of its sockets concerns nobody any more.
Server::~Server() { blockSignals(true); }

Result<> Server::listen(const QHostAddress &address, quint16 port)
{
    if (const int inherited = inheritedSocket(); inherited >= 0) {
        if (!m_tcp.setSocketDescriptor(inherited))
            return failure(Error::Code::Io, "the inherited socket: " + m_tcp.errorString().toStdString());
        if (!m_tcp.serverAddress().isLoopback())
            return failure(Error::Code::BadArgument, "the inherited socket listens beyond loopback");
    } else if (!m_tcp.listen(address, port)) {
        const bool isTaken = m_tcp.serverError() == QAbstractSocket::AddressInUseError;
        return failure(isTaken ? Error::Code::Busy : Error::Code::Io, m_tcp.errorString().toStdString());
    }
    m_doorkeeper =
        std::make_unique<Doorkeeper>(Doorkeeper::Options{.token = m_token, .address = m_tcp.serverAddress()});
    return {};
}

void Server::close() { m_tcp.close(); }

void Server::decide(quint16 port)
{
    if (m_undecided.erase(port) > 0 && m_undecided.empty())
        Q_EMIT decided();
}

void Server::onConnection()
{
    while (QTcpSocket *socket = m_tcp.nextPendingConnection()) {
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        socket->setReadBufferSize(requestHeadBytesMax);
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        const quint16 port = socket->peerPort();
        m_undecided.insert(port);
        connect(socket, &QObject::destroyed, this, [this, port] { decide(port); });
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { onReadable(socket); });
        auto *deadline = new QTimer(socket);
        deadline->setSingleShot(true);
        connect(deadline, &QTimer::timeout, socket, [socket] { socket->abort(); });
        deadline->start(limits::handshakeDeadline);
        onReadable(socket);
    }
}

/// The head is only looked at: whoever speaks to the client next reads it again.
void Server::onReadable(QTcpSocket *socket)
{
    const QByteArray head = socket->peek(requestHeadBytesMax);
    const qsizetype end = head.indexOf("\r\n\r\n");
    if (end < 0) {
        if (head.size() >= requestHeadBytesMax)
            refuse(socket, {431, "the request head is too large"});
        return;
    }
    const Result<RequestHead> request = parseRequestHead(head.left(end));
    if (!request)
        return refuse(socket, {400, QByteArray::fromStdString(request.error().detail)});
    const Doorkeeper::Verdict verdict =
        m_doorkeeper->judge(*request, m_shard.connectionCount(), MonotonicClock::wallTime().ms);
    if (const auto *refused = std::get_if<Doorkeeper::Refused>(&verdict))
        return refuse(socket, *refused);
    disconnect(socket, nullptr, this, nullptr);
    disconnect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    delete socket->findChild<QTimer *>();
    socket->setReadBufferSize(0);
    m_admitted[socket->peerPort()] = std::get<Doorkeeper::Admitted>(verdict).proof;
    m_upgrader.handleConnection(socket);
}

void Server::refuse(QTcpSocket *socket, const Doorkeeper::Refused &refused)
{
    qCInfo(lcLink) << "refused" << refused.status;
    disconnect(socket, &QTcpSocket::readyRead, this, nullptr);
    socket->readAll();
    socket->write(toResponse(refused));
    socket->disconnectFromHost();
}

void Server::onUpgraded()
{
    while (QWebSocket *socket = m_upgrader.nextPendingConnection()) {
        const quint16 port = socket->peerPort();
        const auto proof = m_admitted.extract(port);
        socket->setParent(nullptr);
        m_shard.take(std::make_unique<ClientConnection>(static_cast<LinkId>(++m_lastLink),
                                                        std::unique_ptr<QWebSocket>(socket),
                                                        proof.empty() ? std::string() : proof.mapped()));
        decide(port);
    }
}

} // namespace holdfast
