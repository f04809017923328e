// SPDX-License-Identifier: Apache-2.0
// Messages written while offline: each is delivered once and in order, whatever is killed or cut in between.
// The same judge is then shown a gateway that does not recognise a repeated command, and a client that does
// not write its outbox down: it must see the difference.
#include "tests/process/stage.h"

#include <QTest>

#include <algorithm>

using namespace holdfast::test;

namespace {

constexpr int messageCount = 50;

QByteArray fiftyLines()
{
    QByteArray lines;
    for (int i = 1; i <= messageCount; ++i)
        lines += "bytes=10 rate=0 seed=" + QByteArray::number(i) + '\n';
    return lines.chopped(1);
}

/// What the gateway's log says was delivered, seen with the eyes of another device.
QByteArrayList deliveredMessages(const Stage &stage)
{
    QStringList arguments = stage.clientArguments();
    arguments.replaceInStrings(QStringLiteral("/client"), QStringLiteral("/witness"));
    Program follower(QStringLiteral("holdfast-cli"), arguments + QStringList{QStringLiteral("follow")});
    follower.waitForExit();
    const auto history = [&](const QStringList &words) {
        return QStringList{QStringLiteral("--data-dir"), stage.path(QStringLiteral("witness")),
                           QStringLiteral("history"), QStringLiteral("--json")} +
               words;
    };
    Program list(QStringLiteral("holdfast-cli"), history({}));
    QByteArrayList messages;
    while (const auto conversation = list.waitForEvent("conversation")) {
        Program items(QStringLiteral("holdfast-cli"),
                      history({(*conversation)[QStringLiteral("conversation")].toString()}));
        while (const auto item = items.waitForEvent("stored")) {
            if ((*item)[QStringLiteral("role")] == QLatin1String("user"))
                messages.append((*item)[QStringLiteral("text")].toString().toUtf8());
        }
    }
    return messages;
}

} // namespace

class OutboxTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_stage = std::make_unique<Stage>(); }

    void fiftyMessagesWrittenOfflineArriveOnceAndInOrder()
    {
        writeOfflineThenKill({});
        deliverThroughCuts({});
        QCOMPARE(deliveredMessages(*m_stage), fiftyLines().split('\n'));
    }

    void theJudgeSeesAnOutboxThatIsNotKept()
    {
        writeOfflineThenKill({QStringLiteral("HOLDFAST_TEST_SEAM=no-outbox")});
        deliverThroughCuts({});
        QVERIFY(deliveredMessages(*m_stage) != fiftyLines().split('\n'));
    }

    void theJudgeSeesAGatewayWithoutDedupe()
    {
        writeOfflineThenKill({});
        deliverThroughCuts({QStringLiteral("HOLDFAST_TEST_SEAM=no-dedupe")});
        QVERIFY(deliveredMessages(*m_stage) != fiftyLines().split('\n'));
    }

    void aMessageThatExpiredIsShownAndCanBeSentAgain()
    {
        QVERIFY(m_stage->startGateway());
        QVERIFY(m_stage->startLab());
        m_stage->gateway().killHard();
        const auto client =
            m_stage->client({"send", "--ttl", "1", "--agent", "stream-lab", "--json", "bytes=10"});
        QVERIFY(client->waitForEvent("queued").has_value());
        const auto settled = client->waitForEvent("command");
        QCOMPARE((*settled)["error"].toString(), "expired");
        client->killHard();
        QCOMPARE(outbox(), "parked expired\n");

        QCOMPARE(cli({"outbox", "send-again", "--all"}), 0);
        QCOMPARE(outbox(), "queued \n"); // it lives for another second
        QVERIFY(m_stage->startGateway());
        deliver();
        const QByteArrayList delivered = deliveredMessages(*m_stage);
        QCOMPARE(outbox(), delivered.isEmpty() ? "parked expired\n" : "");
    }

    void aFullOutboxRefusesWithAWord()
    {
        QCOMPARE(cli({"send", "--queue", "--queue-limit", "2", "a", "b", "c"}), 5);
        QCOMPARE(outbox(), "queued \nqueued \n");
        QCOMPARE(cli({"send", "--queue", "--queue-bytes", "3", "d"}), 0);
        QCOMPARE(cli({"send", "--queue", "--queue-bytes", "3", "e"}), 5);
    }

    void aFullOutboxDropsTheLeastUrgentVisibly()
    {
        QCOMPARE(cli({"send", "--queue", "--priority", "low", "bytes=10"}), 0);
        QCOMPARE(cli({"send", "--queue", "--overflow", "drop", "--queue-limit", "1", "bytes=20"}), 0);
        QCOMPARE(outbox(), "parked overflow\nqueued \n");
        QCOMPARE(cli({"outbox", "delete", "--all"}), 0);
        QCOMPARE(outbox(), "queued \n");
    }

    void theUrgentConversationGoesFirst()
    {
        for (const char *priority : {"low", "normal", "high"})
            QCOMPARE(cli({"send", "--queue", "--agent", "stream-lab", "--priority", priority, "bytes=10"}),
                     0);
        QStringList givenOrder;
        for (const QJsonObject &each : entries())
            givenOrder.append(each["command"].toString());
        QVERIFY(m_stage->startGateway());
        QVERIFY(m_stage->startLab());
        const auto client = m_stage->client({"follow", "--json"});
        QStringList answeredOrder; // the gateway answers in the order of the numbers
        while (const auto answer = client->waitForEvent("command"))
            answeredOrder.append((*answer)["command"].toString());
        std::ranges::reverse(givenOrder);
        QCOMPARE(answeredOrder, givenOrder);
    }

    void aQueuedMessageIsWithdrawn()
    {
        QCOMPARE(cli({"send", "--queue", "--agent", "stream-lab", "bytes=10"}), 0);
        QCOMPARE(cli({"outbox", "delete", firstInOutbox()}), 0);
        QCOMPARE(outbox(), "");
        QVERIFY(m_stage->startGateway());
        QVERIFY(m_stage->startLab());
        QCOMPARE(deliver(), 0);
        QVERIFY(deliveredMessages(*m_stage).isEmpty());
    }

    void withQueueingOffAMessageThatCannotLeaveIsRefused()
    {
        QVERIFY(m_stage->startGateway());
        QVERIFY(m_stage->startLab());
        const QStringList send{"send", "--queueing", "off", "--agent", "stream-lab", "bytes=10"};
        QCOMPARE(m_stage->client(send)->waitForExit(), 0);
        m_stage->gateway().killHard();
        QCOMPARE(m_stage->client(send)->waitForExit(), 5);
        QCOMPARE(outbox(), "");
    }

    void threeRefusalsInARowHoldTheRestBack()
    {
        for (int i = 0; i < 5; ++i)
            QCOMPARE(cli({"send", "--queue", "--agent", "nobody", "hello"}), 0);
        QVERIFY(m_stage->startGateway());
        QVERIFY(m_stage->startLab());
        const auto client = m_stage->client({"follow", "--flush-rate", "2", "--json"});
        const auto open =
            client->waitFor([](const QJsonObject &o) { return o["breaker"] == QLatin1String("open"); });
        QVERIFY(open.has_value());
        client->killHard();
        QVERIFY(outbox().startsWith("parked unknown_agent\nparked unknown_agent\nparked unknown_agent\n"));
    }

