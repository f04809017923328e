// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/modelservers.h"

#include "app/link/logging.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkProxy>
#include <QNetworkReply>

namespace holdfast {

namespace {
constexpr std::chrono::seconds probeEvery(30);
constexpr std::chrono::milliseconds probeDeadline(1500);
constexpr qint64 answerBytesMax = 1024 * 1024;
} // namespace

const std::vector<ModelServers::Port> ModelServers::usualPorts{
    {11434, "Ollama"}, {1234, "LM Studio"}, {8080, "llama.cpp"}, {8000, "vLLM"}};

ModelServers::ModelServers(const QString &configuration, std::vector<Port> ports, QObject *parent)
    : QObject(parent), m_ports(std::move(ports))
{
    m_network.setProxy(QNetworkProxy::NoProxy);
    readConfiguration(configuration);
    connect(&m_again, &QTimer::timeout, this, &ModelServers::probeAll);
    m_again.start(probeEvery);
    QTimer::singleShot(0, this, &ModelServers::probeAll);
}

ModelServers::~ModelServers() = default;

std::vector<const Agent *> ModelServers::agents() const
{
    std::vector<const Agent *> agents;
    for (const auto &[id, agent] : m_agents)
        agents.push_back(agent.get());
    return agents;
}

void ModelServers::readConfiguration(const QString &file)
{
    QFile json(file);
    if (!json.open(QIODevice::ReadOnly))
        return;
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json.readAll(), &error);
    if (!document.isArray())
        qCWarning(lcRun) << "agents.json cannot be read and is left out:" << error.errorString();
    for (const QJsonValue &each : document.array()) {
        const QJsonObject object = each.toObject();
        const QUrl base(object.value(QLatin1String("base_url")).toString());
        const QString model = object.value(QLatin1String("model")).toString();
        if (!base.isValid() || base.host().isEmpty() || model.isEmpty()) {
            qCWarning(lcRun) << "agents.json: an entry without base_url or model is left out";
            continue;
        }
        ModelServer server{object.value(QLatin1String("name")).toString(base.host()), base, model,
                           object.value(QLatin1String("key")).toString().toUtf8(), base.host(), {}};
        auto agent = std::make_unique<OpenAiCompatible>(std::move(server), m_network);
        m_agents[agent->info().id] = std::move(agent);
    }
}

QUrl ModelServers::baseOf(const Port &port) const
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port.number));
}

void ModelServers::probeAll()
{
    for (const Port &port : m_ports)
        probe(port);
}

void ModelServers::probe(const Port &port)
{
    QNetworkRequest request(apiUrl(baseOf(port), QStringLiteral("models")));
    request.setTransferTimeout(static_cast<int>(probeDeadline.count()));
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    QNetworkReply *reply = m_network.get(request);
    connect(reply, &QNetworkReply::finished, this, [this, port, reply] {
        onAnswer(port, *reply);
        reply->deleteLater();
    });
}

/// Only what answers as a model server is offered: other programs listen on these ports, too.
void ModelServers::onAnswer(const Port &port, QNetworkReply &reply)
{
    const QJsonValue data = QJsonDocument::fromJson(reply.read(answerBytesMax)).object().value(QLatin1String("data"));
    if (reply.error() != QNetworkReply::NoError || !data.isArray())
        return onMissing(port);
    std::vector<AgentId> found;
    for (const QJsonValue &each : data.toArray()) {
        const QString model = each.toObject().value(QLatin1String("id")).toString();
        if (model.isEmpty())
            continue;
        auto agent = std::make_unique<OpenAiCompatible>(
            ModelServer{QString::fromLatin1(port.name), baseOf(port), model, {}, QStringLiteral("on this computer"), {}}, m_network);
        found.push_back(agent->info().id);
        m_agents[found.back()] = std::move(agent);
    }
    if (m_found[port.number] == found)
        return;
    m_found[port.number] = found;
    Q_EMIT changed();
}

void ModelServers::onMissing(const Port &port)
{
    const std::vector<AgentId> gone = std::exchange(m_found[port.number], {});
    for (const AgentId &id : gone)
        m_agents.at(id)->setMissing(QStringLiteral("it does not answer"));
    if (!gone.empty())
        Q_EMIT changed();
}

} // namespace holdfast
