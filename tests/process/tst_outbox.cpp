// SPDX-License-Identifier: Apache-2.0
// Messages written while offline: each is delivered once and in order, whatever is killed or cut in between.
// The same judge is then shown a gateway that does not recognise a repeated command, and a client that does
// not write its outbox down: it must see the difference.
#include "tests/process/outboxstage.h"

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

} // namespace

class OutboxTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_stage = std::make_unique<OutboxStage>(); }

    void fiftyMessagesWrittenOfflineArriveOnceAndInOrder()
    {
        writeOfflineThenKill({});
        deliverThroughCuts({});
        QCOMPARE(m_stage->deliveredMessages(), fiftyLines().split('\n'));
    }

    void theJudgeSeesAnOutboxThatIsNotKept()
    {
        writeOfflineThenKill({QStringLiteral("HOLDFAST_TEST_SEAM=no-outbox")});
        deliverThroughCuts({});
        QVERIFY(m_stage->deliveredMessages() != fiftyLines().split('\n'));
    }

    void theJudgeSeesAGatewayWithoutDedupe()
    {
        writeOfflineThenKill({});
        deliverThroughCuts({QStringLiteral("HOLDFAST_TEST_SEAM=no-dedupe")});
        QVERIFY(m_stage->deliveredMessages() != fiftyLines().split('\n'));
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
        QCOMPARE(m_stage->outbox(), "parked expired\n");

        QCOMPARE(m_stage->cli({"outbox", "send-again", "--all"}), 0);
        QCOMPARE(m_stage->outbox(), "queued \n"); // it lives for another second
        QVERIFY(m_stage->startGateway());
        m_stage->deliver();
        const QByteArrayList delivered = m_stage->deliveredMessages();
        QCOMPARE(m_stage->outbox(), delivered.isEmpty() ? "parked expired\n" : "");
    }

    void aFullOutboxRefusesWithAWord()
    {
        QCOMPARE(m_stage->cli({"send", "--queue", "--queue-limit", "2", "a", "b", "c"}), 5);
        QCOMPARE(m_stage->outbox(), "queued \nqueued \n");
        QCOMPARE(m_stage->cli({"send", "--queue", "--queue-bytes", "3", "d"}), 0);
        QCOMPARE(m_stage->cli({"send", "--queue", "--queue-bytes", "3", "e"}), 5);
    }

    void aFullOutboxDropsTheLeastUrgentVisibly()
    {
        QCOMPARE(m_stage->cli({"send", "--queue", "--priority", "low", "bytes=10"}), 0);
        QCOMPARE(m_stage->cli({"send", "--queue", "--overflow", "drop", "--queue-limit", "1", "bytes=20"}),
                 0);
        QCOMPARE(m_stage->outbox(), "parked overflow\nqueued \n");
        QCOMPARE(m_stage->cli({"outbox", "delete", "--all"}), 0);
        QCOMPARE(m_stage->outbox(), "queued \n");
    }

    void theUrgentConversationGoesFirst()
    {
        for (const char *priority : {"low", "normal", "high"})
            QCOMPARE(m_stage->cli(
                         {"send", "--queue", "--agent", "stream-lab", "--priority", priority, "bytes=10"}),
                     0);
        QStringList givenOrder;
        for (const QJsonObject &each : m_stage->entries())
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
        QCOMPARE(m_stage->cli({"send", "--queue", "--agent", "stream-lab", "bytes=10"}), 0);
        QCOMPARE(m_stage->cli({"outbox", "delete", m_stage->firstInOutbox()}), 0);
        QCOMPARE(m_stage->outbox(), "");
        QVERIFY(m_stage->startGateway());
        QVERIFY(m_stage->startLab());
        QCOMPARE(m_stage->deliver(), 0);
        QVERIFY(m_stage->deliveredMessages().isEmpty());
    }

    void withQueueingOffAMessageThatCannotLeaveIsRefused()
    {
        QVERIFY(m_stage->startGateway());
        QVERIFY(m_stage->startLab());
        const QStringList send{"send", "--queueing", "off", "--agent", "stream-lab", "bytes=10"};
        QCOMPARE(m_stage->client(send)->waitForExit(), 0);
        m_stage->gateway().killHard();
        QCOMPARE(m_stage->client(send)->waitForExit(), 5);
        QCOMPARE(m_stage->outbox(), "");
    }

    void threeRefusalsInARowHoldTheRestBack()
    {
        for (int i = 0; i < 5; ++i)
            QCOMPARE(m_stage->cli({"send", "--queue", "--agent", "nobody", "hello"}), 0);
        QVERIFY(m_stage->startGateway());
        QVERIFY(m_stage->startLab());
        const auto client = m_stage->client({"follow", "--flush-rate", "2", "--json"});
        const auto open =
            client->waitFor([](const QJsonObject &o) { return o["breaker"] == QLatin1String("open"); });
        QVERIFY(open.has_value());
        client->killHard();
        QVERIFY(m_stage->outbox().startsWith(
            "parked unknown_agent\nparked unknown_agent\nparked unknown_agent\n"));
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

    std::unique_ptr<OutboxStage> m_stage;
};

QTEST_GUILESS_MAIN(OutboxTest)
#include "tst_outbox.moc"
