// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/openaicompatible.h"

#include "app/gateway/agents/completionrun.h"
#include "model/text/prefixhash.h"

namespace holdfast {

QUrl apiUrl(const QUrl &base, const QString &path)
{
    QUrl url = base;
    QString folder = base.path();
    while (folder.endsWith(QLatin1Char('/')))
        folder.chop(1);
    if (!folder.endsWith(QLatin1String("/v1")))
        folder += QLatin1String("/v1");
    url.setPath(folder + QLatin1Char('/') + path);
    return url;
}

/// Host and port, without a user or password that somebody may have written in front of it.
static QString placeOf(const QUrl &base)
{
    const QString host = base.host();
    return base.port() < 0 ? host : host + QLatin1Char(':') + QString::number(base.port());
}

AgentId agentIdOf(const ModelServer &server)
{
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/@+-";
    constexpr std::size_t bytesMax = 100; // leaves room for the hash below the protocol's 128
    const std::string name = (placeOf(server.base) + QLatin1Char('/') + server.model).toStdString();
    std::string id = "openai:" + name;
    for (char &c : id) {
        if (allowed.find(c) == std::string_view::npos)
            c = '-';
    }
    if (id == "openai:" + name && id.size() <= bytesMax)
        return {id};
    PrefixHash hash;
    hash.append(name);
    return {id.substr(0, bytesMax) + '-' + hash.hex().substr(0, 8)};
}

AgentInfo OpenAiCompatible::info() const
{
    return {.id = agentIdOf(m_server),
            .name = m_server.name.toStdString(),
            .model = m_server.model.toStdString(),
            .where = m_server.where.toStdString(),
            .summary = "A model at " + placeOf(m_server.base).toStdString() + '.',
            .isAvailable = m_server.missing.isEmpty(),
            .detail = m_server.missing.toStdString()};
}

std::unique_ptr<AgentRun> OpenAiCompatible::run(const RunRequest &request) const
{
    std::vector<Turn> turns = request.turns;
    if (!request.written.empty())
        turns.push_back({Turn::Speaker::Agent, request.written});
    return std::make_unique<CompletionRun>(m_server, std::move(turns), m_network);
}

} // namespace holdfast
