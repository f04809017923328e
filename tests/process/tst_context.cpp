// SPDX-License-Identifier: Apache-2.0
// get_conversation_history and get_agent_context: what the gateway says and what the client keeps are the
// same bytes, before and after whatever breaks.
#include "tests/process/stage.h"

#include "model/store/gatewaylog.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

namespace {

const QString conversation = QStringLiteral("0190c0de-0000-7000-8000-0000000000aa");

} // namespace

class ContextTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_stage = std::make_unique<Stage>();
        QVERIFY(m_stage->startGateway());
        QVERIFY(m_stage->startLab());
        QVERIFY(send(QStringLiteral("bytes=3000 rate=0 seed=1")));
        learn(R"({"step":1,"name":"tour"})");
        QVERIFY(follow());
        m_history = ask(QStringLiteral("history"), QStringLiteral("gateway"));
        m_context = ask(QStringLiteral("context"), QStringLiteral("gateway"));
        QVERIFY(m_history.contains("\"role\":\"agent\"") && m_history.contains("completed"));
        QCOMPARE(m_context,
                 QByteArray(R"({"memory":{"topics":["anchors"]},"workflow":{"name":"tour","step":1}})"));
        compareBoth();
    }

    void isTheSameAfterACut()
    {
        QVERIFY(m_stage->lab("offline").contains("ok"));
        const auto asking = asker(QStringLiteral("context"), QStringLiteral("gateway"));
        QVERIFY(m_stage->lab("cut rst").contains("ok"));
        QVERIFY(m_stage->lab("online").contains("ok"));
        QCOMPARE(asking->waitForLine().value_or("nothing"), m_context);
        compareBoth();
    }

    void isTheSameAfterABlackHole()
    {
        QVERIFY(m_stage->lab("blackhole on").contains("ok"));
        const auto asking = asker(QStringLiteral("context"), QStringLiteral("gateway"));
        QVERIFY(m_stage->lab("blackhole off").contains("ok"));
        QCOMPARE(asking->waitForLine().value_or("nothing"), m_context);
        compareBoth();
    }

    void isTheSameAfterTheClientIsKilled()
    {
        const auto client = m_stage->client(
            {QStringLiteral("follow"), QStringLiteral("--forever"), QStringLiteral("--json")});
        QVERIFY(client->waitForEvent("resumed").has_value());
        client->killHard();
        compareBoth();
    }

    void isTheSameAfterTheGatewayIsKilled()
    {
        m_stage->gateway().killHard();
        QVERIFY(m_stage->startGateway());
        compareBoth();
    }

    void isTheSameAfterARestart()
    {
        m_stage->gateway().terminate();
        QCOMPARE(m_stage->gateway().waitForExit(), 0);
        QVERIFY(m_stage->startGateway());
        compareBoth();
    }

    void isTheSameAtAnotherAddress()
    {
        QVERIFY(m_stage->startLab()); // on another port
        compareBoth();
    }

    void afterARestoreTheClientKnowsWhatTheGatewayKnows_andKeepsTheRest()
    {
        stopGateway();
        copyFolder(QStringLiteral("gateway"), QStringLiteral("backup"));
        QVERIFY(m_stage->startGateway());
        QVERIFY(send(QStringLiteral("bytes=50 rate=0 seed=2")));
        const QByteArray later = ask(QStringLiteral("history"), QStringLiteral("gateway"));
        QVERIFY(later.size() > m_history.size());
        stopGateway();
        copyFolder(QStringLiteral("backup"), QStringLiteral("gateway"));
        QVERIFY(m_stage->startGateway());

        QVERIFY(follow());

        compareBoth(); // both say what was true at the time of the backup
        int onlyHere = 0;
        const auto kept =
            m_stage->client({QStringLiteral("history"), QStringLiteral("--json"), conversation});
        while (const auto item = kept->waitForEvent("stored"))
            onlyHere += (*item)[QStringLiteral("only_here")].toBool() ? 1 : 0;
        QCOMPARE(onlyHere, 2);
    }

    void aDeletedConversationIsGoneEverywhere_andNeverComesBack()
    {
        const auto deleting = m_stage->client({QStringLiteral("delete"), conversation});
        QCOMPARE(deleting->waitForExit(), 0);

        QCOMPARE(ask(QStringLiteral("history"), QStringLiteral("gateway")), QByteArray("deleted"));
        QCOMPARE(ask(QStringLiteral("history"), QStringLiteral("here")), QByteArray("unknown_conversation"));
        QVERIFY(!send(QStringLiteral("bytes=50 rate=0 seed=3")));
        const auto parked =
            m_stage->client({QStringLiteral("history"), QStringLiteral("--json"), conversation});
        const auto message = parked->waitForEvent("stored");
        QVERIFY(message.has_value());
        QCOMPARE((*message)[QStringLiteral("delivery")].toString(), QStringLiteral("parked"));
        m_stage->gateway().killHard();
        QVERIFY(m_stage->startGateway());
        QCOMPARE(ask(QStringLiteral("history"), QStringLiteral("gateway")), QByteArray("deleted"));
    }

    void aConversationIsDeletedInTheMiddleOfAnAnswer()
    {
        const auto client =
            m_stage->client({QStringLiteral("send"), QStringLiteral("--agent"), QStringLiteral("stream-lab"),
                             QStringLiteral("--conversation"), conversation, QStringLiteral("--json"),
                             QStringLiteral("bytes=90000000 rate=100 seed=4")});
        QVERIFY(client->waitForEvent("tail").has_value());
        QStringList other = m_stage->clientArguments();
        other.replaceInStrings(QStringLiteral("/client"), QStringLiteral("/other"));
        Program deleting(QStringLiteral("holdfast-cli"),
                         other + QStringList{QStringLiteral("delete"), conversation});
        QCOMPARE(deleting.waitForExit(), 0);

        QVERIFY(client->waitForExit() >= 0); // it waits no more
        QVERIFY(m_stage->gateway().isRunning());
        QCOMPARE(ask(QStringLiteral("history"), QStringLiteral("here")), QByteArray("unknown_conversation"));
    }

