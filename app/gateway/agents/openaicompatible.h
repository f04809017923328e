// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/agent.h"

#include <QNetworkAccessManager>
#include <QUrl>

#include <utility>

namespace holdfast {

/// One model of a server that speaks OpenAI's chat completions.
struct ModelServer {
    QString name; ///< for people: "Ollama"
    QUrl base;    ///< with or without /v1
    QString model;
    QByteArray key;                         ///< optional; never logged, never part of a detail
    QString where;                          ///< "on this computer", or the host
    QString missing;                        ///< why it cannot be used just now; empty when it can
    AfterCrash afterCrash{AfterCrash::Ask}; ///< a model costs money: going on by itself is the owner's word
};

/// The address of `path` ("chat/completions") at a base that may end in /v1 already.
QUrl apiUrl(const QUrl &base, const QString &path);

/// How the protocol names this model: "openai:<host:port>/<model>". What an id may not hold (blanks,
/// brackets, more than 128 bytes) is replaced, and a hash of the whole name keeps two such models apart.
AgentId agentIdOf(const ModelServer &server);

/// Answers with POST /v1/chat/completions, streamed (server-sent events, read strictly). Nobody knows what a
/// model would say a second time, so an answer cut off by a crash of the gateway is not begun again: it ends
/// there, or where its owner wants that the model is given what it has written and goes on.
class OpenAiCompatible : public Agent
{
public:
    OpenAiCompatible(ModelServer server, QNetworkAccessManager &network)
        : m_server(std::move(server)), m_network(network)
    {}
    AgentInfo info() const override;
    AfterCrash afterCrash() const override { return m_server.afterCrash; }
    std::unique_ptr<AgentRun> run(const RunRequest &request) const override;
    /// Empty when it can be used. \returns true when that is news.
    bool setMissing(const QString &why) { return std::exchange(m_server.missing, why) != why; }

private:
    ModelServer m_server;
    QNetworkAccessManager &m_network;
};

} // namespace holdfast
