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
    /// \param agent   null for a run that is only to be ended.
    /// \param stored  what the store holds of the answer already (a run taken over).
    OpenRun(GatewayLog &log, logged::RunStarted start, std::unique_ptr<AgentRun> agent,
            const std::string &stored);
    ~OpenRun() override;

    void begin();
    void stop() { m_agent->stop(); }
    /// Stores the rest of the text, what the agent knows now, and the terminal event.
    void finish(RunStatus status, const std::string &detail);
    /// Stores the text there is, and lets go of the run: the next gateway goes on with it.
    void leave();
    /// Stores nothing any more.
    void drop();

Q_SIGNALS:
    void textGrew(const holdfast::gate::TextState &text);
    void logGrew(quint64 head);
    /// The agent has no more to say; finish() is to follow.
    void agentEnded(holdfast::RunStatus status, const QString &detail);
    void failed(const holdfast::Error &error);

private:
    void onText(const QByteArray &bytes);
    void onState(const QString &key, const QByteArray &json);
    enum class Amount { WholeCharacters, Everything };
    bool store(Amount amount);
    bool append(const std::vector<LogBody> &events, Durability durability);
    void checkpoint();

    GatewayLog &m_log;
    logged::RunStarted m_start;
    std::unique_ptr<AgentRun> m_agent;
    std::string m_waiting; ///< produced, not stored
    std::uint64_t m_length;
    std::uint64_t m_checkpointAt;
    PrefixHash m_hash;
    std::vector<LogBody> m_states; ///< what the agent has told of its context
    QTimer m_batch;
    QTimer m_checkpoint;
    enum class Stage { Open, Over } m_stage{Stage::Open};
};

} // namespace holdfast
