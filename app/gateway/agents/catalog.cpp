// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/catalog.h"

#include "app/gateway/agents/agentsfile.h"
#include "app/gateway/agents/guide.h"
#include "app/gateway/agents/streamlab.h"
#include "app/link/logging.h"
#include "model/protocol/codec.h"
#include "model/protocol/limits.h"

namespace holdfast {

namespace {

/// A file that cannot be read must not keep the gateway from starting: it is said in the log, and left out.
std::vector<ModelServer> configuredServers(const QString &path)
{
    const Result<AgentsFile> file = AgentsFile::read(path);
    if (!file) {
        qCWarning(lcRun).noquote() << "file=agents.json cause=" + QString::fromStdString(file.error().detail);
        return {};
    }
    for (const std::string &complaint : file->complaints)
        qCWarning(lcRun).noquote() << "file=agents.json cause=" + QString::fromStdString(complaint);
    return file->servers;
}

} // namespace

AgentCatalog::AgentCatalog(const QString &dataDir, QObject *parent)
    : AgentCatalog(dataDir, ModelServers::usualPorts(), parent)
{}

AgentCatalog::AgentCatalog(const QString &dataDir, std::vector<ModelPort> ports, QObject *parent)
    : QObject(parent),
      m_servers(std::make_unique<ModelServers>(configuredServers(dataDir + QStringLiteral("/agents.json")),
                                               std::move(ports)))
{
    m_builtIn.push_back(std::make_unique<Guide>());
    m_builtIn.push_back(std::make_unique<StreamLab>());
    connect(m_servers.get(), &ModelServers::changed, this, &AgentCatalog::changed);
}

AgentCatalog::~AgentCatalog() = default;

std::vector<const Agent *> AgentCatalog::all() const
{
    std::vector<const Agent *> agents;
    for (const auto &agent : m_builtIn)
        agents.push_back(agent.get());
    const std::vector<const Agent *> found = m_servers->agents();
    agents.insert(agents.end(), found.begin(), found.end());
    return agents;
}

std::vector<AgentInfo> AgentCatalog::agents() const
{
    frame::Agents offered;
    for (const Agent *agent : all()) {
        offered.agents.push_back(agent->info());
        if (codec::encode(offered).size() <= limits::frameBytesToClientMax)
            continue;
        offered.agents.pop_back();
        qCWarning(lcRun) << "cause=too-many-agents offered=" << offered.agents.size();
        break;
    }
    return offered.agents;
}

const Agent *AgentCatalog::find(const AgentId &id) const
{
    for (const Agent *agent : all()) {
        if (agent->info().id == id)
            return agent;
    }
    return nullptr;
}

void AgentCatalog::lookAgain() { m_servers->probeAll(); }

} // namespace holdfast
