// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/clientconnection.h"
#include "app/gateway/runs/runmanager.h"
#include "model/session/gatewaysession.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <map>
#include <memory>

namespace holdfast {

/// The body of one account's GatewaySession: its store, its sockets, its runs and the time. Thread: its own.
class AccountShard : public QObject
{
    Q_OBJECT
public:
    /// On is the product. Off takes every command as new: a test must fail then.
    enum class Dedupe { On, Off };
    AccountShard(std::unique_ptr<GatewayLog> log, AgentCatalog &catalog, Dedupe dedupe = Dedupe::On,
                 QObject *parent = nullptr);
    ~AccountShard() override;

    /// Deals with the runs a dead gateway left; before the first take().
    Result<> begin();
    /// A client that has passed the doorkeeper.
    void take(std::unique_ptr<ClientConnection> connection);
    int connectionCount() const { return static_cast<int>(m_connections.size()); }
    bool hasOpenRuns() const { return m_runs.hasOpenRuns(); }
    /// The gateway goes: clients are told when to look for the next one, what can wait is left to it, and
    /// what cannot may finish until the deadline; drained() follows.
    void drain(std::chrono::milliseconds deadline);
    /// Nobody is connected and nothing is at work any more, after drain().
    bool isDrained() const { return m_draining == Draining::Closing && m_connections.empty(); }
    /// Leaves at once, and closes the store.
    void end();

Q_SIGNALS:
    /// The store refused: nothing may be shown any more that is not stored, so the gateway must stop.
    void failed(const holdfast::Error &error);
    void connectionsChanged();
    /// isDrained(), and again whenever somebody who came late has gone.
    void drained();

private:
    void feed(gate::Event event);
    void greet(LinkId id, const ResumeRequest &resume);
    std::uint64_t missedBytes(const ResumeRequest &resume, const std::vector<gate::TextState> &texts);
    void forget(LinkId id);
    void perform(const gate::action::Send &a);
    void perform(const gate::action::CloseLink &a);
    void perform(const gate::action::ReadLog &a);
    void perform(const gate::action::ReadText &a);
    void perform(const gate::action::LookUp &a);
    void perform(const gate::action::Accept &a);
    void perform(const gate::action::Ask &a);
    void perform(const gate::action::Noted &a);
    Result<frame::Result> accept(const DeviceId &device, const frame::Command &command);
    void follow(const gate::Effects &effects);
    void fail(const Error &error);
    void compact();
    void closeWhenIdle();
    void armTimer(const std::optional<Wake> &wake);
    template<class T>
    std::optional<T> orFail(Result<T> result);

    std::unique_ptr<GatewayLog> m_log;
    AgentCatalog &m_catalog;
    Dedupe m_dedupe;
    RunManager m_runs;
    GatewaySession m_session;
    std::map<LinkId, std::unique_ptr<ClientConnection>> m_connections;
    std::deque<gate::Event> m_events;
    QTimer m_timer;
    QTimer m_compaction;
    QTimer m_deadline; ///< of a drain
    enum class Draining { No, Working, Closing } m_draining{Draining::No};
    enum class Stage { Idle, Feeding, Failed } m_stage{Stage::Idle};
};

} // namespace holdfast
