// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/completionrun.h"

#include "model/text/utf8.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkRequest>

#include <array>
#include <chrono>
#include <utility>

namespace holdfast {

namespace {

constexpr std::size_t eventBytesMax = 1024 * 1024;
constexpr qsizetype refusalBytesMax = 4096;   ///< read of what came instead of a stream
constexpr qsizetype shownCharactersMax = 300; ///< of the server's words in a detail
/// A server that restarts is back within moments; whoever waits longer is better told.
constexpr std::array retryAfter{std::chrono::milliseconds(200), std::chrono::milliseconds(400),
                                std::chrono::milliseconds(800)};

/// The words of an error answer: OpenAI's {"error":{"message":…}}, or the beginning of what came.
QString messageIn(const QByteArray &answer)
{
    const QJsonValue error = QJsonDocument::fromJson(answer).object().value(QLatin1String("error"));
    const QString told =
        error.isObject() ? error.toObject().value(QLatin1String("message")).toString() : error.toString();
    const QString words = told.isEmpty() ? QString::fromUtf8(answer) : told;
    return words.simplified().left(shownCharactersMax);
}

bool isEventStream(const QNetworkReply &reply)
{
    const QString type = reply.header(QNetworkRequest::ContentTypeHeader).toString();
    return type.isEmpty() || type.startsWith(QLatin1String("text/event-stream"), Qt::CaseInsensitive);
}

int statusOf(const QNetworkReply &reply)
{
    return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

} // namespace

CompletionRun::CompletionRun(ModelServer server, std::vector<Turn> turns, QNetworkAccessManager &network)
    : m_server(std::move(server)), m_turns(std::move(turns)), m_network(network), m_reader(eventBytesMax)
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &CompletionRun::start);
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
        const bool isUser = turn.speaker == Turn::Speaker::User;
        messages.append(QJsonObject{
            {QStringLiteral("role"), isUser ? QStringLiteral("user") : QStringLiteral("assistant")},
            {QStringLiteral("content"), QString::fromStdString(turn.text)}});
    }
    return QJsonDocument(QJsonObject{{QStringLiteral("model"), m_server.model},
                                     {QStringLiteral("stream"), true},
                                     {QStringLiteral("messages"), messages}})
        .toJson(QJsonDocument::Compact);
}

void CompletionRun::start()
{
    if (m_stage == Stage::Over)
        return;
    ++m_attempts;
    QNetworkRequest request(apiUrl(m_server.base, QStringLiteral("chat/completions")));
    request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArrayLiteral("application/json"));
    request.setRawHeader("Accept", "text/event-stream");
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    if (!m_server.key.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_server.key);
    m_reply.reset(m_network.post(request, body()));
    connect(m_reply.get(), &QNetworkReply::readyRead, this, &CompletionRun::onReadable);
    connect(m_reply.get(), &QNetworkReply::finished, this, &CompletionRun::onReplyFinished);
}

void CompletionRun::stop() { end(RunStatus::Cancelled, QString()); }

void CompletionRun::onReadable()
{
    const QByteArray bytes = m_reply->readAll();
    if (statusOf(*m_reply) != 200 || !isEventStream(*m_reply)) {
        m_refusal += bytes.left(refusalBytesMax - m_refusal.size());
        return;
    }
    const auto events = m_reader.read({bytes.constData(), static_cast<std::size_t>(bytes.size())});
    for (const SseReader::Event &event : events) {
        if (m_stage != Stage::Over)
            onEvent(event);
    }
    if (m_reader.state() == SseReader::State::TooLarge)
        end(RunStatus::Failed, QStringLiteral("the model server sent an event that is too large"));
}

void CompletionRun::onEvent(const SseReader::Event &event)
{
    if (event.data == "[DONE]")
        return end(m_cutBecause.isEmpty() ? RunStatus::Completed : RunStatus::Incomplete,
                   m_cutBecause.isEmpty() && m_attempts > 1
                       ? QStringLiteral("the model server was reached at attempt %1").arg(m_attempts)
                       : m_cutBecause);
    if (!utf8::isValid(event.data))
        return end(RunStatus::Failed,
                   QStringLiteral("the model server sent text that is not well-formed UTF-8"));
    const QByteArray data = QByteArray::fromStdString(event.data);
    const QJsonDocument document = QJsonDocument::fromJson(data);
    if (!document.isObject())
        return end(RunStatus::Failed,
                   QStringLiteral("the model server sent an event that is no JSON object"));
    const QJsonValue error = document.object().value(QLatin1String("error"));
    if (!error.isUndefined() && !error.isNull())
        return end(RunStatus::Failed, QStringLiteral("the model server failed: ") + messageIn(data));
    onChoice(document.object().value(QLatin1String("choices")).toArray().at(0).toObject());
}

void CompletionRun::onChoice(const QJsonObject &choice)
{
    const QString reason = choice.value(QLatin1String("finish_reason")).toString();
    if (reason == QLatin1String("length"))
        m_cutBecause = QStringLiteral("the model reached its length limit");
    else if (reason == QLatin1String("content_filter"))
        m_cutBecause = QStringLiteral("the model server withheld the rest (content filter)");
    const QJsonObject delta = choice.value(QLatin1String("delta")).toObject();
    const QString content = delta.value(QLatin1String("content")).toString();
    if (!content.isEmpty())
        Q_EMIT textProduced(content.toUtf8());
}

void CompletionRun::onReplyFinished()
{
    if (m_stage != Stage::Over)
        onReadable();
    if (m_stage == Stage::Over)
        return;
    const int status = statusOf(*m_reply);
    if (status == 0 && mayTryAgain())
        return m_retry.start(retryAfter[m_attempts - 1]);
    if (status == 0)
        return end(RunStatus::Failed, QStringLiteral("the model server cannot be reached (attempt %1): %2")
                                          .arg(m_attempts)
                                          .arg(m_reply->errorString()));
    if (status != 200)
        return end(RunStatus::Failed,
                   QStringLiteral("the model server answered %1: %2").arg(status).arg(messageIn(m_refusal)));
    if (!isEventStream(*m_reply))
        return end(RunStatus::Failed, QStringLiteral("the model server answered without an event stream: ") +
                                          messageIn(m_refusal));
    const QString where = m_reader.isInsideEvent() ? QStringLiteral("in the middle of an event")
                                                   : QStringLiteral("without its terminator");
    end(RunStatus::Incomplete, QStringLiteral("the model server ended the stream ") + where);
}

/// Refused, and nothing of the answer is there yet: then nobody reads or pays for anything twice. (What is
/// cut before it answers Qt sends again by itself, three times; more would be too much.)
bool CompletionRun::mayTryAgain() const
{
    const bool isRefused = m_reply->error() == QNetworkReply::ConnectionRefusedError;
    const bool hasBegun = !m_turns.empty() && m_turns.back().speaker == Turn::Speaker::Agent;
    return isRefused && !hasBegun && m_attempts <= retryAfter.size();
}

/// A server may repeat the key in its words; it must not get into the log of the account.
QString CompletionRun::withoutKey(QString detail) const
{
    const QString key = QString::fromUtf8(m_server.key);
    return key.isEmpty() ? detail : detail.replace(key, QStringLiteral("…"));
}

void CompletionRun::end(RunStatus status, const QString &detail)
{
    if (std::exchange(m_stage, Stage::Over) == Stage::Over)
        return;
    m_retry.stop();
    if (m_reply && m_reply->isRunning())
        m_reply->abort();
    Q_EMIT finished(status, withoutKey(detail));
}

} // namespace holdfast
