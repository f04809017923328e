// SPDX-License-Identifier: Apache-2.0
#include "app/link/addressrace.h"

#include "app/link/logging.h"

#include <algorithm>
#include <utility>

namespace holdfast {

namespace {
/// Bytes that may wait on one side for the other: more would hide from the sender that the way is slow.
constexpr qint64 waitingMax = 64 * 1024;
/// A request to connect is a few lines.
constexpr qint64 requestMax = 8 * 1024;
} // namespace

AddressRace::AddressRace(QList<QHostAddress> addresses, quint16 port, QObject *parent)
    : QObject(parent), m_waiting(std::move(addresses)), m_port(port)
{
    m_stagger.setSingleShot(true);
    m_stagger.setInterval(stagger);
    connect(&m_stagger, &QTimer::timeout, this, &AddressRace::dialNext);
    connect(&m_server, &QTcpServer::newConnection, this, &AddressRace::onClient);
    m_server.listen(QHostAddress::LocalHost);
    dialNext();
}

AddressRace::~AddressRace()
{
    m_server.disconnect(this);
    if (m_client)
        m_client->disconnect(this);
    if (m_winner)
        m_winner->disconnect(this);
    for (const auto &each : m_racing)
        each->disconnect(this);
}

QNetworkProxy AddressRace::proxy() const
{
    return {QNetworkProxy::HttpProxy, QStringLiteral("127.0.0.1"), m_server.serverPort()};
}

/// One connection is served, ours; whoever came first by chance or malice can only make this attempt fail.
void AddressRace::onClient()
{
    m_client = m_server.nextPendingConnection();
    m_server.close();
    m_client->setReadBufferSize(waitingMax);
    connect(m_client, &QTcpSocket::readyRead, this, &AddressRace::onRequest);
}

void AddressRace::onRequest()
{
    const QByteArray seen = m_client->peek(requestMax);
    const qsizetype end = seen.indexOf("\r\n\r\n");
    if (end < 0 && seen.size() < requestMax)
        return;
    if (end < 0 || !seen.startsWith("CONNECT "))
        return m_client->abort();
    if (m_error) {
        m_client->write("HTTP/1.1 502 Bad Gateway\r\n\r\n");
        return m_client->disconnectFromHost();
    }
    if (!m_winner)
        return; // onOpened() and onFailed() come back here
    m_client->disconnect(this);
    m_client->read(end + 4);
    m_client->write("HTTP/1.1 200 OK\r\n\r\n");
    join(*m_client, *m_winner);
    join(*m_winner, *m_client);
}

void AddressRace::dialNext()
{
    if (m_waiting.isEmpty())
        return;
    auto socket = std::make_unique<QTcpSocket>();
    QTcpSocket *dialling = socket.get();
    m_racing.push_back(std::move(socket));
    dialling->setProxy(QNetworkProxy::NoProxy);
    dialling->setReadBufferSize(waitingMax);
    connect(dialling, &QTcpSocket::connected, this, [this, dialling] { onOpened(dialling); });
    connect(dialling, &QTcpSocket::errorOccurred, this,
            [this, dialling](QAbstractSocket::SocketError error) { onFailed(dialling, error); });
    const QHostAddress address = m_waiting.takeFirst();
    m_stagger.start();
    dialling->connectToHost(address, m_port);
}

void AddressRace::onOpened(QTcpSocket *winner)
{
    m_stagger.stop();
    m_waiting.clear();
    qCInfo(lcLink).noquote() << "address=" + winner->peerAddress().toString();
    for (auto &each : m_racing) {
        each->disconnect(this);
        if (each.get() == winner)
            m_winner = std::move(each);
        else
            each.release()->deleteLater(); // one of them may be what brought us here
    }
    m_racing.clear();
    m_winner->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    if (m_client)
        onRequest();
}

void AddressRace::onFailed(QTcpSocket *loser, QAbstractSocket::SocketError error)
{
    const auto found =
        std::find_if(m_racing.begin(), m_racing.end(), [&](const auto &each) { return each.get() == loser; });
    found->release()->deleteLater();
    m_racing.erase(found);
    if (!m_waiting.isEmpty())
        return dialNext();
    if (!m_racing.empty())
        return;
    m_error = error;
    if (m_client)
        onRequest();
}

/// What comes from one side goes to the other, and its end with it.
void AddressRace::join(QTcpSocket &from, QTcpSocket &to)
{
    connect(&from, &QTcpSocket::readyRead, this, [&from, &to] { pass(from, to); });
    connect(&to, &QTcpSocket::bytesWritten, this, [&from, &to] { pass(from, to); });
    connect(&from, &QTcpSocket::disconnected, this, [&from, &to] {
        to.write(from.readAll());
        to.disconnectFromHost();
    });
    pass(from, to);
}

void AddressRace::pass(QTcpSocket &from, QTcpSocket &to)
{
    const qint64 room = waitingMax - to.bytesToWrite();
    if (room > 0 && from.bytesAvailable() > 0)
        to.write(from.read(room));
}

} // namespace holdfast
