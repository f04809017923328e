// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/catalog.h"
#include "app/gateway/gatewaylock.h"
#include "app/gateway/options.h"
#include "app/gateway/server.h"

#include <QSocketNotifier>

#include <memory>

namespace holdfast {

/// The program: builds the parts, starts them in the right order and ends them in the reverse.
class Gateway : public QObject
{
    Q_OBJECT
public:
    /// The process's exit codes, documented in the README.
    enum ExitCode { Ok = 0, Usage = 2, PortTaken = 5, DataDirLocked = 6, StoreUnusable = 7 };

    Gateway(GatewayOptions options, QByteArray token);
    ~Gateway() override;

    /// Everything up to listening. \returns Ok, or the code to exit with after a line on stderr.
    ExitCode start();

private:
    Result<std::unique_ptr<GatewayLog>> openLog() const;
    Result<> announce();
    void watchSignals();
    void considerLeaving();
    void onSignalled();
    void drain();
    void leaveWhenDrained();
    void leave(ExitCode code);

    GatewayOptions m_options;
    QByteArray m_token;
    std::unique_ptr<GatewayLock> m_lock;
    std::unique_ptr<AgentCatalog> m_catalog;
    std::unique_ptr<AccountShard> m_shard;
    std::unique_ptr<Server> m_server;
    std::unique_ptr<QSocketNotifier> m_signals;
    QTimer m_unneeded;
    enum class Stage { Serving, Draining, Leaving } m_stage{Stage::Serving};
};

} // namespace holdfast
