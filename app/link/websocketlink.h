// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/link/endpoint.h"
#include "model/protocol/frame.h"
#include "model/session/connection.h"

#include <QObject>
#include <QWebSocket>

namespace holdfast {

/// One attempt to reach the gateway over one fresh QWebSocket, never reused.
class WebSocketLink : public QObject
{
    Q_OBJECT
public:
    WebSocketLink(LinkId id, const Endpoint &endpoint, QObject *parent = nullptr);
    ~WebSocketLink() override;

    /// Dials; opened() or lost() follows.
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
    void onConnected();
    void onError(QAbstractSocket::SocketError error);
    void onDisconnected();
    void end(Cause cause, const QString &detail);

    LinkId m_id;
    Endpoint m_endpoint;
    QWebSocket m_socket;
    std::string m_expectedProof;
    enum class Stage { Opening, Open, Over } m_stage{Stage::Opening};
};

} // namespace holdfast