private:
    std::unique_ptr<Program> asker(const QString &what, const QString &from) const
    {
        return m_stage->client(
            {what, QStringLiteral("--from"), from, QStringLiteral("--json"), conversation});
    }
    /// The answer, or the error in a word.
    QByteArray ask(const QString &what, const QString &from) const
    {
        const auto asking = asker(what, from);
        const QByteArray answer = asking->waitForLine().value_or(QByteArray());
        asking->waitForExit();
        const QByteArray complaint = asking->complaints().trimmed();
        return answer.isEmpty() ? complaint.mid(complaint.lastIndexOf(' ') + 1) : answer;
    }
    void compareBoth() const
    {
        for (const QString &from : {QStringLiteral("gateway"), QStringLiteral("here")}) {
            QCOMPARE(ask(QStringLiteral("history"), from), m_history);
            QCOMPARE(ask(QStringLiteral("context"), from), m_context);
        }
    }
    bool send(const QString &line) const
    {
        const auto client =
            m_stage->client({QStringLiteral("send"), QStringLiteral("--agent"), QStringLiteral("stream-lab"),
                             QStringLiteral("--conversation"), conversation, line});
        return client->waitForExit() == 0;
    }
    bool follow() const { return m_stage->client({QStringLiteral("follow")})->waitForExit() == 0; }
    void stopGateway() const
    {
        m_stage->gateway().terminate();
        QCOMPARE(m_stage->gateway().waitForExit(), 0);
    }
    /// The agent's state, written while nobody runs.
    void learn(const char *workflow)
    {
        stopGateway();
        auto log = GatewayLog::open({m_stage->path(QStringLiteral("gateway/accounts/local")).toStdString(),
                                     "any", [] { return std::string(32, 'e'); }});
        QVERIFY(log.has_value());
        const ConversationId id{conversation.toStdString()};
        QVERIFY((*log)
                    ->append({logged::StateSnapshot{id, "workflow", "{}", 1},
                              logged::StateSnapshot{id, "memory", R"({"topics":["anchors"]})", 1},
                              logged::StateSnapshot{id, "workflow", workflow, 2}},
                             Durability::Durable)
                    .has_value());
        QVERIFY((*log)->closeCleanly().has_value());
        log->reset();
        QVERIFY(m_stage->startGateway());
    }
    void copyFolder(const QString &source, const QString &target) const
    {
        const std::filesystem::path to = m_stage->path(target).toStdString();
        std::filesystem::remove_all(to);
        std::filesystem::copy(m_stage->path(source).toStdString(), to,
                              std::filesystem::copy_options::recursive);
    }

    std::unique_ptr<Stage> m_stage;
    QByteArray m_history;
    QByteArray m_context;
};

QTEST_GUILESS_MAIN(ContextTest)
#include "tst_context.moc"
