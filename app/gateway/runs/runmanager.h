// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/agent.h"
#include "app/gateway/agents/catalog.h"
#include "app/gateway/runs/openrun.h"
#include "model/session/runbook.h"
#include "model/store/gatewaylog.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <map>
#include <memory>

namespace holdfast {

/// The body of one account's RunBook: agents at work, their texts in the store. A run needs no client.
/// Thread: the shard's.
class RunManager : public QObject
{
    Q_OBJECT
public:
    RunManager(GatewayLog &log, const AgentCatalog &catalog, QObject *parent = nullptr);
    ~RunManager() override;

    /// Takes over, or ends as interrupted, what was open when the last gateway died. Before any client is let
    /// in.
    Result<> takeOver();
    /// A run that is in the log.
    void start(const logged::RunStarted &run);
    /// Ends the answers to a message, or all of the conversation when it is empty.
    void stop(const ConversationId &conversation, const ItemId &message);
    /// The conversation is deleted.
    void forget(const ConversationId &conversation);
    /// The gateway goes: nothing begins any more; becameIdle() when nothing is at work.
    void drain();
    /// Everything that is at work is left to the next gateway.
    void abandon();

    bool hasOpenRuns() const { return !m_book.isEmpty(); }
    bool isIdle() const { return m_book.isIdle(); }

Q_SIGNALS:
    /// Stored; may be shown.
    void textGrew(const holdfast::gate::TextState &text);
    void logGrew(quint64 head);
    void becameIdle();
    /// The store refused: the gateway must stop.
    void failed(const holdfast::Error &error);

private:
    void perform(const RunBook::Actions &actions);
    void carryOut(const RunBook::Begin &a);
    void carryOut(const RunBook::Stop &a);
    void carryOut(const RunBook::Finish &a);
    void carryOut(const RunBook::Leave &a);
    void carryOut(const RunBook::Drop &a);
    void begin(const logged::RunStarted &run, const Agent &agent);
    void lookForAgents();
    void giveUpWaiting();
    void close(const RunId &run);
    RunRequest requestFor(const logged::RunStarted &run, std::string stored) const;
    AfterCrash policyOf(const AgentId &agent) const;

    GatewayLog &m_log;
    const AgentCatalog &m_catalog;
    RunBook m_book;
    std::map<RunId, std::unique_ptr<OpenRun>> m_open;
    std::map<RunId, logged::RunStarted> m_waiting; ///< for an agent that is not there (yet)
    QTimer m_patience;
    std::deque<RunBook::Action> m_actions;
    enum class Performing { No, Yes } m_performing{Performing::No};
};

} // namespace holdfast
