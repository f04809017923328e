// SPDX-License-Identifier: Apache-2.0
// What becomes of messages that are taken back when they are on their way already, and of those that need
// their user, whatever is killed in between: each is in one place, once.
#include "tests/process/outboxstage.h"

#include <QDeadlineTimer>
#include <QRegularExpression>
#include <QTest>

#include <csignal>

using namespace holdfast::test;

namespace {

/// So many bytes on a line of one kilobyte a second are on their way for long enough to be seen there.
constexpr int slowBytes = 8000;
/// More than what a client says before its first command.
constexpr int greetingBytes = 2000;

QByteArray longLine(int seed)
{
    return "bytes=10 seed=" + QByteArray::number(seed) + QByteArray(slowBytes, ' ') + "rate=0";
}

QByteArrayList sorted(QByteArrayList lines)
{
    std::ranges::sort(lines);
    return lines;
}

} // namespace

class OutboxLawsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_stage = std::make_unique<OutboxStage>();
        QVERIFY(m_stage->startGateway());
        QVERIFY(m_stage->startLab());
    }

    /// It goes without what was written behind it, which was told to come after it.
    void aMessageOnItsWayIsTakenBackWhenItHasNotArrived()
    {
        const auto client = sendSlowly({"--conversation", "aaaa"});
        client->killHard();
        QVERIFY(m_stage->lab("cut rst").contains("ok"));
        QVERIFY(m_stage->lab("rate 0").contains("ok"));
        QCOMPARE(m_stage->outbox(), "sent \n");
        QCOMPARE(write({"--conversation", "aaaa"}, "bytes=20"), 0);

        QCOMPARE(m_stage->cli({"outbox", "delete", m_stage->firstInOutbox()}), 0);

        QCOMPARE(m_stage->entries().size(), std::size_t(3)); // the gateway must be asked
        QCOMPARE(m_stage->deliver(), 0);
        QCOMPARE(m_stage->outbox(), "");
        QCOMPARE(m_stage->deliveredMessages(), QByteArrayList{"bytes=20"});
    }

    /// The client is frozen while the message arrives, and killed before it can hear the answer.
    void aMessageThatWasAcceptedStays()
    {
        Program witness(QStringLiteral("holdfast-cli"), witnessArguments());
        QVERIFY(witness.waitFor([](const QJsonObject &o) { return o["state"] == QLatin1String("online"); }));
        const auto client = sendSlowly({});
        QCOMPARE(::kill(static_cast<pid_t>(client->pid()), SIGSTOP), 0);
        QVERIFY(m_stage->lab("rate 0").contains("ok"));
        QVERIFY(witness.waitForEvent("item"));
        client->killHard();
        witness.killHard();
        QCOMPARE(m_stage->outbox(), "sent \n");

        QCOMPARE(m_stage->cli({"outbox", "delete", m_stage->firstInOutbox()}), 0);

        m_stage->deliver();
        QCOMPARE(m_stage->outbox(), "");
        QCOMPARE(m_stage->deliveredMessages(), QByteArrayList{longLine(1)});
    }

    void nothingVanishesOrDoublesWhateverIsKilled_data()
    {
        QTest::addColumn<bool>("isGatewayKilled");
        QTest::newRow("client") << false;
        QTest::newRow("client and gateway") << true;
    }
    void nothingVanishesOrDoublesWhateverIsKilled()
    {
        QFETCH(bool, isGatewayKilled);
        writeOneOfEachKind();
        killAgainAndAgain(isGatewayKilled);
        QCOMPARE(m_stage->outbox(),
                 "parked overflow\nparked expired\nparked unknown_agent\nparked blocked\n");
        QByteArrayList delivered{"bytes=10 seed=1", "bytes=10 seed=2", "bytes=10 seed=3", "bytes=10 seed=4"};
        QCOMPARE(sorted(m_stage->deliveredMessages()), delivered);

        // Sent again, what is refused once more says so, and the rest is delivered.
        QCOMPARE(m_stage->cli({"outbox", "send-again", "--all"}), 0);
        killAgainAndAgain(isGatewayKilled);
        QCOMPARE(m_stage->outbox(), "parked unknown_agent\nparked blocked\n");
        delivered += {"bytes=10 seed=5", "bytes=10 seed=6"};
        QCOMPARE(sorted(m_stage->deliveredMessages()), delivered);
        QCOMPARE(m_stage->cli({"outbox", "delete", "--all"}), 0);
        QCOMPARE(m_stage->outbox(), "");
        QCOMPARE(sorted(m_stage->deliveredMessages()), delivered);
    }

