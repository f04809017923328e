// SPDX-License-Identifier: Apache-2.0
#include "app/lab/streamsocket.h"

#include <QHostInfo>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace holdfast {

namespace {

constexpr qsizetype readAtOnce = 64 * 1024;

bool mustWait(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

bool isIpv4(const QHostAddress &address) { return address.protocol() == QAbstractSocket::IPv4Protocol; }

/// Begins a connection. \returns false when it failed at once.
bool beginConnect(int descriptor, const QHostAddress &address, quint16 port)
{
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    const sockaddr *where = reinterpret_cast<const sockaddr *>(&v4);
    socklen_t length = sizeof(v4);
    if (isIpv4(address)) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        v4.sin_addr.s_addr = htonl(address.toIPv4Address());
    } else {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        const Q_IPV6ADDR bytes = address.toIPv6Address();
        std::memcpy(&v6.sin6_addr, &bytes, sizeof(bytes));
        where = reinterpret_cast<const sockaddr *>(&v6);
        length = sizeof(v6);
    }
    return ::connect(descriptor, where, length) == 0 || errno == EINPROGRESS;
}

} // namespace

StreamSocket::~StreamSocket() { close(); }

void StreamSocket::adopt(int descriptor)
{
    open(descriptor);
    m_isConnected = true;
}

void StreamSocket::open(int descriptor)
{
    m_descriptor = descriptor;
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    m_reading = new QSocketNotifier(descriptor, QSocketNotifier::Read, this);
    m_writing = new QSocketNotifier(descriptor, QSocketNotifier::Write, this);
    m_reading->setEnabled(false);
    m_writing->setEnabled(false);
    connect(m_reading, &QSocketNotifier::activated, this, &StreamSocket::readable);
    connect(m_writing, &QSocketNotifier::activated, this, &StreamSocket::onWritable);
}

void StreamSocket::connectTo(const QString &host, quint16 port)
{
    m_port = port;
    if (const QHostAddress address(host); !address.isNull()) {
        m_candidates = {address};
        return tryNext();
    }
    QHostInfo::lookupHost(host, this, [this](const QHostInfo &found) {
        m_candidates = found.addresses();
        std::ranges::stable_partition(m_candidates, isIpv4);
        tryNext();
    });
}

void StreamSocket::tryNext()
{
    while (!m_candidates.isEmpty()) {
        const QHostAddress address = m_candidates.takeFirst();
        const int family = isIpv4(address) ? AF_INET : AF_INET6;
        open(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (beginConnect(m_descriptor, address, m_port))
            return watchWriting(Watch::On);
        close();
    }
    Q_EMIT failed();
}

void StreamSocket::onWritable()
{
    if (m_isConnected)
        return Q_EMIT writable();
    int error = 0;
    socklen_t length = sizeof(error);
    ::getsockopt(m_descriptor, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) {
        close();
        return tryNext();
    }
    watchWriting(Watch::Off);
    m_isConnected = true;
    Q_EMIT connected();
}

StreamSocket::Got StreamSocket::read()
{
    std::array<char, readAtOnce> buffer; // NOLINT(*-member-init): the kernel fills what is used
    const ssize_t count = ::recv(m_descriptor, buffer.data(), buffer.size(), 0);
    if (count > 0)
        return {Got::What::Bytes, QByteArray(buffer.data(), count)};
    if (count == 0)
        return {Got::What::End, {}};
    return {mustWait(errno) ? Got::What::Nothing : Got::What::Broken, {}};
}

qint64 StreamSocket::write(QByteArrayView bytes)
{
    const ssize_t count =
        ::send(m_descriptor, bytes.data(), static_cast<std::size_t>(bytes.size()), MSG_NOSIGNAL);
    if (count >= 0)
        return count;
    return mustWait(errno) ? 0 : -1;
}

int StreamSocket::unacknowledged() const
{
    int bytes = 0;
    return ::ioctl(m_descriptor, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

void StreamSocket::endWriting() { ::shutdown(m_descriptor, SHUT_WR); }

/// SO_LINGER with a time of zero makes close() send RST (POSIX, socket options).
void StreamSocket::reset()
{
    const linger now{1, 0};
    if (isOpen())
        ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close();
}

void StreamSocket::close()
{
    m_isConnected = false;
    if (!isOpen())
        return;
    for (QSocketNotifier *notifier : {std::exchange(m_reading, nullptr), std::exchange(m_writing, nullptr)}) {
        notifier->setEnabled(false);
        notifier->deleteLater(); // its signal may be what brought us here
    }
    ::close(std::exchange(m_descriptor, -1));
}

void StreamSocket::watchReading(Watch watch)
{
    if (isOpen())
        m_reading->setEnabled(watch == Watch::On);
}

void StreamSocket::watchWriting(Watch watch)
{
    if (isOpen())
        m_writing->setEnabled(watch == Watch::On);
}

} // namespace holdfast
