// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/lab/fault.h"

#include <QHostAddress>
#include <QObject>
#include <QTcpServer>

#include <memory>
#include <vector>

namespace holdfast {

class ProxiedConnection;

/// A TCP proxy that breaks what passes through it, on command. It knows nothing of what it carries.
/// Thread: the one that made it; it needs an event loop.
class FaultProxy : public QObject
{
    Q_OBJECT
public:
    struct Upstream {
        QString host;
        quint16 port{0};
    };
    struct Counters {
        int open{0};
        std::uint64_t accepted{0};
        std::uint64_t bytesToClient{0};
        std::uint64_t bytesToUpstream{0};
    };
    /// How every connection of the proxy is treated just now.
    struct Treatment {
        std::chrono::milliseconds oneWay{0};
        enum class Passage { Open, Swallowed } passage{Passage::Open};
        std::uint64_t cutAfter{0};
    };

    explicit FaultProxy(Upstream upstream, QObject *parent = nullptr);
    ~FaultProxy() override;

    /// \param port  0: any. Errors: Busy (taken), Io.
    Result<> listen(const QHostAddress &address, quint16 port);
    quint16 port() const { return m_port; }
    /// Errors: Busy, when coming online finds the port taken.
    Result<> apply(const Fault &fault);
    Counters counters() const;

private:
    Result<> take(const fault::Cut &f);
    Result<> take(const fault::BlackHole &);
    Result<> take(const fault::EndBlackHole &);
    Result<> take(const fault::Latency &f);
    Result<> take(const fault::Offline &);
    Result<> take(const fault::Online &);
    Result<> take(const fault::CutAfter &f);
    void onConnection();
    void forget(ProxiedConnection *connection);

    Upstream m_upstream;
    QTcpServer m_server;
    QHostAddress m_address;
    quint16 m_port{0};
    Treatment m_treatment;
    Counters m_counters;
    std::vector<std::unique_ptr<ProxiedConnection>> m_connections;
};

} // namespace holdfast
