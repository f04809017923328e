// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/lab/faultproxy.h"

#include <QTcpSocket>
#include <QTimer>

#include <deque>
#include <memory>

namespace holdfast {

/// One connection through a FaultProxy: two sockets, and what is on its way between them. Memory is bounded: a side
/// that does not take its bytes stops the reading of the other.
class ProxiedConnection : public QObject
{
    Q_OBJECT
public:
    /// \param treatment  as it is now and as it changes; it outlives the connection.
    ProxiedConnection(std::unique_ptr<QTcpSocket> client, const FaultProxy::Upstream &upstream,
                      const FaultProxy::Treatment &treatment);
    ~ProxiedConnection() override;

    void cut(fault::Cut::How how);
    /// The black hole ends: what comes from now on passes.
    void flow();

Q_SIGNALS:
    void carried(quint64 toClient, quint64 toUpstream);
    /// Both sides have ended.
    void over();

private:
    struct Delayed {
        std::chrono::steady_clock::time_point due;
        QByteArray bytes;
    };
    struct Direction {
        QTcpSocket *from{nullptr};
        QTcpSocket *to{nullptr};
        std::deque<Delayed> waiting;
        qint64 waitingBytes{0};
        QTimer timer;
        enum class Ending { No, Coming, Passed } ending{Ending::No};
    };

    void connectDirection(Direction &direction);
    void read(Direction &direction);
    void release(Direction &direction);
    void passEnd(Direction &direction);
    void endIfOver();

    const FaultProxy::Treatment &m_treatment;
    std::unique_ptr<QTcpSocket> m_client;
    QTcpSocket m_upstream;
    Direction m_down; ///< to the client
    Direction m_up;
    std::uint64_t m_carriedDown{0};
    enum class Stage { Carrying, Over } m_stage{Stage::Carrying};
};

} // namespace holdfast
