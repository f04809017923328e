// SPDX-License-Identifier: Apache-2.0
#include "app/cli/client.h"
#include "app/cli/commands.h"
#include "model/store/historyreader.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdio>

namespace holdfast {

namespace {

/// Puts the pages of an answer together, and prints it as one object with its keys in order, so that what two
/// sides say can be compared byte by byte.
class Answer
{
public:
    explicit Answer(const CliOptions &options)
        : m_isHistory(options.command == QLatin1String("history")),
          m_conversation{options.words[0].toStdString()}
    {}

    /// What to ask for next; nothing when all is here, and printed.
    std::optional<Question> next() const
    {
        if (m_isComplete)
            return std::nullopt;
        if (m_isHistory)
            return frame::GetHistory{m_asked + 1, m_conversation, m_after};
        return frame::GetContext{m_asked + 1, m_conversation};
    }
    void take(const frame::Response &response);
    ExitCode code() const { return m_code; }

private:
    void print(const QJsonObject &object)
    {
        std::printf("%s\n", QJsonDocument(object).toJson(QJsonDocument::Compact).constData());
        m_isComplete = true;
    }

    bool m_isHistory;
    ConversationId m_conversation;
    std::uint64_t m_asked{0};
    std::uint64_t m_after{0};
    QJsonArray m_items;
    bool m_isComplete{false};
    ExitCode m_code{ExitCode::Ok};
};

void Answer::take(const frame::Response &response)
{
    m_asked = response.id;
    if (!response.error.empty()) {
        complain("the answer is " + response.error);
        m_code = ExitCode::Incomplete;
        m_isComplete = true;
        return;
    }
    const QJsonObject body = QJsonDocument::fromJson(QByteArray::fromStdString(response.json)).object();
    if (!m_isHistory)
        return print(body);
    for (const QJsonValue &item : body[QStringLiteral("items")].toArray())
        m_items.append(item);
    m_after = static_cast<std::uint64_t>(body[QStringLiteral("next")].toInteger());
    if (m_after == 0)
        print({{QStringLiteral("items"), m_items}});
}

ExitCode askHere(const CliOptions &options, Answer &answer)
{
    const auto reader = HistoryReader::open(options.dataDir.toStdString());
    if (!reader)
        return complainAbout(reader.error(), options.dataDir);
    while (const std::optional<Question> question = answer.next()) {
        const auto response = std::visit([&](const auto &f) { return (*reader)->answer(f); }, *question);
        if (!response)
            return complainAbout(response.error(), options.dataDir);
        answer.take(*response);
    }
    return answer.code();
}

ExitCode askGateway(CliOptions options, Answer &answer)
{
    options.ending = CliOptions::Ending::Never; // the answer is the end
    options.output = CliOptions::Output::Text;
    auto client = Client::open(options);
    if (!client)
        return client.error();
    ReconnectionController &session = (*client)->session();
    QObject::connect(&session, &ReconnectionController::answered, &session,
                     [&answer, &session](const frame::Response &response) {
                         answer.take(response);
                         if (const auto question = answer.next())
                             return session.ask(*question);
                         QCoreApplication::exit(static_cast<int>(answer.code()));
                     });
    session.ask(*answer.next());
    return (*client)->follow();
}

} // namespace

ExitCode runAsk(const CliOptions &options)
{
    Answer answer(options);
    return options.asked == CliOptions::Asked::Here ? askHere(options, answer) : askGateway(options, answer);
}

} // namespace holdfast