private:
    int write(const QStringList &options, const char *text) const
    {
        return m_stage->cli(QStringList{"send", "--queue", "--agent", "stream-lab"} + options +
                            QStringList{text});
    }

    /// A message that is numbered, and on the line to the gateway.
    std::unique_ptr<Program> sendSlowly(const QStringList &options) const
    {
        m_stage->lab("rate 1");
        auto client = m_stage->client(QStringList{"send", "--agent", "stream-lab"} + options +
                                      QStringList{QString::fromUtf8(longLine(1))});
        const QDeadlineTimer deadline(60'000);
        while (carriedBytes() < greetingBytes && !deadline.hasExpired()) {
        }
        return client;
    }
    int carriedBytes() const
    {
        static const QRegularExpression number(QStringLiteral("to_upstream=(\\d+)"));
        return number.match(QString::fromUtf8(m_stage->lab("status"))).captured(1).toInt();
    }

    /// Another device, past the lab.
    QStringList witnessArguments() const
    {
        return {"--gateway",    QStringLiteral("ws://127.0.0.1:%1").arg(m_stage->gatewayPort()),
                "--token-file", m_stage->path("token"),
                "--data-dir",   m_stage->path("witness"),
                "follow",       "--forever",
                "--json"};
    }

    /// One that will be withdrawn when it is on its way, one that the others push out, one that comes too
    /// late, one that is refused, one that waits behind it, and four that are as they should be.
    void writeOneOfEachKind()
    {
        sendSlowly({})->killHard();
        QVERIFY(m_stage->lab("cut rst").contains("ok"));
        QVERIFY(m_stage->lab("rate 0").contains("ok"));
        QVERIFY(m_stage->lab("offline").contains("ok"));
        QCOMPARE(m_stage->cli({"outbox", "delete", m_stage->firstInOutbox()}), 0);
        QCOMPARE(write({"--priority", "low"}, "bytes=10 seed=5"), 0);
        // What is being withdrawn takes one of two places.
        QCOMPARE(write({"--overflow", "drop", "--queue-limit", "2", "--ttl", "1"}, "bytes=10 seed=6"), 0);
        const auto client = m_stage->client({"follow", "--json"});
        const auto isExpired = [](const QJsonObject &o) { return o["error"] == QLatin1String("expired"); };
        QVERIFY(client->waitFor(isExpired));
        client->killHard();
        QCOMPARE(m_stage->cli({"send", "--queue", "--agent", "nobody", "--conversation", "bbbb", "a"}), 0);
        QCOMPARE(write({"--conversation", "bbbb"}, "b"), 0);
        for (const char *text : {"bytes=10 seed=1", "bytes=10 seed=2", "bytes=10 seed=3", "bytes=10 seed=4"})
            QCOMPARE(write({}, text), 0);
        QVERIFY(m_stage->lab("online").contains("ok"));
    }

    /// Messages leave one by one; the client dies after the first line that it says, the second, and so on.
    void killAgainAndAgain(bool isGatewayKilled)
    {
        for (int lines = 1; lines <= 12; ++lines) {
            const auto client = m_stage->client({"follow", "--flush-rate", "8", "--json"});
            for (int i = 0; i < lines && client->waitForLine(); ++i) {
            }
            if (isGatewayKilled)
                m_stage->gateway().killHard();
            client->killHard();
            if (isGatewayKilled)
                QVERIFY(m_stage->startGateway());
        }
        m_stage->deliver();
    }

    std::unique_ptr<OutboxStage> m_stage;
};

QTEST_GUILESS_MAIN(OutboxLawsTest)
#include "tst_outboxlaws.moc"
