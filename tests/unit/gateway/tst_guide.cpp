// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/guide.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSignalSpy>
#include <QTest>

using namespace holdfast;

namespace {

QByteArray answerTo(const QByteArray &question)
{
    return QByteArray::fromStdString(Guide().answer(question.toStdString()));
}

std::string streamed(const Guide &guide, const std::string &question, std::uint64_t offset)
{
    const auto run = guide.run({{{Turn::Speaker::User, question}}, offset});
    std::string text;
    QObject::connect(run.get(), &AgentRun::textProduced, run.get(),
                     [&text](const QByteArray &bytes) { text += bytes.toStdString(); });
    QSignalSpy finished(run.get(), &AgentRun::finished);
    run->start();
    finished.wait(30'000);
    return text;
}

} // namespace

class GuideSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void findsTheTopicThatIsAskedFor_data()
    {
        QTest::addColumn<QByteArray>("question");
        QTest::addColumn<QByteArray>("heading");
        const auto row = [](const char *question, const char *heading) {
            QTest::newRow(question) << QByteArray(question) << QByteArray(heading);
        };
        row("What happens when I lose the connection?", "## What a lost connection does");
        row("are messages queued while I'm offline", "## Messages written offline");
        row("What do the ticks mean?", "## What the ticks under a message mean");
        row("stream lab line", "## The Stream lab and its line");
        row("How do I add Ollama?", "## Adding a model server");
        row("openai compatible servers", "## Adding a model server");
        row("simulate offline", "## Simulate offline");
        row("Where is my data stored?", "## Where your data is");
        row("gateway options", "## The gateway");
        row("command line client", "## The command line client");
        row("guided tour", "## The guided tour");
        row("privacy, telemetry", "## Privacy and security");
        row("KEYBOARD SHORTCUTS", "## Keyboard shortcuts");
        row("exit codes", "## Exit codes of the command line client");
        row("stop an answer", "## Stopping an answer");
        row("lab proxy blackhole latency", "## Faults for your own server");
        row("what does the connection pill say", "## What the connection pill says");
        row("how does it prove that nothing was lost, sha-256?",
            "## How Holdfast proves that nothing was lost");
        row("an interrupted answer", "## An answer that was interrupted");
        row("which agents are there", "## Whom you can chat with");
        row("kill or crash of the app", "## When the app or the gateway is killed");
    }
    void findsTheTopicThatIsAskedFor()
    {
        QFETCH(const QByteArray, question);
        QFETCH(const QByteArray, heading);

        const QByteArray answer = answerTo(question);

        QVERIFY2(answer.startsWith(heading + '\n'), answer.left(200).constData());
        QVERIFY(!answer.contains("Words:"));
    }

    void saysThatItFoundNothing_andListsTheTopics_data()
    {
        QTest::addColumn<QByteArray>("question");
        QTest::newRow("something else") << QByteArray("Quantum chromodynamics?");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("a greeting") << QByteArray("Hello, how are you?");
        QTest::newRow("signs only") << QByteArray("?!\"'*()^:-+ 🙂");
    }
    void saysThatItFoundNothing_andListsTheTopics()
    {
        QFETCH(const QByteArray, question);

        const QByteArray answer = answerTo(question);

        QVERIFY(answer.contains("found nothing"));
        QVERIFY(answer.contains("\n- What a lost connection does\n"));
        QVERIFY(answer.contains("\n- Where your data is\n"));
    }

    void takesNoWordForAnOperator_data()
    {
        QTest::addColumn<QByteArray>("question");
        QTest::newRow("a quote") << QByteArray("gateway\" OR \"x");
        QTest::newRow("operators") << QByteArray("gateway AND NOT NEAR(x) OR *");
        QTest::newRow("a column") << QByteArray("body: gateway ^ {title}");
        QTest::newRow("a NUL") << QByteArray("gateway\0gateway", 15);
        QTest::newRow("a bad byte") << QByteArray("gateway \xFF\xC0");
        QTest::newRow("a novel") << "gateway " + QByteArray("lorem ipsum dolor sit ").repeated(50'000);
        QTest::newRow("many words") << "gateway " + [] {
            QByteArray text;
            for (int i = 0; i < 100'000; ++i)
                text += "word" + QByteArray::number(i) + ' ';
            return text;
        }();
    }
    void takesNoWordForAnOperator()
    {
        QFETCH(const QByteArray, question);

        QVERIFY(answerTo(question).startsWith("## "));
    }

    void hasATitleInEveryTopic()
    {
        const Guide guide; // makes the resources known
        const QDir folder(QStringLiteral(":/guide"));
        const QStringList names = folder.entryList(QDir::Files);
        QVERIFY(names.size() >= 15);

        for (const QString &name : names) {
            QFile file(folder.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray text = file.readAll();
            QVERIFY2(text.startsWith("# ") && text.contains("\nWords: ") && text.size() > 100 &&
                         text.endsWith('\n'),
                     qPrintable(name));
            QVERIFY2(!text.contains("\n# "), qPrintable(name));
        }
    }

    void streamsItsAnswer_andGoesOnFromAnyByte()
    {
        const Guide guide;
        const std::string question = "guided tour";
        const std::string answer = guide.answer(question);
        QCOMPARE(guide.answer(question), answer);

        QCOMPARE(streamed(guide, question, 0), answer);
        QCOMPARE(streamed(guide, question, 101), answer.substr(101));
        QCOMPARE(guide.afterCrash(), AfterCrash::Resume);
    }

    void completesARequestWithoutAMessage()
    {
        const Guide guide;
        const auto run = guide.run({});
        QVERIFY(run);
    }

    void knowsAfterwardsWhatItWasAskedAndTold()
    {
        const Guide guide;
        std::string context = "{}";
        const auto ask = [&](const char *question) {
            QJsonObject known;
            for (const auto &[key, json] : guide.states(question, context))
                known.insert(key, QJsonDocument::fromJson(json).object());
            context = QJsonDocument(known).toJson(QJsonDocument::Compact).toStdString();
            return known;
        };
        const auto at = [](const QJsonObject &known, const char *key, const char *field) {
            return known.value(QLatin1String(key)).toObject().value(QLatin1String(field));
        };

        const QJsonObject first = ask("What does the connection pill say?");
        QCOMPARE(at(first, "workflow", "step").toInt(), 1);
        QVERIFY(!at(first, "memory", "topics").toArray().isEmpty());
        QVERIFY(at(first, "tools", "search").toObject().value(QLatin1String("hits")).toInt() > 0);

        const QJsonObject second = ask("Remember that I like short answers");
        QCOMPARE(at(second, "workflow", "step").toInt(), 2);
        QCOMPARE(at(second, "preferences", "note").toString(), QStringLiteral("I like short answers"));
        QCOMPARE(at(second, "memory", "topics"), at(first, "memory", "topics"));
        QCOMPARE(at(second, "tools", "search"), at(first, "tools", "search"));

        const QJsonObject third = ask("What does the connection pill say?");
        QCOMPARE(at(third, "memory", "topics"), at(first, "memory", "topics")); // each once
        QCOMPARE(at(third, "preferences", "note").toString(), QStringLiteral("I like short answers"));
        QCOMPARE(guide.answer("Remember that I like short answers"),
                 std::string("I will remember: I like short answers\n"));
    }
};

QTEST_GUILESS_MAIN(GuideSpec)
#include "tst_guide.moc"
