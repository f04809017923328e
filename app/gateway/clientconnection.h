// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/closecode.h"
#include "model/protocol/frame.h"
#include "model/session/connection.h"

#include <QObject>
#include <QTimer>
#include <QWebSocket>

#include <memory>

namespace holdfast {

/// One client's socket behind the upgrade: frames in and out, with the limits Qt does not set by itself.
class ClientConnection : public QObject
{
    Q_OBJECT
public:
    ClientConnection(LinkId id, std::unique_ptr<QWebSocket> socket, std::string proof,
                     QObject *parent = nullptr);
    ~ClientConnection() override;

    /// Reads the resume request from the upgrade's header; when a proxy stripped it, waits for a hello frame.
    void begin();
    void send(const Frame &frame);
    void close(CloseCode code, const QString &reason);

    LinkId id() const { return m_id; }
    const std::string &proof() const { return m_proof; }

Q_SIGNALS:
    void greeted(const holdfast::ResumeRequest &resume);
    void received(const holdfast::Frame &frame);
    void unreadable(const holdfast::Error &error);
    /// More than limits::linkWindowBytes wait in the socket.
    void full();
    /// There is room again.
    void writable();
    void lost();

private:
    void onMessage(const QByteArray &message);
    void onBytesWritten();

    LinkId m_id;
    std::unique_ptr<QWebSocket> m_socket;
    std::string m_proof;
    QTimer m_helloDeadline;
    enum class Stage { Upgraded, Greeted, Over } m_stage{Stage::Upgraded};
    enum class Flow { Writable, Full } m_flow{Flow::Writable};
};

} // namespace holdfast
