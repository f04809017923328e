// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/guide.h"

#include "app/gateway/agents/pacedrun.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>

static void initialiseGuide() { Q_INIT_RESOURCE(guide); }

namespace holdfast {

namespace {

constexpr std::uint64_t bytesPerSecond = 1500; ///< a pace at which one can read along
constexpr int topicsInAnswer = 2;

constexpr qsizetype questionCharactersMax = 4000; ///< of a pasted novel only the beginning is looked at
constexpr qsizetype topicsRemembered = 20;
constexpr qsizetype queryCharactersShown = 300;
constexpr qsizetype termsMax = 24; ///< more words would find no better topic, only cost more

/// Words that say nothing about what is asked for.
const QSet<QString> &commonWords()
{
    static const QString words = QStringLiteral("a about again all am an and any are as at be but by can "
                                                "could did do does for from get give had has have hello "
                                                "hi holdfast how i if in is it its just know like may me "
                                                "mean means my no not of on or please say should show so "
                                                "tell than that the their them then there these they this to "
                                                "us use used using was we were what when where "
                                                "which who why will with work works would yes you your");
    static const QStringList list = words.split(QLatin1Char(' '));
    static const QSet<QString> common(list.cbegin(), list.cend());
    return common;
}

/// The words of a question as an FTS5 query: each quoted, so that none is taken for an operator; any may
/// match.
QString queryOf(const std::string &question)
{
    static const QRegularExpression notWord(QStringLiteral("[^\\w]+"),
                                            QRegularExpression::UseUnicodePropertiesOption);
    const QString text = QString::fromStdString(question).left(questionCharactersMax).toLower();
    QStringList terms;
    for (const QString &word : text.split(notWord, Qt::SkipEmptyParts)) {
        const QString term = QLatin1Char('"') + word + QLatin1Char('"');
        if (!commonWords().contains(word) && !terms.contains(term) && terms.size() < termsMax)
            terms.append(term);
    }
    return terms.join(QStringLiteral(" OR "));
}

/// What the user wants to be remembered; empty when nothing.
QString wishIn(const std::string &question)
{
    static const QRegularExpression pattern(QStringLiteral("^\\s*remember\\s+(?:that\\s+)?(.{1,300})"),
                                            QRegularExpression::CaseInsensitiveOption);
    return pattern.match(QString::fromStdString(question)).captured(1).trimmed();
}

} // namespace

Guide::Guide()
{
    initialiseGuide();
    auto index = Database::inMemory();
    if (index) // without full-text search the list of topics is still an answer
        m_index = std::move(*index);
    if (m_index)
        (void)m_index->run(
            "CREATE VIRTUAL TABLE topic USING fts5(title, words, body, tokenize = 'porter unicode61')");
    const QDir folder(QStringLiteral(":/guide"));
    for (const QString &name : folder.entryList({QStringLiteral("*.md")}, QDir::Files, QDir::Name)) {
        QFile file(folder.filePath(name));
        if (file.open(QIODevice::ReadOnly))
            addTopic(QString::fromUtf8(file.readAll()));
    }
}

/// "# Title", "Words: …" that are searched and never shown, and the text.
void Guide::addTopic(const QString &file)
{
    const QString title = file.section(QLatin1Char('\n'), 0, 0).mid(2);
    const QString words = file.section(QLatin1Char('\n'), 1, 1);
    m_topics.push_back({title.toStdString(), file.section(QLatin1Char('\n'), 2).toStdString()});
    if (m_index)
        (void)m_index->run("INSERT INTO topic (title, words, body) VALUES (?, ?, ?)",
                           {title, words.section(QLatin1Char(':'), 1), bound(m_topics.back().text)});
}

Guide::~Guide() = default;

AgentInfo Guide::info() const
{
    return {.id = {"guide"},
            .name = "Guide",
            .model = {},
            .where = "built in",
            .summary = "Answers questions about Holdfast. Works offline.",
            .detail = {}};
}

std::vector<Guide::Topic> Guide::find(const std::string &question) const
{
    std::vector<Topic> found;
    const QString query = queryOf(question);
    if (!m_index || query.isEmpty())
        return found;
    (void)m_index->each("SELECT title, body FROM topic WHERE topic MATCH ? "
                        "ORDER BY bm25(topic, 4.0, 6.0, 1.0), rowid LIMIT ?",
                        {query, topicsInAnswer}, [&](const QSqlQuery &row) {
                            found.push_back({textAt(row, 0), textAt(row, 1)});
                        });
    return found;
}

std::string Guide::answer(const std::string &question) const
{
    std::string text;
    const std::vector<Topic> found = find(question);
    const QString wish = wishIn(question);
    if (!wish.isEmpty())
        return "I will remember: " + wish.toStdString() + "\n";
    if (found.empty())
        text = "I know only about Holdfast, and found nothing on that. You can ask me about:\n";
    for (const Topic &topic : found)
        text += "## " + topic.title + "\n" + topic.text + "\n";
    if (!found.empty())
        return text;
    for (const Topic &topic : m_topics)
        text += "\n- " + topic.title;
    return text + "\n";
}

std::vector<std::pair<QString, QByteArray>> Guide::states(const std::string &question,
                                                          const std::string &context) const
{
    const QJsonObject known = QJsonDocument::fromJson(QByteArray::fromStdString(context)).object();
    const auto value = [&known](const char *key) { return known.value(QLatin1String(key)).toObject(); };
    const QString wish = wishIn(question);
    const std::vector<Topic> found = wish.isEmpty() ? find(question) : std::vector<Topic>();
    QJsonArray topics = value("memory").value(QLatin1String("topics")).toArray();
    for (const Topic &topic : found) {
        const QString title = QString::fromStdString(topic.title);
        if (!topics.contains(title))
            topics.append(title);
    }
    while (topics.size() > topicsRemembered)
        topics.removeFirst();
    QJsonObject preferences = value("preferences");
    if (!wish.isEmpty())
        preferences.insert(QStringLiteral("note"), wish);
    const int step = value("workflow").value(QLatin1String("step")).toInt() + 1;
    QJsonObject tools = value("tools");
    if (wish.isEmpty())
        tools.insert(QStringLiteral("search"),
                     QJsonObject{{QStringLiteral("query"), queryOf(question).left(queryCharactersShown)},
                                 {QStringLiteral("hits"), static_cast<int>(found.size())}});
    const auto bytes = [](const QJsonObject &object) {
        return QJsonDocument(object).toJson(QJsonDocument::Compact);
    };
    return {{QStringLiteral("memory"), bytes({{QStringLiteral("topics"), topics}})},
            {QStringLiteral("workflow"),
             bytes({{QStringLiteral("name"), QStringLiteral("guide")}, {QStringLiteral("step"), step}})},
            {QStringLiteral("tools"), bytes(tools)},
            {QStringLiteral("preferences"), bytes(preferences)}};
}

std::unique_ptr<AgentRun> Guide::run(const RunRequest &request) const
{
    const std::string question = questionIn(request);
    const std::string text = answer(question);
    PacedRun::Source source{
        .bytes = text.size(),
        .bytesPerSecond = bytesPerSecond,
        .read = [text](std::uint64_t offset, std::uint64_t length) { return text.substr(offset, length); },
        .states = states(question, request.context)};
    return std::make_unique<PacedRun>(std::move(source), beginningOf(request));
}

} // namespace holdfast
