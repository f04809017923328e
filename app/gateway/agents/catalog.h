// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/agent.h"
#include "app/gateway/agents/modelservers.h"

#include <QObject>
#include <QString>

#include <memory>
#include <vector>

namespace holdfast {

/// Whom one can chat with: the built-in agents, the model servers found on this computer, and those that
/// `<dataDir>/agents.json` names. Thread: the one that made it.
class AgentCatalog : public QObject
{
    Q_OBJECT
public:
    explicit AgentCatalog(const QString &dataDir, QObject *parent = nullptr);
    /// \param ports  of this computer, to look for model servers at.
    AgentCatalog(const QString &dataDir, std::vector<ModelPort> ports, QObject *parent = nullptr);
    ~AgentCatalog() override;

    /// The built-in ones first.
    std::vector<AgentInfo> agents() const;
    /// Nothing when there is none of that name; the pointer is good for the life of the catalog.
    const Agent *find(const AgentId &id) const;

public Q_SLOTS:
    /// Looks for model servers now instead of within half a minute.
    void lookAgain();

Q_SIGNALS:
    void changed();

private:
    std::vector<const Agent *> all() const;

    std::vector<std::unique_ptr<Agent>> m_builtIn;
    std::unique_ptr<ModelServers> m_servers;
};

} // namespace holdfast
