// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/catalog.h"

#include "app/gateway/agents/guide.h"
#include "app/gateway/agents/modelservers.h"
#include "app/gateway/agents/streamlab.h"

namespace holdfast {

AgentCatalog::AgentCatalog(const QString &dataDir, QObject *parent)
    : QObject(parent),
      m_servers(std::make_unique<ModelServers>(dataDir + QStringLiteral("/agents.json"), ModelServers::usualPorts))
{
    m_builtIn.push_back(std::make_unique<Guide>());
    m_builtIn.push_back(std::make_unique<StreamLab>());
    connect(m_servers.get(), &ModelServers::changed, this, &AgentCatalog::changed);
}

AgentCatalog::~AgentCatalog() = default;

std::vector<AgentInfo> AgentCatalog::agents() const
{
    std::vector<AgentInfo> infos;
    for (const auto &agent : m_builtIn)
        infos.push_back(agent->info());
    for (const Agent *agent : m_servers->agents())
        infos.push_back(agent->info());
    return infos;
}

const Agent *AgentCatalog::find(const AgentId &id) const
{
    for (const auto &agent : m_builtIn) {
        if (agent->info().id == id)
            return agent.get();
    }
    for (const Agent *agent : m_servers->agents()) {
        if (agent->info().id == id)
            return agent;
    }
    return nullptr;
}

} // namespace holdfast
