// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QHostAddress>
#include <QObject>
#include <QSocketNotifier>

namespace holdfast {

/// One end of a TCP connection as the kernel has it: it can end one direction and keep the other, and it can
/// be reset. QTcpSocket hides both. TCP_NODELAY is set. Thread: the one that made it; it needs an event loop.
class StreamSocket : public QObject
{
    Q_OBJECT
public:
    enum class Watch { On, Off };
    struct Got {
        enum class What { Bytes, Nothing, End, Broken } what{What::Nothing};
        QByteArray bytes;
    };

    explicit StreamSocket(QObject *parent = nullptr) : QObject(parent) {}
    ~StreamSocket() override;

    /// Takes over a connected socket.
    void adopt(int descriptor);
    /// Connects, trying each address of `host` in turn, IPv4 first; ends in connected() or failed().
    void connectTo(const QString &host, quint16 port);

    /// What has come, up to 64 KiB.
    Got read();
    /// \returns how many bytes the kernel took, 0 when its buffer is full; -1 when the connection is broken.
    qint64 write(QByteArrayView bytes);
    /// Bytes the kernel took that the other side has not acknowledged.
    int unacknowledged() const;
    /// Ends our direction (FIN); reading goes on.
    void endWriting();
    /// Ends both by a reset (RST).
    void reset();
    /// Closes; what the kernel still has is sent, then FIN.
    void close();

    bool isConnected() const { return m_isConnected; }
    bool isOpen() const { return m_descriptor >= 0; }
    void watchReading(Watch watch);
    void watchWriting(Watch watch);

Q_SIGNALS:
    void connected();
    void failed();
    void readable();
    void writable();

private:
    void tryNext();
    void open(int descriptor);
    void onWritable();

    QList<QHostAddress> m_candidates;
    quint16 m_port{0};
    int m_descriptor{-1};
    bool m_isConnected{false};
    QSocketNotifier *m_reading{nullptr};
    QSocketNotifier *m_writing{nullptr};
};

} // namespace holdfast
