// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/modelservers.h"
#include "tests/support/modelserver.h"

#include <QSignalSpy>
#include <QTest>

using namespace holdfast;
using test::ScriptedModelServer;

namespace {

constexpr int patienceMs = 30'000;

QByteArray json(const QByteArray &body)
{
    return ScriptedModelServer::head("200 OK", "application/json") + body;
}

/// "id name available|missing" for each agent, sorted by id.
QList<QByteArray> listed(const ModelServers &servers)
{
    QList<QByteArray> list;
    for (const Agent *agent : servers.agents()) {
        const AgentInfo info = agent->info();
        list.append(QByteArray::fromStdString(info.model + " of " + info.name) +
                    (info.isAvailable ? " available" : " missing"));
    }
    return list;
}

/// Asks all ports and waits for what they say.
void look(ModelServers &servers)
{
    QSignalSpy looked(&servers, &ModelServers::looked);
    servers.probeAll();
    QVERIFY(looked.wait(patienceMs));
}

} // namespace

class ModelServersSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void offersTheModelsOfAServerThatRuns()
    {
        ScriptedModelServer ollama;
        ollama.onModels(ScriptedModelServer::models({"qwen3:0.6b", "llama3"}));
        ModelServers servers({}, {{ollama.port(), QStringLiteral("Ollama")}});
        QSignalSpy changed(&servers, &ModelServers::changed);

        look(servers);

        QCOMPARE(listed(servers),
                 (QList<QByteArray>{"llama3 of Ollama available", "qwen3:0.6b of Ollama available"}));
        QCOMPARE(changed.size(), 1);
        const AgentInfo info = servers.agents().front()->info();
        QCOMPARE(QByteArray::fromStdString(info.id.value),
                 "openai:127.0.0.1:" + QByteArray::number(ollama.port()) + "/llama3");
        QCOMPARE(info.where, std::string("on this computer"));
        QVERIFY(ollama.requests().front().startsWith("GET /v1/models HTTP/1.1\r\n"));
    }

    void looksByItselfWhenItBegins()
    {
        ScriptedModelServer ollama;
        ollama.onModels(ScriptedModelServer::models({"m"}));

        ModelServers servers({}, {{ollama.port(), QStringLiteral("Ollama")}});

        QTRY_COMPARE_WITH_TIMEOUT(listed(servers), QList<QByteArray>{"m of Ollama available"}, patienceMs);
    }

    void saysNothingNew_whenNothingChanged()
    {
        ScriptedModelServer ollama;
        ollama.onModels(ScriptedModelServer::models({"m"}));
        ModelServers servers({}, {{ollama.port(), QStringLiteral("Ollama")}});
        look(servers);
        const Agent *agent = servers.agents().front();
        QSignalSpy changed(&servers, &ModelServers::changed);

        look(servers);

        QCOMPARE(changed.size(), 0);
        QCOMPARE(servers.agents().front(), agent);
    }

    void doesNotOfferWhatIsNoModelServer_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("a page") << ScriptedModelServer::head("200 OK", "text/html") + "<html>Hello</html>";
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("no HTTP") << QByteArray("220 mail.example ESMTP\r\n");
        QTest::newRow("404") << ScriptedModelServer::head("404 Not Found", "application/json") +
                                    R"({"object":"list","data":[{"id":"m"}]})";
        QTest::newRow("401") << ScriptedModelServer::head("401 Unauthorized", "application/json") + "{}";
        QTest::newRow("a redirect") << QByteArray(
            "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n");
        QTest::newRow("an array") << json(R"([{"id":"m"}])");
        QTest::newRow("another list") << json(R"({"data":[{"id":"m"}]})");
        QTest::newRow("no list") << json(R"({"object":"list","data":{"id":"m"}})");
        QTest::newRow("items without id") << json(R"({"object":"list","data":[{"id":"m"},{"name":"n"}]})");
        QTest::newRow("ids that are numbers") << json(R"({"object":"list","data":[{"id":7}]})");
        QTest::newRow("cut JSON") << json(R"({"object":"list","data":[{"id":"m"}])");
        QTest::newRow("an endless answer")
            << json(R"({"object":"list","data":[)" + QByteArray(3'000'000, ' '));
    }
    void doesNotOfferWhatIsNoModelServer()
    {
        QFETCH(const QByteArray, answer);
        ScriptedModelServer other;
        other.onModels({{answer}});
        ModelServers servers({}, {{other.port(), QStringLiteral("Ollama")}});

        look(servers);

        QCOMPARE(listed(servers), QList<QByteArray>());
    }

    void givesUpOnAServerThatDoesNotAnswer()
    {
        ScriptedModelServer silent;
        silent.onModels({{}, ScriptedModelServer::Ending::Hang});
        ModelServers servers({}, {{silent.port(), QStringLiteral("Ollama")}});

        look(servers);

        QCOMPARE(listed(servers), QList<QByteArray>());
    }

    void keepsWhatWentAwayAsMissing_andTakesItBack()
    {
        auto ollama = std::make_unique<ScriptedModelServer>();
        const quint16 port = ollama->port();
        ollama->onModels(ScriptedModelServer::models({"m"}));
        ModelServers servers({}, {{port, QStringLiteral("Ollama")}});
        look(servers);
        QSignalSpy changed(&servers, &ModelServers::changed);

        ollama.reset();
        look(servers);

        QCOMPARE(listed(servers), QList<QByteArray>{"m of Ollama missing"});
        QVERIFY(!servers.agents().front()->info().detail.empty());
        QCOMPARE(changed.size(), 1);

        ScriptedModelServer again(port);
        QVERIFY(again.isListening());
        again.onModels(ScriptedModelServer::models({"m"}));
        look(servers);

        QCOMPARE(listed(servers), QList<QByteArray>{"m of Ollama available"});
        QVERIFY(servers.agents().front()->info().detail.empty());
        QCOMPARE(changed.size(), 2);
    }

    void keepsAModelThatWasRemovedAsMissing()
    {
        ScriptedModelServer ollama;
        ollama.onModels(ScriptedModelServer::models({"a", "b"}));
        ModelServers servers({}, {{ollama.port(), QStringLiteral("Ollama")}});
        look(servers);

        ollama.onModels(ScriptedModelServer::models({"b", "c"}));
        look(servers);

        QCOMPARE(listed(servers), (QList<QByteArray>{"a of Ollama missing", "b of Ollama available",
                                                     "c of Ollama available"}));
    }

    void prefersWhatWasConfigured()
    {
        ScriptedModelServer llama;
        llama.onModels(ScriptedModelServer::models({"m", "n"}));
        const QUrl base(QString::fromUtf8(llama.base()) + QStringLiteral("/v1"));
        ModelServers servers(
            {{QStringLiteral("Mine"), base, QStringLiteral("m"), "sk-secret", QStringLiteral("h"), {}}},
            {{llama.port(), QStringLiteral("llama.cpp")}});

        look(servers);
        QCOMPARE(listed(servers), (QList<QByteArray>{"m of Mine available", "n of llama.cpp available"}));

        llama.onModels({{json("{}")}});
        look(servers);
        QCOMPARE(listed(servers), (QList<QByteArray>{"m of Mine available", "n of llama.cpp missing"}));
    }

    void offersNoMoreThanAFrameHolds()
    {
        QList<QByteArray> ids;
        for (int i = 0; i < 500; ++i)
            ids.append("model-" + QByteArray::number(i));
        ScriptedModelServer many;
        many.onModels(ScriptedModelServer::models(ids));
        ModelServers servers({}, {{many.port(), QStringLiteral("vLLM")}});

        look(servers);

        QCOMPARE(servers.agents().size(), 24U);
    }

    void knowsThePortsOfTheUsualServers()
    {
        QList<int> ports;
        for (const ModelPort &port : ModelServers::usualPorts())
            ports.append(port.number);

        QCOMPARE(ports, (QList<int>{11434, 1234, 8080, 8000}));
    }
};

QTEST_GUILESS_MAIN(ModelServersSpec)
#include "tst_modelservers.moc"
