// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/catalog.h"
#include "model/protocol/codec.h"
#include "model/protocol/limits.h"
#include "tests/support/modelserver.h"
#include "tests/support/tempdir.h"

#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace holdfast;
using test::ScriptedModelServer;
using test::TempDir;

namespace {

constexpr int patienceMs = 30'000;

QString pathOf(const TempDir &dir) { return QString::fromStdString(dir.path().string()); }

QList<QByteArray> idsIn(const AgentCatalog &catalog)
{
    QList<QByteArray> ids;
    for (const AgentInfo &info : catalog.agents())
        ids.append(QByteArray::fromStdString(info.id.value));
    return ids;
}

} // namespace

class AgentCatalogSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void hasTheBuiltInAgents_withoutAnySetUp()
    {
        const TempDir dir;

        const AgentCatalog catalog(pathOf(dir), std::vector<ModelPort>{});

        QCOMPARE(idsIn(catalog), (QList<QByteArray>{"guide", "stream-lab"}));
        for (const AgentInfo &info : catalog.agents()) {
            QVERIFY(info.isAvailable);
            QCOMPARE(info.where, std::string("built in"));
            QVERIFY(!info.name.empty() && !info.summary.empty());
        }
    }

    void findsAnAgentByItsId()
    {
        const TempDir dir;
        const AgentCatalog catalog(pathOf(dir), std::vector<ModelPort>{});

        QVERIFY(catalog.find({"guide"}));
        QCOMPARE(catalog.find({"stream-lab"})->info().id.value, std::string("stream-lab"));
        QVERIFY(!catalog.find({"nobody"}));
        QVERIFY(!catalog.find({}));
    }

    void tellsWhenAModelServerIsFound()
    {
        const TempDir dir;
        ScriptedModelServer server;
        server.onModels(ScriptedModelServer::models({"m"}));
        AgentCatalog catalog(pathOf(dir), {{server.port(), QStringLiteral("Ollama")}});
        QSignalSpy changed(&catalog, &AgentCatalog::changed);

        catalog.lookAgain();
        QVERIFY(changed.wait(patienceMs));

        const QByteArray id = "openai:127.0.0.1:" + QByteArray::number(server.port()) + "/m";
        QCOMPARE(idsIn(catalog), (QList<QByteArray>{"guide", "stream-lab", id}));
        QVERIFY(catalog.find({id.toStdString()}));
    }

    void offersWhatTheFileNames_withoutItsKeys()
    {
        const TempDir dir;
        test::putBytes(dir / "agents.json",
                       "[{\"name\":\"Office\",\"base_url\":\"https://models.example/v1\","
                       "\"model\":\"q\",\"key\":\"sk-secret\"}]");

        const AgentCatalog catalog(pathOf(dir), std::vector<ModelPort>{});

        const AgentInfo info = catalog.agents().back();
        QCOMPARE(info.id.value, std::string("openai:models.example/q"));
        QCOMPARE(info.name, std::string("Office"));
        QCOMPARE(info.where, std::string("models.example"));
        for (const std::string &field :
             {info.id.value, info.name, info.model, info.where, info.summary, info.detail})
            QCOMPARE(field.find("sk-secret"), std::string::npos);
    }

    /// A frame that is too large for a client would end each of its links.
    void offersNoMoreThanOneFrameHolds()
    {
        const TempDir dir;
        QByteArray entries;
        for (int i = 0; i < 32; ++i)
            entries += (i == 0 ? "[" : ",") + QByteArray("{\"base_url\":\"http://h\",\"name\":\"") +
                       QByteArray("\\u0001").repeated(160) + "\",\"model\":\"" +
                       QByteArray("\\u0001").repeated(150) + QByteArray::number(i) + "\"}";
        test::putBytes(dir / "agents.json", entries.toStdString() + "]");
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("^cause=too-many-agents")));

        const AgentCatalog catalog(pathOf(dir), std::vector<ModelPort>{});

        const auto agents = catalog.agents();
        QVERIFY(agents.size() > 10);
        QVERIFY(codec::encode(frame::Agents{agents}).size() <= limits::frameBytesToClientMax);
    }

    void startsWithoutAFileThatCannotBeRead_andSaysSo()
    {
        const TempDir dir;
        test::putBytes(dir / "agents.json", "{ \"key\": \"sk-secret\"");
        QTest::ignoreMessage(QtWarningMsg,
                             QRegularExpression(QStringLiteral("^file=agents\\.json cause=not JSON")));

        const AgentCatalog catalog(pathOf(dir), std::vector<ModelPort>{});

        QCOMPARE(idsIn(catalog), (QList<QByteArray>{"guide", "stream-lab"}));
    }
};

QTEST_GUILESS_MAIN(AgentCatalogSpec)
#include "tst_catalog.moc"
