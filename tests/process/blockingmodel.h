// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QString>
#include <QTcpServer>
#include <QTcpSocket>

#include <memory>

namespace holdfast::test {

/// A model server that says what the test tells it, when the test tells it. It needs no event loop: whoever
/// waits for a process waits without one.
class BlockingModel
{
public:
    BlockingModel();

    /// Writes the agents.json of a gateway that is to find this server. \param afterCrash  "ask", "continue".
    bool offerTo(const QString &gatewayDir, const QByteArray &afterCrash = "ask") const;
    /// How the gateway calls the model.
    QString agent() const;

    /// A completion is asked for; questions for the list of models are answered on the way.
    bool waitForQuestion();
    /// Head and body of that request.
    const QByteArray &question() const { return m_question; }
    /// A piece of the answer.
    void say(const QByteArray &text);
    /// The terminator.
    void finish();

private:
    static QByteArray requestOf(QTcpSocket &socket);
    void answerModels(QTcpSocket &socket) const;

    QTcpServer m_server;
    std::unique_ptr<QTcpSocket> m_socket;
    QByteArray m_question;
};

} // namespace holdfast::test
