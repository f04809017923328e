// SPDX-License-Identifier: Apache-2.0
#include "app/cli/client.h"
#include "app/cli/commands.h"
#include "app/cli/jsonlines.h"

#include <QCoreApplication>

#include <cstdio>

namespace holdfast {

namespace {

void print(const AgentInfo &agent, CliOptions::Output output)
{
    if (output == CliOptions::Output::Text) {
        std::printf("%-28s %s · %s%s%s\n", agent.id.value.c_str(), agent.name.c_str(), agent.where.c_str(),
                    agent.isAvailable ? "" : " · not available: ", agent.detail.c_str());
        return;
    }
    jsonlines::write("agent", {{QStringLiteral("id"), QString::fromStdString(agent.id.value)},
                               {QStringLiteral("name"), QString::fromStdString(agent.name)},
                               {QStringLiteral("model"), QString::fromStdString(agent.model)},
                               {QStringLiteral("where"), QString::fromStdString(agent.where)},
                               {QStringLiteral("available"), agent.isAvailable}});
}

} // namespace

ExitCode runAgents(const CliOptions &options)
{
    auto client = Client::open(options);
    if (!client)
        return client.error();
    const CliOptions::Output output = options.output;
    QObject::connect(&(*client)->session(), &ReconnectionController::committed, QCoreApplication::instance(),
                     [output](const std::vector<Change> &, const ChangeSet &touched) {
                         for (const AgentInfo &agent : touched.agents.value_or(std::vector<AgentInfo>()))
                             print(agent, output);
                         if (touched.agents)
                             QCoreApplication::exit(static_cast<int>(ExitCode::Ok));
                     });
    return (*client)->follow();
}

} // namespace holdfast
