// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/agent.h"
#include "app/gateway/agents/catalog.h"
#include "app/gateway/runs/openrun.h"
#include "model/store/gatewaylog.h"

#include <QObject>

#include <deque>
#include <map>
#include <memory>

namespace holdfast {

/// The runs of one account: it starts them in the order of each conversation, and ends those that a dead
/// gateway left behind. A run needs no client. Thread: the shard's.
class RunManager : public QObject
{
    Q_OBJECT
public:
    RunManager(GatewayLog &log, const AgentCatalog &catalog, QObject *parent = nullptr);
    ~RunManager() override;

    /// Takes over, or ends as interrupted, what was open when the last gateway died. Before any client is let
    /// in.
    Result<> takeOver();
    /// A run that is in the log: it starts when those before it in its conversation have ended.
    void start(const logged::RunStarted &run);
    /// Ends the runs of a conversation as cancelled, also those that have not begun.
    /// The conversation is being deleted: what produces its answers ends without a word, for the tombstone
    /// says it.
    void forget(const ConversationId &conversation);
    void stop(const ConversationId &conversation);
    bool hasOpenRuns() const { return !m_queues.empty(); }

Q_SIGNALS:
    /// Stored; may be shown.
    void textGrew(const holdfast::gate::TextState &text);
    void logGrew(quint64 head);
    /// The store refused: the gateway must stop.
    void failed(const holdfast::Error &error);

private:
    void startNext(const ConversationId &conversation);
    void onEnded(const ConversationId &conversation);
    std::vector<Turn> turnsBefore(const logged::RunStarted &run) const;
    void finishUnstarted(const logged::RunStarted &run, RunStatus status, const std::string &detail);

    GatewayLog &m_log;
    const AgentCatalog &m_catalog;
    std::map<ConversationId, std::deque<logged::RunStarted>> m_queues; ///< the first one is the running one
    std::map<ConversationId, std::unique_ptr<OpenRun>> m_running;
};

} // namespace holdfast
