// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/lab/loopback.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <limits>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace holdfast::test {

namespace {

constexpr int patienceSeconds = 30;
constexpr int turnsToSettle = 50;

sockaddr_in loopback(quint16 port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

const sockaddr *generic(const sockaddr_in &address) { return reinterpret_cast<const sockaddr *>(&address); }

int eventsOf(int descriptor)
{
    pollfd one{descriptor, POLLIN, 0};
    return ::poll(&one, 1, 0) > 0 ? one.revents : 0;
}

} // namespace

Peer::Peer(int descriptor) : m_descriptor(descriptor)
{
    const timeval patience{patienceSeconds, 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

Peer::Peer(Peer &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_ending(other.m_ending)
{}

Peer::~Peer()
{
    if (isOpen())
        ::close(m_descriptor);
}

Peer Peer::connectedTo(quint16 port)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    if (::connect(descriptor, generic(address), sizeof(address)) == 0)
        return Peer(descriptor);
    ::close(descriptor);
    return Peer(-1);
}

void Peer::send(const QByteArray &bytes)
{
    for (qsizetype sent = 0; sent < bytes.size();) {
        const auto count = ::send(m_descriptor, bytes.constData() + sent,
                                  static_cast<std::size_t>(bytes.size() - sent), MSG_NOSIGNAL);
        if (count < 0)
            return;
        sent += count;
    }
}

qint64 Peer::sendWhatIsTaken(const QByteArray &bytes)
{
    const auto count = ::send(m_descriptor, bytes.constData(), static_cast<std::size_t>(bytes.size()),
                              MSG_NOSIGNAL | MSG_DONTWAIT);
    return std::max<qint64>(0, count);
}

void Peer::endWriting() { ::shutdown(m_descriptor, SHUT_WR); }

void Peer::reset()
{
    const linger now{1, 0};
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    ::close(std::exchange(m_descriptor, -1));
}

QByteArray Peer::receive(qsizetype count)
{
    QByteArray all;
    std::array<char, 65536> buffer{};
    while (all.size() < count) {
        const auto wanted = std::min<qsizetype>(static_cast<qsizetype>(buffer.size()), count - all.size());
        const auto got = ::recv(m_descriptor, buffer.data(), static_cast<std::size_t>(wanted), 0);
        if (got <= 0) {
            m_ending = got == 0 ? Ending::Fin : errno == ECONNRESET ? Ending::Reset : Ending::None;
            break;
        }
        all.append(buffer.data(), got);
    }
    return all;
}

QByteArray Peer::receiveAll() { return receive(std::numeric_limits<qsizetype>::max()); }

bool Peer::hasSomething() const { return eventsOf(m_descriptor) != 0; }

bool Peer::isBroken() const { return (eventsOf(m_descriptor) & POLLERR) != 0; }

Peer::Ending Peer::ending()
{
    if (m_ending == Ending::None)
        receive(1);
    return m_ending;
}

Upstream::Upstream() : m_descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address = loopback(0);
    socklen_t length = sizeof(address);
    const timeval patience{patienceSeconds, 0};
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    ::bind(m_descriptor, generic(address), sizeof(address));
    ::listen(m_descriptor, SOMAXCONN);
    ::getsockname(m_descriptor, reinterpret_cast<sockaddr *>(&address), &length);
    m_port = ntohs(address.sin_port);
}

Upstream::~Upstream() { close(); }

bool Upstream::hasArrival() const { return eventsOf(m_descriptor) != 0; }

Peer Upstream::accept() { return Peer(::accept4(m_descriptor, nullptr, nullptr, SOCK_CLOEXEC)); }

void Upstream::close()
{
    if (m_descriptor >= 0)
        ::close(std::exchange(m_descriptor, -1));
}

ProxyThread::ProxyThread(quint16 upstreamPort)
{
    m_thread.setObjectName(QStringLiteral("proxy"));
    m_context.moveToThread(&m_thread);
    m_thread.start();
    m_port = inThread([&] {
        m_proxy = std::make_unique<FaultProxy>(
            FaultProxy::Upstream{.host = QStringLiteral("127.0.0.1"), .port = upstreamPort});
        return m_proxy->listen(QHostAddress::LocalHost, 0) ? m_proxy->port() : quint16(0);
    });
}

ProxyThread::~ProxyThread()
{
    inThread([this] {
        m_proxy.reset();
        return true;
    });
    m_thread.quit();
    m_thread.wait();
}

Result<> ProxyThread::apply(const Fault &fault)
{
    return inThread([&] { return m_proxy->apply(fault); });
}

FaultProxy::Counters ProxyThread::counters()
{
    return inThread([this] { return m_proxy->counters(); });
}

void ProxyThread::settle()
{
    for (int turn = 0; turn < turnsToSettle; ++turn)
        counters();
}

QByteArray manyBytes(qsizetype count)
{
    QByteArray bytes(count, Qt::Uninitialized);
    quint32 state = 1;
    for (char &byte : bytes) {
        state = state * 1664525U + 1013904223U; // Numerical Recipes: every place differs from its neighbours
        byte = static_cast<char>(state >> 24U);
    }
    return bytes;
}

} // namespace holdfast::test
