// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/link/endpoint.h"
#include "model/protocol/frame.h"
#include "model/session/connection.h"

#include <QHostInfo>
#include <QNetworkRequest>
#include <QObject>
#include <QWebSocket>

#include <memory>

namespace holdfast {

class AddressRace;

/// One attempt to reach the gateway over one fresh QWebSocket, never reused.
class WebSocketLink : public QObject
{
    Q_OBJECT
public:
    WebSocketLink(LinkId id, const Endpoint &endpoint, QObject *parent = nullptr);
    ~WebSocketLink() override;

    /// Dials, all addresses of the name side by side; opened() or lost() follows.
    void open(const ResumeRequest &resume);
    void send(const Frame &frame);
    /// Ends it without a handshake and without a signal.
    void abort();

    LinkId id() const { return m_id; }
    /// What the gateway's first frame must prove.
    const std::string &expectedProof() const { return m_expectedProof; }

Q_SIGNALS:
    void opened();
    void received(const QByteArray &message);
    /// At most once, and nothing comes after it.
    void lost(holdfast::Cause cause, const QString &detail, int retryAfterMs);

private:
    void onResolved(const QHostInfo &host);
    void dial();
    void onConnected();
    void onError(QAbstractSocket::SocketError error);
    void onDisconnected();
    void end(Cause cause, const QString &detail);

    LinkId m_id;
    Endpoint m_endpoint;
    QNetworkRequest m_request;
    std::unique_ptr<AddressRace> m_race; ///< where the name has several addresses; outlives the socket
    QWebSocket m_socket;
    std::string m_expectedProof;
    enum class Stage { Opening, Open, Over } m_stage{Stage::Opening};
};

} // namespace holdfast
