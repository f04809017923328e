// SPDX-License-Identifier: Apache-2.0
// Messages written while offline: each is delivered once and in order, whatever is killed or cut in between.
// The same judge is then shown a gateway that does not recognise a repeated command, and a client that does
// not write its outbox down: it must see the difference.
#include "tests/process/stage.h"

#include <QTest>

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

    std::unique_ptr<Stage> m_stage;
};

QTEST_GUILESS_MAIN(OutboxTest)
#include "tst_outbox.moc"
