// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QList>
#include <QObject>
#include <QTcpServer>

QT_BEGIN_NAMESPACE
class QTcpSocket;
QT_END_NAMESPACE

namespace holdfast::test {

/// A small real HTTP server on loopback that answers as it was told, for what talks to model servers.
class ScriptedModelServer : public QObject
{
    Q_OBJECT
public:
    enum class Ending {
        Close, ///< FIN behind the last piece
        Hang   ///< the connection stays open, and silent
    };
    struct Answer {
        QList<QByteArray> pieces; ///< the whole answer with its head; each is written in a turn of its own
        Ending ending{Ending::Close};
    };

    ScriptedModelServer();
    /// The same on a port of choice, to come back where another one was. isListening() tells whether it
    /// could.
    explicit ScriptedModelServer(quint16 port);
    ~ScriptedModelServer() override;

    bool isListening() const { return m_server.isListening(); }
    quint16 port() const { return m_server.serverPort(); }
    QByteArray base() const { return "http://127.0.0.1:" + QByteArray::number(port()); }

    void onModels(Answer answer) { m_models = std::move(answer); }
    void onCompletions(Answer answer) { m_completions = std::move(answer); }

    const QList<QByteArray> &requests() const { return m_requests; } ///< whole, head and body
    int openConnections() const { return static_cast<int>(m_open.size()); }
    /// RST to every client.
    void resetAll();

    /// "HTTP/1.1 200 OK", the headers of an answer that ends with the connection, and an empty line.
    static QByteArray head(const QByteArray &status = "200 OK", const QByteArray &type = "text/event-stream");
    /// An event that brings `content`; a finish reason other than null when given.
    static QByteArray delta(const QByteArray &content, const QByteArray &finishReason = {});
    /// {"object":"list","data":[…]} with these models, as a whole answer.
    static Answer models(const QList<QByteArray> &ids);

private:
    void listen(quint16 port);
    void onConnection();
    void onBytes(QTcpSocket &socket, QByteArray &received);
    void play(QTcpSocket &socket, Answer answer);

    QTcpServer m_server;
    Answer m_models;
    Answer m_completions;
    QList<QByteArray> m_requests;
    QList<QTcpSocket *> m_open;
};

} // namespace holdfast::test
