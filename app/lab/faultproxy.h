// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/lab/descriptorserver.h"
#include "app/lab/fault.h"
#include "app/lab/proxiedconnection.h"
#include "app/lab/treatment.h"

#include <QHostAddress>
#include <QObject>

#include <memory>
#include <vector>

namespace holdfast {

/// A TCP proxy that breaks what passes through it, on command. It knows nothing of what it carries.
/// Thread: the one that made it; it needs an event loop.
class FaultProxy : public QObject
{
    Q_OBJECT
public:
    using Upstream = ProxiedConnection::Upstream;
    struct Counters {
        int open{0};
        std::uint64_t accepted{0};
        std::uint64_t bytesToClient{0};
        std::uint64_t bytesToUpstream{0};
    };

    explicit FaultProxy(Upstream upstream, QObject *parent = nullptr);
    /// Its connections are closed.
    ~FaultProxy() override;

    /// \param port  0: any. Errors: Busy (taken), Io.
    Result<> listen(const QHostAddress &address, quint16 port);
    /// The port it listens on, kept while it is offline; 0 before listen().
    quint16 port() const { return m_port; }
    /// Takes effect before it returns. Errors: Busy, when coming online finds the port taken.
    Result<> apply(const Fault &fault);
    Counters counters() const;

Q_SIGNALS:
    /// A connection came or went; counters() tells how many there are.
    void connectionsChanged();

private:
    Result<> take(const fault::Cut &f);
    Result<> take(const fault::BlackHole &);
    Result<> take(const fault::EndBlackHole &);
    Result<> take(const fault::Latency &f);
    Result<> take(const fault::Offline &);
    Result<> take(const fault::Online &);
    Result<> take(const fault::CutAfter &f);
    Result<> take(const fault::Rate &f);
    void setPassage(Treatment::Passage passage);
    std::vector<ProxiedConnection *> current() const;
    void onArrival(int descriptor);
    void forget(ProxiedConnection *connection);

    Upstream m_upstream;
    DescriptorServer m_server;
    QHostAddress m_address;
    quint16 m_port{0};
    Treatment m_treatment;
    Counters m_counters;
    std::vector<std::unique_ptr<ProxiedConnection>> m_connections;
};

} // namespace holdfast
