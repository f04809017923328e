// SPDX-License-Identifier: Apache-2.0
#include "model/text/utf8.h"
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

} // namespace

class CompletionRunSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qRegisterMetaType<holdfast::RunStatus>(); }

    void streamsTheAnswer_andCompletesWithItsTerminator()
    {
        ScriptedModelServer server;
        server.onCompletions(
            {{ScriptedModelServer::head(), ": keep-alive\n\n", ScriptedModelServer::delta("Der Anker "),
              ": keep-alive\r\n\r\n", ScriptedModelServer::delta("hält. 🙂"),
              ScriptedModelServer::delta("", "stop"), done}});

        Talk talk(server.base());

        QCOMPARE(talk.status(), RunStatus::Completed);
        QCOMPARE(talk.text(), QByteArray("Der Anker hält. 🙂"));
        QCOMPARE(talk.detail(), QString());
    }

    void asksAsTheInterfaceWants()
    {
        ScriptedModelServer server;
        server.onCompletions({{ScriptedModelServer::head() + done}});

        Talk talk(server.base() + "/v1/", "sk-secret",
                  {{Turn::Speaker::User, "Größe?"},
                   {Turn::Speaker::Agent, "Three."},
                   {Turn::Speaker::User, "Of what?"}});
        QCOMPARE(talk.status(), RunStatus::Completed);

        QCOMPARE(server.requests().size(), 1);
        const QByteArray request = server.requests().front();
        QVERIFY2(request.startsWith("POST /v1/chat/completions HTTP/1.1\r\n"), request.left(80).constData());
        QVERIFY(request.contains("\r\nAuthorization: Bearer sk-secret\r\n"));
        QVERIFY(!request.contains("Upgrade"));
        const QJsonObject body = QJsonDocument::fromJson(bodyOf(request)).object();
        QCOMPARE(body.value(QLatin1String("model")).toString(), QStringLiteral("tiny"));
        QCOMPARE(body.value(QLatin1String("stream")), QJsonValue(true));
        const auto expected = QJsonDocument::fromJson(R"([{"role":"user","content":"Größe?"},
            {"role":"assistant","content":"Three."},{"role":"user","content":"Of what?"}])");
        QCOMPARE(body.value(QLatin1String("messages")).toArray(), expected.array());
    }

    void sendsNoAuthorizationWithoutAKey()
    {
        ScriptedModelServer server;
        server.onCompletions({{ScriptedModelServer::head() + done}});

        Talk talk(server.base());

        QCOMPARE(talk.status(), RunStatus::Completed);
        QVERIFY(!server.requests().front().toLower().contains("authorization"));
    }

    void joinsCharactersThatTheServerCutApart()
    {
        ScriptedModelServer server;
        const QByteArray stream = ScriptedModelServer::delta("hält — 🙂") + done;
        ScriptedModelServer::Answer answer{{ScriptedModelServer::head()}};
        for (const char byte : stream)
            answer.pieces.append(QByteArray(1, byte));
        server.onCompletions(answer);

        Talk talk(server.base());

        QCOMPARE(talk.status(), RunStatus::Completed);
        QCOMPARE(talk.text(), QByteArray("hält — 🙂"));
    }

    void isIncomplete_whenTheModelEndsEarly_data()
    {
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<QString>("detail");
        QTest::newRow("its limit") << QByteArray("length") << QStringLiteral("length limit");
        QTest::newRow("its filter") << QByteArray("content_filter") << QStringLiteral("content filter");
    }
    void isIncomplete_whenTheModelEndsEarly()
    {
        QFETCH(const QByteArray, reason);
        QFETCH(const QString, detail);
        ScriptedModelServer server;
        server.onCompletions(
            {{ScriptedModelServer::head() + ScriptedModelServer::delta("Half a", reason) + done}});

        Talk talk(server.base());

        QCOMPARE(talk.status(), RunStatus::Incomplete);
        QCOMPARE(talk.text(), QByteArray("Half a"));
        QVERIFY(talk.detail().contains(detail));
    }

    void isIncomplete_whenTheStreamEndsWithoutItsTerminator_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("end");
        QTest::addColumn<int>("ending");
        const QByteArray head = ScriptedModelServer::head();
        QTest::newRow("between events") << head << QByteArray() << static_cast<int>(Ending::Close);
        QTest::newRow("behind finish_reason stop")
            << head << ScriptedModelServer::delta("", "stop") << static_cast<int>(Ending::Close);
        QTest::newRow("in an event") << head << QByteArray("data: [DO") << static_cast<int>(Ending::Close);
        QTest::newRow("in front of the empty line")
            << head << QByteArray("data: [DONE]\n") << static_cast<int>(Ending::Close);
        QTest::newRow("in a chunk") << QByteArray("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                                                  "Transfer-Encoding: chunked\r\n\r\n1000\r\n")
                                    << QByteArray() << static_cast<int>(Ending::Close);
    }
    void isIncomplete_whenTheStreamEndsWithoutItsTerminator()
    {
        QFETCH(const QByteArray, head);
        QFETCH(const QByteArray, end);
        QFETCH(const int, ending);
        ScriptedModelServer server;
        server.onCompletions(
            {{head, ScriptedModelServer::delta("Half a"), end}, static_cast<Ending>(ending)});

        Talk talk(server.base());

        QCOMPARE(talk.status(), RunStatus::Incomplete);
        QCOMPARE(talk.text(), QByteArray("Half a"));
        QVERIFY2(talk.detail().contains(QLatin1String("ended the stream")), qPrintable(talk.detail()));
    }

    void isIncomplete_whenTheConnectionIsResetInTheMiddle()
    {
        ScriptedModelServer server;
        server.onCompletions(
            {{ScriptedModelServer::head(), ScriptedModelServer::delta("Half a")}, Ending::Hang});
        Talk talk(server.base());
        QTRY_COMPARE_WITH_TIMEOUT(talk.text(), QByteArray("Half a"), patienceMs);

        server.resetAll();

        QCOMPARE(talk.status(), RunStatus::Incomplete);
    }

    void failsWithTheServersWords_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("detail");
        QTest::newRow("500 with an error object")
            << ScriptedModelServer::head("500 Internal Server Error", "application/json") +
                   R"({"error":{"message":"out of memory","type":"server_error"}})"
            << QStringLiteral("the model server answered 500: out of memory");
        QTest::newRow("429 with an error text")
            << ScriptedModelServer::head("429 Too Many Requests", "application/json") +
                   R"({"error":"slow down"})"
            << QStringLiteral("the model server answered 429: slow down");
        QTest::newRow("404 in plain text")
            << ScriptedModelServer::head("404 Not Found", "text/plain") + "no\n such  model"
            << QStringLiteral("the model server answered 404: no such model");
        QTest::newRow("a redirect") << QByteArray("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
                                                  "Content-Length: 0\r\nConnection: close\r\n\r\n")
                                    << QStringLiteral("the model server answered 302: ");
        QTest::newRow("a page instead of a stream")
            << ScriptedModelServer::head("200 OK", "text/html") + "<html>Sign in</html>"
            << QStringLiteral("the model server answered without an event stream: <html>Sign in</html>");
        QTest::newRow("an error in the stream")
            << ScriptedModelServer::head() + "data: {\"error\":{\"message\":\"overloaded\"}}\n\n"
            << QStringLiteral("the model server failed: overloaded");
        QTest::newRow("garbage in the stream")
            << ScriptedModelServer::head() + "data: <html>\n\n"
            << QStringLiteral("the model server sent an event that is no JSON object");
        QTest::newRow("no UTF-8 in the stream")
            << ScriptedModelServer::head() +
                   "data: {\"choices\":[{\"delta\":{\"content\":\"\xC3\x28\"}}]}\n\n"
            << QStringLiteral("the model server sent text that is not well-formed UTF-8");
        QTest::newRow("an endless line")
            << ScriptedModelServer::head() + "data: " + QByteArray(2'000'000, 'x')
            << QStringLiteral("the model server sent an event that is too large");
    }
    void failsWithTheServersWords()
    {
        QFETCH(const QByteArray, answer);
        QFETCH(const QString, detail);
        ScriptedModelServer server;
        server.onCompletions({{answer}});

        Talk talk(server.base());

        QCOMPARE(talk.status(), RunStatus::Failed);
        QCOMPARE(talk.detail(), detail);
        QVERIFY(talk.text().isEmpty());
    }

    void boundsTheServersWords()
    {
        ScriptedModelServer server;
        server.onCompletions(
            {{ScriptedModelServer::head("500 No", "text/plain") + QByteArray(5'000'000, 'x')}});

        Talk talk(server.base());

        QCOMPARE(talk.status(), RunStatus::Failed);
        QVERIFY(talk.detail().size() < 400);
    }

    void neverRepeatsTheKey()
    {
        ScriptedModelServer server;
        server.onCompletions({{ScriptedModelServer::head("401 Unauthorized", "application/json") +
                               R"({"error":{"message":"Incorrect API key provided: sk-secret."}})"}});

        Talk talk(server.base(), "sk-secret");

        QCOMPARE(talk.status(), RunStatus::Failed);
        QCOMPARE(talk.detail(),
                 QStringLiteral("the model server answered 401: Incorrect API key provided: …."));
    }

    void toleratesWhatServersAddOrLeaveOut()
    {
        ScriptedModelServer server;
        server.onCompletions(
            {{ScriptedModelServer::head("200 OK", "Text/Event-Stream; charset=utf-8") +
              "event: message\r\nid: 1\r\ndata: {\"error\":null,\"choices\":[]}\r\n\r\n"
              "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n"
              "data: {\"choices\":[{\"delta\":{\"content\":\"a\\ud83d\\ude42\"}}]}\n\n"
              "data: {\"usage\":{\"total_tokens\":3}}\n\n" +
              done}});

        Talk talk(server.base());

        QCOMPARE(talk.status(), RunStatus::Completed);
        QCOMPARE(talk.text(), QByteArray("a🙂"));
    }

    void givesWellFormedText_evenForHalfASurrogatePair()
    {
        ScriptedModelServer server;
        server.onCompletions({{ScriptedModelServer::head() +
                               "data: {\"choices\":[{\"delta\":{\"content\":\"a\\ud83d!\"}}]}\n\n" + done}});

        Talk talk(server.base());

        QCOMPARE(talk.status(), RunStatus::Completed);
        QVERIFY(utf8::isValid(talk.text().toStdString()));
        QVERIFY(talk.text().startsWith('a') && talk.text().endsWith('!'));
    }

    void takesNothingBehindTheTerminator()
    {
        ScriptedModelServer server;
        server.onCompletions({{ScriptedModelServer::head() + ScriptedModelServer::delta("a") + done +
                               ScriptedModelServer::delta("b") + "data: garbage\n\n"}});

        Talk talk(server.base());

        QCOMPARE(talk.status(), RunStatus::Completed);
        QCOMPARE(talk.text(), QByteArray("a"));
    }

    void stopsAServerThatHangs()
    {
        ScriptedModelServer server;
        server.onCompletions(
            {{ScriptedModelServer::head(), ScriptedModelServer::delta("Half a")}, Ending::Hang});
        Talk talk(server.base());
        QTRY_COMPARE_WITH_TIMEOUT(talk.text(), QByteArray("Half a"), patienceMs);

        talk.run().stop();
        talk.run().stop();

        QCOMPARE(talk.status(), RunStatus::Cancelled);
        QTRY_COMPARE_WITH_TIMEOUT(server.openConnections(), 0, patienceMs);
    }

    void hangsUp_whenTheRunIsDropped()
    {
        ScriptedModelServer server;
        server.onCompletions({{}, Ending::Hang});
        Talk talk(server.base());
        QTRY_COMPARE_WITH_TIMEOUT(server.requests().size(), 1, patienceMs);

        talk.drop();

        QTRY_COMPARE_WITH_TIMEOUT(server.openConnections(), 0, patienceMs);
    }
};

QTEST_GUILESS_MAIN(CompletionRunSpec)
#include "tst_completionrun.moc"
