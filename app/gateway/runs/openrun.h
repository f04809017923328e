// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/agent.h"
#include "model/session/gatewayevent.h"
#include "model/store/gatewaylog.h"
#include "model/text/prefixhash.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace holdfast {

/// One answer on its way into the store: text is stored in small batches of whole characters before anybody
/// is told of it (law 1), with checkpoints, and exactly one terminal event (law 9).
class OpenRun : public QObject
{
    Q_OBJECT
public:
    /// \param stored  what the store holds of the answer already (a run taken over).
    OpenRun(GatewayLog &log, logged::RunStarted start, std::unique_ptr<AgentRun> agent,
            const std::string &stored);
    ~OpenRun() override;

    void begin() { m_agent->start(); }
    void stop() { m_agent->stop(); }

Q_SIGNALS:
    void textGrew(const holdfast::gate::TextState &text);
    void logGrew(quint64 head);
    /// The terminal event is stored.
    void ended();
    void failed(const holdfast::Error &error);

private:
    void onText(const QByteArray &bytes);
    void onFinished(RunStatus status, const QString &detail);
    enum class Amount { WholeCharacters, Everything };
    bool store(Amount amount);
    bool append(const LogBody &event, Durability durability);
    void checkpoint();

    GatewayLog &m_log;
    logged::RunStarted m_start;
    std::unique_ptr<AgentRun> m_agent;
    std::string m_waiting; ///< produced, not stored
    std::uint64_t m_length;
    std::uint64_t m_checkpointAt;
    PrefixHash m_hash;
    QTimer m_batch;
    QTimer m_checkpoint;
    enum class Stage { Open, Over } m_stage{Stage::Open};
};

} // namespace holdfast
