// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/completionrun.h"

#include "model/text/utf8.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkRequest>

#include <utility>

namespace holdfast {

namespace {

constexpr std::size_t eventBytesMax = 1024 * 1024;
constexpr qsizetype refusalBytesMax = 300;

/// The words of an error answer: OpenAI's {"error":{"message":…}}, or the beginning of what came.
QString messageIn(const QByteArray &answer)
{
    const QJsonValue error = QJsonDocument::fromJson(answer).object().value(QLatin1String("error"));
    const QString message = error.isObject() ? error.toObject().value(QLatin1String("message")).toString() : error.toString();
    return message.isEmpty() ? QString::fromUtf8(answer.left(refusalBytesMax)).simplified() : message.left(refusalBytesMax);
}

} // namespace

CompletionRun::CompletionRun(ModelServer server, std::vector<Turn> turns, QNetworkAccessManager &network)
    : m_server(std::move(server)), m_turns(std::move(turns)), m_network(network), m_reader(eventBytesMax)
{
}

CompletionRun::~CompletionRun()
{
    m_stage = Stage::Over;
    if (m_reply) {
        m_reply->disconnect(this);
        m_reply->abort();
    }
}

QByteArray CompletionRun::body() const
{
    QJsonArray messages;
    for (const Turn &turn : m_turns) {
        const QString role = turn.speaker == Turn::Speaker::User ? QStringLiteral("user") : QStringLiteral("assistant");
        messages.append(QJsonObject{{QStringLiteral("role"), role}, {QStringLiteral("content"), QString::fromStdString(turn.text)}});
    }
    return QJsonDocument(QJsonObject{{QStringLiteral("model"), m_server.model},
                                     {QStringLiteral("stream"), true},
                                     {QStringLiteral("messages"), messages}})
        .toJson(QJsonDocument::Compact);
}

void CompletionRun::start()
{
    QNetworkRequest request(apiUrl(m_server.base, QStringLiteral("chat/completions")));
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
    request.setRawHeader("Accept", "text/event-stream");
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    if (!m_server.key.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_server.key);
    m_reply.reset(m_network.post(request, body()));
    connect(m_reply.get(), &QNetworkReply::readyRead, this, &CompletionRun::onReadable);
    connect(m_reply.get(), &QNetworkReply::finished, this, &CompletionRun::onReplyFinished);
}

void CompletionRun::stop()
{
    if (m_stage == Stage::Over)
        return;
    end(RunStatus::Cancelled, QString());
    if (m_reply)
        m_reply->abort();
}

void CompletionRun::onReadable()
{
    const QByteArray bytes = m_reply->readAll();
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status != 200) {
        m_refusal += bytes.left(4096 - m_refusal.size());
        return;
    }
    const auto events = m_reader.read({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    for (const SseReader::Event &event : events) {
        if (m_stage == Stage::Streaming || m_stage == Stage::Cut)
            onEvent(event);
    }
    if (m_reader.state() == SseReader::State::TooLarge)
        end(RunStatus::Failed, QStringLiteral("the model server sent an event that is too large"));
}

void CompletionRun::onEvent(const SseReader::Event &event)
{
    if (event.data == "[DONE]") {
        end(m_stage == Stage::Cut ? RunStatus::Incomplete : RunStatus::Completed,
            m_stage == Stage::Cut ? QStringLiteral("the model reached its length limit") : QString());
        return;
    }
    if (!utf8::isValid(event.data))
        return end(RunStatus::Failed, QStringLiteral("the model server sent invalid UTF-8"));
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(event.data));
    if (!document.isObject())
        return end(RunStatus::Failed, QStringLiteral("the model server sent an event that is no JSON object"));
    const QJsonObject object = document.object();
    if (object.contains(QLatin1String("error")))
        return end(RunStatus::Failed, messageIn(document.toJson()));
    const QJsonObject choice = object.value(QLatin1String("choices")).toArray().at(0).toObject();
    const QString content = choice.value(QLatin1String("delta")).toObject().value(QLatin1String("content")).toString();
    if (choice.value(QLatin1String("finish_reason")).toString() == QLatin1String("length"))
        m_stage = Stage::Cut;
    if (!content.isEmpty())
        Q_EMIT textProduced(content.toUtf8());
}

void CompletionRun::onReplyFinished()
{
    if (m_stage == Stage::Over)
        return;
    onReadable();
    if (m_stage == Stage::Over)
        return;
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 0)
        return end(RunStatus::Failed, QStringLiteral("the model server cannot be reached: ") + m_reply->errorString());
    if (status != 200)
        return end(RunStatus::Failed, QStringLiteral("the model server answered %1: %2").arg(status).arg(messageIn(m_refusal)));
    end(RunStatus::Incomplete, QStringLiteral("the model server ended the stream without its terminator"));
}

void CompletionRun::end(RunStatus status, const QString &detail)
{
    if (std::exchange(m_stage, Stage::Over) != Stage::Over)
        Q_EMIT finished(status, detail);
}

} // namespace holdfast
