// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/modelservers.h"

#include <QHostAddress>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkProxyFactory>
#include <QNetworkReply>

namespace holdfast {

namespace {

constexpr std::chrono::seconds probeEvery(30);
constexpr std::chrono::milliseconds probeDeadline(1500);
constexpr qint64 answerBytesMax = 256 * 1024;
/// All agents travel in one frame of at most 64 KiB (limits.h), so four ports must not fill it.
constexpr qsizetype modelsPerServerMax = 24;
constexpr qsizetype modelNameMax = 160;

/// What runs on this computer is never asked for through a proxy.
class LoopbackDirect : public QNetworkProxyFactory
{
public:
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override
    {
        const QString host = query.peerHostName();
        if (host == QLatin1String("localhost") || QHostAddress(host).isLoopback())
            return {QNetworkProxy(QNetworkProxy::NoProxy)};
        return systemProxyForQuery(query);
    }
};

QUrl baseOf(const ModelPort &port) { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port.number)); }

} // namespace

std::optional<std::vector<QString>> modelsIn(const QByteArray &answer)
{
    const QJsonObject object = QJsonDocument::fromJson(answer).object();
    const QJsonValue data = object.value(QLatin1String("data"));
    if (object.value(QLatin1String("object")) != QLatin1String("list") || !data.isArray())
        return std::nullopt;
    std::vector<QString> models;
    for (const QJsonValue &each : data.toArray()) {
        const QString model = each.toObject().value(QLatin1String("id")).toString();
        if (model.isEmpty())
            return std::nullopt;
        if (model.size() <= modelNameMax && models.size() < modelsPerServerMax)
            models.push_back(model);
    }
    return models;
}

std::vector<ModelPort> ModelServers::usualPorts()
{
    return {{11434, QStringLiteral("Ollama")},
            {1234, QStringLiteral("LM Studio")},
            {8080, QStringLiteral("llama.cpp")},
            {8000, QStringLiteral("vLLM")}};
}

ModelServers::ModelServers(std::vector<ModelServer> configured, std::vector<ModelPort> ports, QObject *parent)
    : QObject(parent), m_ports(std::move(ports))
{
    m_network.setProxyFactory(new LoopbackDirect); // the manager owns it
    for (ModelServer &server : configured) {
        const AgentId id = agentIdOf(server);
        m_agents.try_emplace(id, std::make_unique<OpenAiCompatible>(std::move(server), m_network));
    }
    connect(&m_again, &QTimer::timeout, this, &ModelServers::probeAll);
    m_again.start(probeEvery);
    QTimer::singleShot(0, this, &ModelServers::probeAll);
}

ModelServers::~ModelServers() = default;

std::vector<const Agent *> ModelServers::agents() const
{
    std::vector<const Agent *> agents;
    agents.reserve(m_agents.size());
    for (const auto &[id, agent] : m_agents)
        agents.push_back(agent.get());
    return agents;
}

void ModelServers::probeAll()
{
    for (const ModelPort &port : m_ports)
        probe(port);
}

void ModelServers::probe(const ModelPort &port)
{
    if (!m_asking.insert(port.number).second)
        return;
    QNetworkRequest request(apiUrl(baseOf(port), QStringLiteral("models")));
    request.setTransferTimeout(static_cast<int>(probeDeadline.count()));
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    QNetworkReply *reply = m_network.get(request);
    // A longer answer stops here, unread, until the deadline ends it.
    reply->setReadBufferSize(answerBytesMax);
    connect(reply, &QNetworkReply::finished, this, [this, port, reply] {
        m_asking.erase(port.number);
        onAnswer(port, *reply);
        reply->deleteLater();
        if (m_asking.empty())
            Q_EMIT looked();
    });
}

void ModelServers::onAnswer(const ModelPort &port, QNetworkReply &reply)
{
    const bool isOk = reply.error() == QNetworkReply::NoError &&
                      reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() == 200;
    offer(port, isOk ? modelsIn(reply.readAll()).value_or(std::vector<QString>()) : std::vector<QString>());
}

/// Makes these the models that are there: new ones are added, those not named are missing.
void ModelServers::offer(const ModelPort &port, const std::vector<QString> &models)
{
    std::set<AgentId> isThere;
    bool hasChanged = false;
    for (const QString &model : models) {
        ModelServer server{port.name, baseOf(port), model, {}, QStringLiteral("on this computer"), {}};
        const AgentId id = agentIdOf(server);
        isThere.insert(id);
        if (m_agents.count(id) != 0)
            continue;
        m_agents[id] = std::make_unique<OpenAiCompatible>(std::move(server), m_network);
        m_found[port.number].insert(id);
        hasChanged = true;
    }
    for (const AgentId &id : m_found[port.number]) {
        const QString missing =
            isThere.count(id) != 0
                ? QString()
                : QStringLiteral("%1 at %2 does not offer it").arg(port.name, baseOf(port).authority());
        hasChanged = m_agents.at(id)->setMissing(missing) || hasChanged;
    }
    if (hasChanged)
        Q_EMIT changed();
}

} // namespace holdfast
