// SPDX-License-Identifier: Apache-2.0
// A gateway that is told to go: its clients lose nothing, and its answers are finished, handed over, or left
// to the policy of their agent (laws 9 and 17).
#include "app/gateway/agents/streamlabtext.h"
#include "tests/process/blockingmodel.h"
#include "tests/process/stage.h"

#include <QFile>
#include <QTest>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace holdfast;
using namespace holdfast::test;

namespace {

constexpr qint64 answerBytes = 600'000;
const QString line = QStringLiteral("bytes=%1 rate=300 seed=11 format=text").arg(answerBytes);

QByteArray expectedAnswer()
{
    const auto spec = parseStreamLabLine(line.toStdString()).value();
    return QByteArray::fromStdString(streamLabText(spec, 0, spec.bytes));
}

/// A listening socket on loopback that whoever is started inherits.
class SupervisedSocket
{
public:
    SupervisedSocket() : m_descriptor(::socket(AF_INET, SOCK_STREAM, 0))
    {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof at;
        const auto *address = reinterpret_cast<const sockaddr *>(&at);
        if (::bind(m_descriptor, address, sizeof at) == 0 && ::listen(m_descriptor, 100) == 0 &&
            ::getsockname(m_descriptor, reinterpret_cast<sockaddr *>(&at), &size) == 0)
            m_port = ntohs(at.sin_port);
    }
    ~SupervisedSocket() { ::close(m_descriptor); }
    int descriptor() const { return m_descriptor; }
    quint16 port() const { return m_port; }

private:
    int m_descriptor;
    quint16 m_port{0};
};

QStringList states(const Program &client)
{
    QStringList list;
    for (const QJsonObject &o : client.said()) {
        if (o[QStringLiteral("event")] == QLatin1String("state"))
            list.append(o[QStringLiteral("state")].toString());
    }
    return list;
}

/// How long the client was not online, at the longest.
qint64 longestGapUs(const Program &client)
{
    qint64 longest = 0;
    qint64 left = 0;
    for (const QJsonObject &o : client.said()) {
        if (o[QStringLiteral("event")] != QLatin1String("state"))
            continue;
        const qint64 at = o[QStringLiteral("t_us")].toInteger();
        const bool isOnline = o[QStringLiteral("state")] == QLatin1String("online");
        if (isOnline && left != 0)
            longest = std::max(longest, at - left);
        left = isOnline ? 0 : left == 0 && longest == 0 && at > 0 ? at : left;
    }
    return longest;
}

} // namespace

class DrainTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anAnswerGoesOnThroughARestartOnTheSamePort_data()
    {
        QTest::addColumn<bool>("supervised");
        QTest::newRow("a supervisor holds the socket") << true;
        QTest::newRow("the port is closed for a moment") << false;
    }
    void anAnswerGoesOnThroughARestartOnTheSamePort()
    {
        QFETCH(bool, supervised);
        const SupervisedSocket socket;
        Stage stage;
        const auto start = [&] {
            return supervised ? stage.startGatewayOn(socket.descriptor(), socket.port())
                              : stage.startGateway();
        };
        QVERIFY(start());
        const auto client = stage.client({QStringLiteral("send"), QStringLiteral("--agent"),
                                          QStringLiteral("stream-lab"), QStringLiteral("--json"), line});
        for (int restart = 0; restart < 3; ++restart) {
            QVERIFY2(client->waitForEvent("tail").has_value(), client->complaints());
            stage.gateway().terminate();
            QCOMPARE(stage.gateway().waitForExit(), 0);
            QVERIFY(start());
            QVERIFY2(client->waitForEvent("resumed").has_value(), client->complaints());
        }
        const auto done = client->waitForEvent("item");
        QVERIFY2(done, client->complaints());
        QVERIFY((*done)[QStringLiteral("verified")].toBool());
        QCOMPARE((*done)[QStringLiteral("status")].toString(), QStringLiteral("completed"));
        QCOMPARE(client->waitForExit(), 0);
        QCOMPARE(stage.storedText((*done)[QStringLiteral("item")].toString()), expectedAnswer());
        qInfo() << "not online for at most" << longestGapUs(*client) / 1000 << "ms";
        if (supervised) // never refused, so never waiting
            QVERIFY2(!states(*client).contains(QStringLiteral("waiting")),
                     qPrintable(states(*client).join(' ')));
    }

    void anAnswerThatCannotBeHandedOverIsFinishedFirst()
    {
        BlockingModel model;
        Stage stage;
        QVERIFY(model.offerTo(stage.path(QStringLiteral("gateway"))));
        QVERIFY(stage.startGateway());
        const auto client = ask(stage, model);
        QVERIFY(model.waitForQuestion());
        model.say("Der ");
        QVERIFY2(client->waitForEvent("tail").has_value(), client->complaints());

        stage.gateway().terminate();
        model.say("Anker");
        model.finish();

        QCOMPARE(stage.gateway().waitForExit(), 0);
        QVERIFY(stage.startGateway());
        verifyItem(*client, stage, "completed", "Der Anker");
    }

    void atTheDeadlineAnAnswerIsLeftToThePolicyOfItsAgent_data()
    {
        QTest::addColumn<QByteArray>("policy");
        QTest::addColumn<bool>("killed");
        QTest::newRow("ask") << QByteArray("ask") << false;
        QTest::newRow("continue") << QByteArray("continue") << false;
        QTest::newRow("ask, killed") << QByteArray("ask") << true;
        QTest::newRow("continue, killed") << QByteArray("continue") << true;
    }
    void atTheDeadlineAnAnswerIsLeftToThePolicyOfItsAgent()
    {
        QFETCH(QByteArray, policy);
        QFETCH(bool, killed);
        BlockingModel model;
        Stage stage;
        QVERIFY(model.offerTo(stage.path(QStringLiteral("gateway")), policy));
        QVERIFY(stage.startGateway({}, {QStringLiteral("--drain-seconds"), QStringLiteral("0")}));
        const auto client = ask(stage, model);
        QVERIFY(model.waitForQuestion());
        model.say("Der ");
        QVERIFY2(client->waitForEvent("tail").has_value(), client->complaints());
        if (killed) {
            stage.gateway().killHard();
        } else {
            stage.gateway().terminate();
            QCOMPARE(stage.gateway().waitForExit(), 0);
        }

        QVERIFY(stage.startGateway());

        if (policy == "ask")
            return verifyItem(*client, stage, "interrupted", "Der ");
        QVERIFY(model.waitForQuestion());
        QVERIFY(model.question().contains(R"("content":"Der ","role":"assistant")"));
        model.say("Anker");
        model.finish();
        verifyItem(*client, stage, "completed", "Der Anker");
    }

    void aSecondSignalDoesNotWait()
    {
        BlockingModel model;
        Stage stage;
        QVERIFY(model.offerTo(stage.path(QStringLiteral("gateway"))));
        QVERIFY(stage.startGateway({}, {QStringLiteral("--drain-seconds"), QStringLiteral("600")}));
        const auto client = ask(stage, model);
        QVERIFY(model.waitForQuestion());
        stage.gateway().terminate();
        model.say("still served"); // so the first signal has been heard when this has come
        QVERIFY2(client->waitForEvent("tail").has_value(), client->complaints());

        stage.gateway().terminate();

        QCOMPARE(stage.gateway().waitForExit(), 0);
    }

private:
    static std::unique_ptr<Program> ask(const Stage &stage, const BlockingModel &model)
    {
        return stage.client({QStringLiteral("send"), QStringLiteral("--agent"), model.agent(),
                             QStringLiteral("--json"), QStringLiteral("What holds the ship?")});
    }
    static void verifyItem(Program &client, const Stage &stage, const char *status, const QByteArray &text)
    {
        const auto done = client.waitForEvent("item");
        QVERIFY2(done, client.complaints());
        QCOMPARE((*done)[QStringLiteral("status")].toString(), QString::fromLatin1(status));
        QVERIFY((*done)[QStringLiteral("verified")].toBool());
        client.waitForExit();
        QCOMPARE(stage.storedText((*done)[QStringLiteral("item")].toString()), text);
    }
};

QTEST_GUILESS_MAIN(DrainTest)
#include "tst_drain.moc"
