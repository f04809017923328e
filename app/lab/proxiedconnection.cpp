// SPDX-License-Identifier: Apache-2.0
#include "app/lab/proxiedconnection.h"

#include <QNetworkProxy>

#include <algorithm>
#include <sys/socket.h>
#include <utility>

namespace holdfast {

namespace {

constexpr qint64 waitingBytesMax = 4 * 1024 * 1024; ///< in one direction: delayed, or not yet taken
constexpr qint64 readAtOnce = 64 * 1024;

/// A close that the other side sees as RST: SO_LINGER with a time of zero (POSIX, socket options).
void closeByReset(QTcpSocket &socket)
{
    const linger now{1, 0};
    ::setsockopt(static_cast<int>(socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    socket.abort();
}

} // namespace

ProxiedConnection::ProxiedConnection(std::unique_ptr<QTcpSocket> client, const FaultProxy::Upstream &upstream,
                                     const FaultProxy::Treatment &treatment)
    : m_treatment(treatment), m_client(std::move(client))
{
    m_client->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_client->setReadBufferSize(readAtOnce);
    m_upstream.setProxy(QNetworkProxy::NoProxy);
    m_upstream.setReadBufferSize(readAtOnce);
    m_down.from = &m_upstream;
    m_down.to = m_client.get();
    m_up.from = m_client.get();
    m_up.to = &m_upstream;
    connectDirection(m_down);
    connectDirection(m_up);
    connect(&m_upstream, &QTcpSocket::connected, this, [this] {
        m_upstream.setSocketOption(QAbstractSocket::LowDelayOption, 1);
        read(m_up);
    });
    connect(&m_upstream, &QTcpSocket::errorOccurred, this, [this] {
        if (m_upstream.error() != QAbstractSocket::RemoteHostClosedError)
            cut(fault::Cut::How::Reset);
    });
    m_upstream.connectToHost(upstream.host, upstream.port);
}

ProxiedConnection::~ProxiedConnection() { m_stage = Stage::Over; }

void ProxiedConnection::connectDirection(Direction &direction)
{
    Direction *const each = &direction;
    direction.timer.setSingleShot(true);
    direction.timer.setTimerType(Qt::PreciseTimer);
    connect(&direction.timer, &QTimer::timeout, this, [this, each] { release(*each); });
    connect(direction.from, &QTcpSocket::readyRead, this, [this, each] { read(*each); });
    connect(direction.to, &QTcpSocket::bytesWritten, this, [this, each] { read(*each); });
    connect(direction.from, &QTcpSocket::disconnected, this, [this, each] {
        read(*each);
        each->ending = std::max(each->ending, Direction::Ending::Coming);
        release(*each);
    });
}

void ProxiedConnection::read(Direction &direction)
{
    if (m_stage == Stage::Over)
        return;
    if (m_treatment.passage == FaultProxy::Treatment::Passage::Swallowed) {
        direction.from->readAll();
        return;
    }
    while (direction.from->bytesAvailable() > 0
           && direction.waitingBytes + direction.to->bytesToWrite() < waitingBytesMax) {
        const QByteArray bytes = direction.from->read(readAtOnce);
        direction.waitingBytes += bytes.size();
        direction.waiting.push_back({std::chrono::steady_clock::now() + m_treatment.oneWay, bytes});
    }
    release(direction);
}

/// Writes what is due, in order; the rest waits for its time.
void ProxiedConnection::release(Direction &direction)
{
    const auto now = std::chrono::steady_clock::now();
    while (m_stage == Stage::Carrying && !direction.waiting.empty()
           && direction.to->state() == QAbstractSocket::ConnectedState) {
        Delayed &next = direction.waiting.front();
        if (next.due > now) {
            direction.timer.start(std::chrono::ceil<std::chrono::milliseconds>(next.due - now));
            return;
        }
        QByteArray bytes = std::exchange(next.bytes, {});
        direction.waiting.pop_front();
        direction.waitingBytes -= bytes.size();
        const bool isDown = &direction == &m_down;
        if (isDown && m_treatment.cutAfter != 0 && m_carriedDown + static_cast<std::uint64_t>(bytes.size()) >= m_treatment.cutAfter) {
            const std::uint64_t room = m_treatment.cutAfter - std::min(m_treatment.cutAfter, m_carriedDown);
            direction.to->write(bytes.constData(), static_cast<qint64>(room));
            direction.to->flush();
            return cut(fault::Cut::How::Reset);
        }
        direction.to->write(bytes);
        if (isDown)
            m_carriedDown += static_cast<std::uint64_t>(bytes.size());
        Q_EMIT carried(isDown ? static_cast<quint64>(bytes.size()) : 0, isDown ? 0 : static_cast<quint64>(bytes.size()));
    }
    if (direction.waiting.empty() && direction.ending == Direction::Ending::Coming)
        passEnd(direction);
}

void ProxiedConnection::passEnd(Direction &direction)
{
    if (m_treatment.passage == FaultProxy::Treatment::Passage::Swallowed)
        return;
    direction.ending = Direction::Ending::Passed;
    direction.to->disconnectFromHost();
    endIfOver();
}

void ProxiedConnection::endIfOver()
{
    const bool isOver = m_client->state() == QAbstractSocket::UnconnectedState
        && m_upstream.state() == QAbstractSocket::UnconnectedState;
    if (isOver && std::exchange(m_stage, Stage::Over) != Stage::Over)
        Q_EMIT over();
}

void ProxiedConnection::flow()
{
    release(m_down);
    release(m_up);
}

void ProxiedConnection::cut(fault::Cut::How how)
{
    if (std::exchange(m_stage, Stage::Over) == Stage::Over)
        return;
    for (QTcpSocket *socket : {m_client.get(), &m_upstream}) {
        socket->disconnect(this);
        if (how == fault::Cut::How::Reset)
            closeByReset(*socket);
        else
            socket->disconnectFromHost();
    }
    Q_EMIT over();
}

} // namespace holdfast
