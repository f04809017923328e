// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/lab/faultproxy.h"

#include <QThread>

#include <future>
#include <memory>

namespace holdfast::test {

/// One end of a TCP connection on the loopback, blocking, as POSIX has it: it can tell a reset from an end. A
/// wait that takes longer than half a minute is given up.
class Peer
{
public:
    enum class Ending { Fin, Reset, None };

    explicit Peer(int descriptor);
    Peer(Peer &&other) noexcept;
    ~Peer();

    /// \returns a peer that is not open when the connection is refused.
    static Peer connectedTo(quint16 port);
    bool isOpen() const { return m_descriptor >= 0; }

    void send(const QByteArray &bytes);
    /// Sends as much of `bytes` as is taken without waiting. \returns how much.
    qint64 sendWhatIsTaken(const QByteArray &bytes);
    void endWriting();
    void reset();

    /// Exactly `count` bytes, fewer when the connection ends first.
    QByteArray receive(qsizetype count);
    /// Everything up to the end.
    QByteArray receiveAll();
    bool hasSomething() const;
    /// The kernel has an error for it: a reset, also one behind an orderly end.
    bool isBroken() const;
    /// How the connection ended for this side; None while bytes still come.
    Ending ending();

private:
    int m_descriptor;
    Ending m_ending{Ending::None};
};

/// Where the proxy connects to.
class Upstream
{
public:
    Upstream();
    ~Upstream();
    quint16 port() const { return m_port; }
    Peer accept();
    bool hasArrival() const;
    /// Nobody listens there any more.
    void close();

private:
    int m_descriptor;
    quint16 m_port{0};
};

/// A FaultProxy in a thread of its own, so that the test may block.
class ProxyThread
{
public:
    explicit ProxyThread(quint16 upstreamPort);
    ~ProxyThread();

    quint16 port() const { return m_port; }
    Result<> apply(const Fault &fault);
    FaultProxy::Counters counters();
    /// Lets the proxy see what has reached its sockets: so many turns of its event loop.
    void settle();

private:
    template<class Function>
    auto inThread(Function function)
    {
        std::promise<decltype(function())> promise;
        auto future = promise.get_future();
        QMetaObject::invokeMethod(&m_context, [&promise, &function] { promise.set_value(function()); });
        return future.get();
    }

    QThread m_thread;
    QObject m_context; ///< lives in m_thread, and gives the calls their place
    std::unique_ptr<FaultProxy> m_proxy;
    quint16 m_port{0};
};

/// `count` bytes that differ from place to place.
QByteArray manyBytes(qsizetype count);

} // namespace holdfast::test
