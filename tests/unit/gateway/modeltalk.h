// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/openaicompatible.h"
#include "tests/support/modelserver.h"

#include <QNetworkProxy>
#include <QSignalSpy>

namespace holdfast::test {

constexpr int patienceMs = 30'000;

/// One run against a server of the test.
class Talk
{
public:
    explicit Talk(const QByteArray &base, QByteArray key = {},
                  std::vector<Turn> turns = {{Turn::Speaker::User, "Hi"}})
    {
        m_network.setProxy(QNetworkProxy::NoProxy);
        const OpenAiCompatible agent({QStringLiteral("Test"),
                                      QUrl(QString::fromUtf8(base)),
                                      QStringLiteral("tiny"),
                                      std::move(key),
                                      {},
                                      {}},
                                     m_network);
        m_run = agent.run({std::move(turns), 0});
        m_finished = std::make_unique<QSignalSpy>(m_run.get(), &AgentRun::finished);
        QObject::connect(m_run.get(), &AgentRun::textProduced, m_run.get(),
                         [this](const QByteArray &bytes) { m_text += bytes; });
        m_run->start();
    }
    AgentRun &run() { return *m_run; }
    const QNetworkAccessManager &network() const { return m_network; }
    void drop() { m_run.reset(); }
    const QByteArray &text() const { return m_text; }

    /// Waits for the end. \returns how it ended.
    RunStatus status()
    {
        if (m_finished->isEmpty())
            m_finished->wait(patienceMs);
        return m_finished->size() == 1 ? m_finished->at(0).at(0).value<RunStatus>() : RunStatus::Working;
    }
    QString detail() const { return m_finished->value(0).value(1).toString(); }

private:
    QNetworkAccessManager m_network;
    std::unique_ptr<AgentRun> m_run;
    std::unique_ptr<QSignalSpy> m_finished;
    QByteArray m_text;
};

inline QByteArray bodyOf(const QByteArray &request) { return request.mid(request.indexOf("\r\n\r\n") + 4); }

} // namespace holdfast::test
