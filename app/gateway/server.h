// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/accountshard.h"
#include "app/gateway/doorkeeper.h"

#include <QTcpServer>
#include <QWebSocketServer>

#include <map>
#include <memory>
#include <set>

namespace holdfast {

/// Accepts sockets, lets the doorkeeper read their heads, and hands those it admits to the shard.
class Server : public QObject
{
    Q_OBJECT
public:
    Server(AccountShard &shard, QByteArray token, QObject *parent = nullptr);
    ~Server() override;

    /// \param port  0: any. A socket that a supervisor holds for us (sd_listen_fds(3)) is taken in place of
    /// both: it lives on when we go, so that nobody is refused until the next one comes. Errors: Busy
    /// (taken), Io.
    Result<> listen(const QHostAddress &address, quint16 port);
    quint16 port() const { return m_tcp.serverPort(); }
    /// Nobody new is accepted; whoever was accepted is still let in, or refused.
    void close();
    /// Whoever was accepted has been let in or refused.
    bool isDecided() const { return m_undecided.empty(); }

Q_SIGNALS:
    void decided();

private:
    void decide(quint16 port);
    void onConnection();
    void onReadable(QTcpSocket *socket);
    void refuse(QTcpSocket *socket, const Doorkeeper::Refused &refused);
    void onUpgraded();

    AccountShard &m_shard;
    QByteArray m_token;
    std::set<quint16> m_undecided; ///< clients, by their port; outlives their sockets
    QTcpServer m_tcp;
    QWebSocketServer m_upgrader;
    std::unique_ptr<Doorkeeper> m_doorkeeper;
    std::map<quint16, std::string> m_admitted; ///< by the client's port, until the upgrade is done: the proof
    std::uint32_t m_lastLink{0};
};

} // namespace holdfast
