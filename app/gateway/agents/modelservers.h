// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/openaicompatible.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace holdfast {

/// Where a model server of this computer may listen, and whose port that usually is.
struct ModelPort {
    quint16 number{0};
    QString name;
};

/// Finds the model servers of this computer by asking the usual ports for their models, now and every half
/// minute. A model or a server that goes away stays listed as missing. What `agents.json` names is offered,
/// too.
class ModelServers : public QObject
{
    Q_OBJECT
public:
    /// Ollama, LM Studio, llama.cpp and vLLM, where they listen unless told otherwise.
    static std::vector<ModelPort> usualPorts();

    /// \param configured  offered as they are, never probed; they go before a found one of the same address
    /// and model.
    ModelServers(std::vector<ModelServer> configured, std::vector<ModelPort> ports,
                 QObject *parent = nullptr);
    ~ModelServers() override;

    /// In the order of their ids; the pointers are good for the life of this object.
    std::vector<const Agent *> agents() const;

public Q_SLOTS:
    /// Asks every port that is not being asked already.
    void probeAll();

Q_SIGNALS:
    /// Some agent is new, missing, or back.
    void changed();
    /// Every port that was asked has answered, or has not in time.
    void looked();

private:
    void probe(const ModelPort &port);
    void onAnswer(const ModelPort &port, QNetworkReply &reply);
    void offer(const ModelPort &port, const std::vector<QString> &models);

    std::vector<ModelPort> m_ports;
    QNetworkAccessManager m_network;
    std::map<AgentId, std::unique_ptr<OpenAiCompatible>> m_agents;
    std::map<quint16, std::set<AgentId>> m_found; ///< by port: everything that was ever there
    std::set<quint16> m_asking;
    QTimer m_again;
};

/// The names in the answer to GET /v1/models; nothing unless it is what such a server says: other programs
/// listen on these ports, too.
std::optional<std::vector<QString>> modelsIn(const QByteArray &answer);

} // namespace holdfast
