// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHostAddress>
#include <QNetworkProxy>
#include <QObject>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace holdfast {

/// Finds the address of a host that answers. QWebSocket takes a name, and Qt tries the addresses of a name
/// one after the other, each for half a minute: one that is dead (an IPv6 route that leads nowhere) would use
/// up every connect deadline. This dials them side by side, each `stagger` after the one before or as soon as
/// that has failed, and the first that opens wins (RFC 8305 §5). Towards the socket it plays an HTTP proxy on
/// loopback (CONNECT, RFC 9110 §9.3.6) that serves a single connection, so that TLS and the Host header see
/// the name. Thread: the one that made it.
class AddressRace : public QObject
{
    Q_OBJECT
public:
    static constexpr std::chrono::milliseconds stagger{250}; ///< law 15

    /// \param addresses  of one host, the preferred one first; not empty.
    AddressRace(QList<QHostAddress> addresses, quint16 port, QObject *parent = nullptr);
    ~AddressRace() override;

    /// What the socket must dial through; it may name any host, the addresses are ours.
    QNetworkProxy proxy() const;
    /// Why no address could be had; nothing while there is hope.
    std::optional<QAbstractSocket::SocketError> error() const { return m_error; }

private:
    void onClient();
    void onRequest();
    void dialNext();
    void onOpened(QTcpSocket *winner);
    void onFailed(QTcpSocket *loser, QAbstractSocket::SocketError error);
    void join(QTcpSocket &from, QTcpSocket &to);
    static void pass(QTcpSocket &from, QTcpSocket &to);

    QList<QHostAddress> m_waiting;
    quint16 m_port;
    QTcpServer m_server;
    QTimer m_stagger;
    QTcpSocket *m_client{nullptr}; ///< child of m_server
    std::vector<std::unique_ptr<QTcpSocket>> m_racing;
    std::unique_ptr<QTcpSocket> m_winner;
    std::optional<QAbstractSocket::SocketError> m_error;
};

} // namespace holdfast
