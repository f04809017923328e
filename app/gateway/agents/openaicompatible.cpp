// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/openaicompatible.h"

#include "app/gateway/agents/completionrun.h"

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

AgentInfo OpenAiCompatible::info() const
{
    QString place = m_server.base.authority();
    const std::string id = (QStringLiteral("openai:") + place + QLatin1Char('/') + m_server.model).toStdString();
    return {.id = {id},
            .name = m_server.name.toStdString(),
            .model = m_server.model.toStdString(),
            .where = m_server.where.toStdString(),
            .summary = (m_server.model + QStringLiteral(" at ") + place).toStdString(),
            .isAvailable = m_server.missing.isEmpty(),
            .detail = m_server.missing.toStdString()};
}

std::unique_ptr<AgentRun> OpenAiCompatible::run(const RunRequest &request) const
{
    return std::make_unique<CompletionRun>(m_server, request.turns, m_network);
}

} // namespace holdfast
