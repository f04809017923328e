// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/agent.h"

#include <QObject>
#include <QString>

#include <map>
#include <memory>

namespace holdfast {

class ModelServers;

/// Whom one can chat with: the built-in agents, the model servers found on this computer, and those that
/// `<dataDir>/agents.json` names. Thread: the one that made it.
class AgentCatalog : public QObject
{
    Q_OBJECT
public:
    explicit AgentCatalog(const QString &dataDir, QObject *parent = nullptr);
    ~AgentCatalog() override;

    /// The built-in ones first.
    std::vector<AgentInfo> agents() const;
    /// Nothing when there is none of that name; the pointer is good until changed().
    const Agent *find(const AgentId &id) const;

Q_SIGNALS:
    void changed();

private:
    std::vector<std::unique_ptr<Agent>> m_builtIn;
    std::unique_ptr<ModelServers> m_servers;
};

} // namespace holdfast
