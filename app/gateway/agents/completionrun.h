// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/openaicompatible.h"
#include "model/text/ssereader.h"

#include <QJsonObject>
#include <QNetworkReply>
#include <QTimer>

#include <memory>

namespace holdfast {

/// One streamed completion. There is no time limit: a model that thinks for an hour is still thinking. A
/// server that cannot be reached is tried again while there is no text yet (law 9).
class CompletionRun : public AgentRun
{
    Q_OBJECT
public:
    CompletionRun(ModelServer server, std::vector<Turn> turns, QNetworkAccessManager &network);
    ~CompletionRun() override;

    void start() override;
    void stop() override;

private:
    QByteArray body() const;
    void onReadable();
    void onEvent(const SseReader::Event &event);
    void onChoice(const QJsonObject &choice);
    void onReplyFinished();
    bool mayTryAgain() const;
    QString withoutKey(QString detail) const;
    void end(RunStatus status, const QString &detail);

    struct LaterDeleted {
        void operator()(QNetworkReply *reply) const { reply->deleteLater(); }
    };

    ModelServer m_server;
    std::vector<Turn> m_turns;
    QNetworkAccessManager &m_network;
    std::unique_ptr<QNetworkReply, LaterDeleted> m_reply;
    SseReader m_reader;
    QTimer m_retry;
    std::size_t m_attempts{0};
    QByteArray m_refusal; ///< the beginning of what came instead of a stream
    QString m_cutBecause; ///< why the model ended early, as it said itself
    enum class Stage { Open, Over } m_stage{Stage::Open};
};

} // namespace holdfast
