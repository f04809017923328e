// SPDX-License-Identifier: Apache-2.0
// A model server that is silent, gone or coming back (law 9).
#include "tests/unit/gateway/modeltalk.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace holdfast;
using test::bodyOf;
using test::patienceMs;
using test::ScriptedModelServer;
using test::Talk;
using Ending = ScriptedModelServer::Ending;

namespace {

const QByteArray done = "data: [DONE]\n\n";

/// A port of this computer where nobody listens.
quint16 freePort()
{
    const ScriptedModelServer gone;
    return gone.port();
}

QByteArray baseOf(quint16 port) { return "http://127.0.0.1:" + QByteArray::number(port); }

} // namespace

class CompletionRetrySpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qRegisterMetaType<holdfast::RunStatus>(); }

    void aModelThatIsSilentIsStillThinking_data()
    {
        QTest::addColumn<QByteArrayList>("said");
        QTest::newRow("before its head") << QByteArrayList();
        QTest::newRow("behind its head") << QByteArrayList{ScriptedModelServer::head()};
        QTest::newRow("in the middle")
            << QByteArrayList{ScriptedModelServer::head(), ScriptedModelServer::delta("Half a")};
    }
    void aModelThatIsSilentIsStillThinking()
    {
        QFETCH(const QByteArrayList, said);
        ScriptedModelServer server;
        server.onCompletions({said, Ending::Hang});
        Talk talk(server.base());
        QTRY_COMPARE_WITH_TIMEOUT(server.requests().size(), 1, patienceMs);

        QCOMPARE(talk.network().transferTimeout(), 0); // nothing of ours ends it …
        talk.run().stop();                             // … but the user

        QCOMPARE(talk.status(), RunStatus::Cancelled);
        QCOMPARE(server.requests().size(), 1);
    }

    void goesOnBehindItsOwnText_whenThatIsTheLastTurn()
    {
        ScriptedModelServer server;
        server.onCompletions({{ScriptedModelServer::head() + ScriptedModelServer::delta(" loaf") + done}});

        Talk talk(server.base(), {}, {{Turn::Speaker::User, "Hi"}, {Turn::Speaker::Agent, "Half a"}});

        QCOMPARE(talk.status(), RunStatus::Completed);
        QCOMPARE(talk.text(), QByteArray(" loaf"));
        const QJsonObject body = QJsonDocument::fromJson(bodyOf(server.requests().front())).object();
        const auto expected = QJsonDocument::fromJson(
            R"([{"role":"user","content":"Hi"},{"role":"assistant","content":"Half a"}])");
        QCOMPARE(body.value(QLatin1String("messages")).toArray(), expected.array());
    }

    void failsClearly_whenNobodyListens_data()
    {
        QTest::addColumn<bool>("hasBegun");
        QTest::addColumn<QString>("detail");
        QTest::newRow("several attempts while there is no text")
            << false << QStringLiteral("the model server cannot be reached (attempt 4): ");
        QTest::newRow("one attempt behind a text")
            << true << QStringLiteral("the model server cannot be reached (attempt 1): ");
    }
    void failsClearly_whenNobodyListens()
    {
        QFETCH(const bool, hasBegun);
        QFETCH(const QString, detail);

        std::vector<Turn> turns{{Turn::Speaker::User, "Hi"}};
        if (hasBegun)
            turns.push_back({Turn::Speaker::Agent, "Half a"});

        Talk talk(baseOf(freePort()), {}, std::move(turns));

        QCOMPARE(talk.status(), RunStatus::Failed);
        QVERIFY2(talk.detail().startsWith(detail), qPrintable(talk.detail()));
    }

    void reachesAServerThatIsBackWithinMoments_andSaysSo()
    {
        const quint16 port = freePort();
        Talk talk(baseOf(port));
        QSignalSpy refused(&talk.network(), &QNetworkAccessManager::finished);
        QVERIFY(refused.wait(patienceMs));

        ScriptedModelServer server(port);
        QVERIFY(server.isListening());
        server.onCompletions({{ScriptedModelServer::head() + ScriptedModelServer::delta("Hi") + done}});

        QCOMPARE(talk.status(), RunStatus::Completed);
        QCOMPARE(talk.text(), QByteArray("Hi"));
        QCOMPARE(server.requests().size(), 1);
        QVERIFY2(talk.detail().startsWith(QLatin1String("the model server was reached at attempt ")),
                 qPrintable(talk.detail()));
    }

    void isNotTriedAgain_whenItIsStopped()
    {
        Talk talk(baseOf(freePort()));
        QSignalSpy ended(&talk.network(), &QNetworkAccessManager::finished);
        QVERIFY(ended.wait(patienceMs));

        talk.run().stop();

        QCOMPARE(talk.status(), RunStatus::Cancelled);
    }
};

QTEST_GUILESS_MAIN(CompletionRetrySpec)
#include "tst_completionretry.moc"