private:
    /// There is no gateway yet: the client writes fifty messages down, cannot send them, and is killed.
    void writeOfflineThenKill(const QStringList &environment)
    {
        QVERIFY(m_stage->startGateway());
        QVERIFY(m_stage->startLab());
        m_stage->gateway().killHard();
        const auto client =
            m_stage->client({QStringLiteral("send"), QStringLiteral("--agent"), QStringLiteral("stream-lab"),
                             QStringLiteral("--json"), QStringLiteral("-")},
                            environment);
        client->say(fiftyLines());
        client->closeStdin();
        for (int i = 0; i < messageCount; ++i)
            QVERIFY(client->waitForEvent("queued").has_value());
        client->killHard();
    }

    /// The answers of the gateway are cut off again and again, so that commands are sent a second time.
    void deliverThroughCuts(const QStringList &environment)
    {
        QVERIFY(m_stage->startGateway(environment));
        for (const char *cut : {"cut-after 700", "cut-after 1500", "cut-after 3000"}) {
            QVERIFY(m_stage->lab(cut).contains("ok"));
            auto client = m_stage->client({QStringLiteral("follow"), QStringLiteral("--json")});
            client->waitFor([](const QJsonObject &o) {
                return o[QStringLiteral("state")] == QLatin1String("waiting") ||
                       o[QStringLiteral("event")] == QLatin1String("item");
            });
            client->killHard();
        }
        QVERIFY(m_stage->lab("cut-after 0").contains("ok"));
        const auto client = m_stage->client({QStringLiteral("follow"), QStringLiteral("--json")});
        QVERIFY(client->waitForExit() >= 0);
    }

    /// A command that connects to nothing. \returns its exit code.
    int cli(const QStringList &words) const
    {
        Program program(QStringLiteral("holdfast-cli"),
                        QStringList{QStringLiteral("--data-dir"), m_stage->path(QStringLiteral("client"))} +
                            words);
        return program.waitForExit();
    }
    /// Delivers what waits. \returns the exit code.
    int deliver() const { return m_stage->client({QStringLiteral("follow")})->waitForExit(); }
    std::vector<QJsonObject> entries() const
    {
        Program list(QStringLiteral("holdfast-cli"),
                     {QStringLiteral("--data-dir"), m_stage->path(QStringLiteral("client")),
                      QStringLiteral("outbox"), QStringLiteral("--json")});
        std::vector<QJsonObject> entries;
        while (const auto entry = list.waitForEvent("outbox"))
            entries.push_back(*entry);
        return entries;
    }
    /// State and reason of what is in the outbox, one on a line.
    QByteArray outbox() const
    {
        QByteArray lines;
        for (const QJsonObject &each : entries())
            lines += each[QStringLiteral("state")].toString().toUtf8() + ' ' +
                     each[QStringLiteral("reason")].toString().toUtf8() + '\n';
        return lines;
    }
    QString firstInOutbox() const { return entries().at(0)[QStringLiteral("command")].toString(); }

    std::unique_ptr<Stage> m_stage;
};

QTEST_GUILESS_MAIN(OutboxTest)
#include "tst_outbox.moc"
