// SPDX-License-Identifier: Apache-2.0
// `holdfast-cli chat`: a client that stays, and is told what to do line by line.
#include "tests/process/stage.h"

#include <QTest>

#include <algorithm>

using namespace holdfast::test;

namespace {

const QStringList chatWords{QStringLiteral("--agent"), QStringLiteral("stream-lab"), QStringLiteral("--json"),
                            QStringLiteral("chat")};
const QByteArray conversation = "01a21da2-b978-7f91-a238-a7fa086d8776";

QString textOf(const std::optional<QJsonObject> &said, const char *key)
{
    return said ? (*said)[QLatin1String(key)].toString() : QString();
}

/// A second device of the same account; its way to the gateway is never broken.
std::unique_ptr<Program> otherDevice(const Stage &stage)
{
    QStringList arguments = stage.clientArguments();
    arguments.replaceInStrings(QStringLiteral("/client"), QStringLiteral("/other"));
    arguments.replaceInStrings(QString::number(stage.labPort()), QString::number(stage.gatewayPort()));
    return std::make_unique<Program>(QStringLiteral("holdfast-cli"), arguments + chatWords);
}

} // namespace

class ChatTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_stage = std::make_unique<Stage>();
        QVERIFY(m_stage->startGateway() && m_stage->startLab());
    }

    void aMessageIsSentWaitedForAndLeft()
    {
        const auto client = m_stage->client(chatWords);

        client->say("send new bytes=3000 rate=0 seed=1 format=text");
        client->say("wait done");

        const auto queued = client->waitForEvent("queued");
        const auto answered = client->waitForEvent("command");
        QCOMPARE(textOf(answered, "command"), textOf(queued, "command"));
        const auto item = client->waitForEvent("item");
        QVERIFY(item && (*item)[QStringLiteral("verified")].toBool());
        QCOMPARE((*item)[QStringLiteral("length")].toInt(), 3000);
        QCOMPARE(textOf(client->waitForEvent("idle"), "word"), QStringLiteral("done"));
        client->say("quit");
        QCOMPARE(client->waitForExit(), 0);
        QCOMPARE(client->complaints(), QByteArray());
    }

    void aWrongLineIsToldInOneSentence_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QString>("sentence");
        const QString what =
            QStringLiteral("a line is: send CONVERSATION|new TEXT, stop CONVERSATION, wait [WORD] or quit");
        QTest::newRow("unknown") << QByteArray("dance") << what;
        QTest::newRow("empty") << QByteArray() << what;
        QTest::newRow("stop of nothing") << QByteArray("stop") << what;
        QTest::newRow("send of nothing")
            << QByteArray("send new") << QStringLiteral("send wants a conversation, or new, and a text");
        QTest::newRow("no conversation")
            << QByteArray("send \xc3\xb6 hello")
            << QStringLiteral("an agent or a conversation is named by 1 to 128 of the "
                              "characters A-Z a-z 0-9 . _ : / @ + -");
        QTest::newRow("too long") << "send new " + QByteArray(3'000'000, 'x')
                                  << QStringLiteral("a line is too long to be a message");
    }
    void aWrongLineIsToldInOneSentence()
    {
        QFETCH(const QByteArray, line);
        QFETCH(const QString, sentence);
        const auto client = m_stage->client(chatWords);

        client->say(line);
        client->say("wait after");

        QVERIFY(client->waitForEvent("idle"));
        const auto isError = [](const QJsonObject &o) {
            return o[QStringLiteral("event")] == QLatin1String("error");
        };
        QCOMPARE(std::ranges::count_if(client->said(), isError), 1);
        QCOMPARE(textOf(*std::ranges::find_if(client->said(), isError), "detail"), sentence);
        client->say("quit");
        QCOMPARE(client->waitForExit(), 0);
    }

    void aStopEndsTheAnswer()
    {
        const auto client = m_stage->client(chatWords);
        client->say("send " + conversation + " bytes=50000000 rate=10 seed=2 format=text");
        QVERIFY(client->waitForEvent("tail"));

        client->say("stop " + conversation);

        QCOMPARE(textOf(client->waitForEvent("item"), "status"), QStringLiteral("cancelled"));
    }

    void waitMeansTheAnswersOfOtherDevicesToo()
    {
        const auto other = otherDevice(*m_stage);
        const auto client = m_stage->client(chatWords);
        other->say("send new bytes=20000 rate=10 seed=3 format=text");
        const QString answer = textOf(other->waitForEvent("tail"), "item");
        client->say("send new bytes=10 rate=0 seed=4 format=text"); // stands behind the other one in the log
        QVERIFY(client->waitForEvent("item"));

        client->say("wait all");

        QVERIFY(client->waitForEvent("idle"));
        client->killHard();
        QCOMPARE(m_stage->storedText(answer).size(), 20'000);
    }

    void followMeansTheTextsOfOtherDevicesMessagesToo()
    {
        constexpr int messages = 24; // more than a client takes before it is synced (law 3)
        const QByteArray text = "bytes=10 rate=0 seed=4 format=text" + QByteArray(100'000, ' ') + "chunk=1";
        const auto other = otherDevice(*m_stage);
        QStringList given;
        for (int i = 0; i < messages; ++i) {
            other->say("send new " + text);
            given.append(textOf(other->waitForEvent("queued"), "command"));
        }
        other->say("wait all");
        QVERIFY(other->waitForEvent("idle"));
        m_stage->lab("rate 2000"); // the short answers are there long before the messages

        QCOMPARE(m_stage->client({QStringLiteral("follow")})->waitForExit(), 0);

        for (const QString &message : given)
            QCOMPARE(m_stage->storedText(message).size(), text.size());
    }

    void whatWasQueuedWhenItWasKilledIsDelivered()
    {
        m_stage->lab("offline");
        auto client = m_stage->client(chatWords);
        client->say("send " + conversation + " bytes=2000 rate=0 seed=5 format=text");
        const auto queued = client->waitForEvent("queued");
        client->killHard();
        m_stage->lab("online");

        client = m_stage->client(chatWords);
        client->say("wait done");

        QCOMPARE(textOf(client->waitForEvent("command"), "command"), textOf(queued, "command"));
        const auto item = client->waitForEvent("item");
        QVERIFY(item && (*item)[QStringLiteral("verified")].toBool());
        QVERIFY(client->waitForEvent("idle"));
    }

    void aMessageThatCameFromTheLogBeforeItsResultIsWaitedForNoLonger()
    {
        const auto other = otherDevice(*m_stage);
        auto client = m_stage->client(chatWords);
        const auto waitUntilOnline = [&client] {
            return client->waitFor(
                [](const QJsonObject &o) { return o[QStringLiteral("state")] == QLatin1String("online"); });
        };
        QVERIFY(waitUntilOnline());
        m_stage->lab("latency 1000");
        client->say("send " + conversation + " bytes=100 rate=0 seed=7 format=text");
        QVERIFY(other->waitForEvent("item"));
        client->killHard(); // its result is on the way
        m_stage->lab("latency 500");
        client = m_stage->client(chatWords);
        QVERIFY(waitUntilOnline());
        client->killHard(); // it has read the log, and asked for the result
        m_stage->lab("latency 0");

        client = m_stage->client(chatWords);
        client->say("wait done");

        QVERIFY(client->waitForEvent("idle"));
    }

    void anAnswerGoesOnWhenItIsKilledInBetween()
    {
        auto client = m_stage->client(chatWords);
        client->say("send " + conversation + " bytes=20000 rate=20 seed=6 format=text");
        const QString answer = textOf(client->waitForEvent("tail"), "item");
        client->killHard();

        client = m_stage->client(chatWords);
        client->closeStdin(); // it ends when nothing is open any more

        QCOMPARE(client->waitForExit(), 0);
        QCOMPARE(m_stage->storedText(answer).size(), 20'000);
    }

private:
    std::unique_ptr<Stage> m_stage;
};

QTEST_GUILESS_MAIN(ChatTest)
#include "tst_chat.moc"
