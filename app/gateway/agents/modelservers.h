// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/openaicompatible.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <memory>
#include <vector>

namespace holdfast {

/// Finds the model servers of this computer by asking the usual ports for their models, now and every half minute,
/// and offers those that `agents.json` names: [{"name":…,"base_url":…,"model":…,"key":…}]. A server that goes away
/// stays listed as missing.
class ModelServers : public QObject
{
    Q_OBJECT
public:
    struct Port {
        quint16 number;
        const char *name;
    };
    /// Ollama, LM Studio, llama.cpp and vLLM, where they listen unless told otherwise.
    static const std::vector<Port> usualPorts;

    ModelServers(const QString &configuration, std::vector<Port> ports, QObject *parent = nullptr);
    ~ModelServers() override;

    std::vector<const Agent *> agents() const;

Q_SIGNALS:
    void changed();

private:
    void readConfiguration(const QString &file);
    void probeAll();
    void probe(const Port &port);
    void onAnswer(const Port &port, QNetworkReply &reply);
    void onMissing(const Port &port);
    QUrl baseOf(const Port &port) const;

    std::vector<Port> m_ports;
    QNetworkAccessManager m_network;
    std::map<AgentId, std::unique_ptr<OpenAiCompatible>> m_agents;
    std::map<quint16, std::vector<AgentId>> m_found; ///< by port: what is there now
    QTimer m_again;
};

} // namespace holdfast
