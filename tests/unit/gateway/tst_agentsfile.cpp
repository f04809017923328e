// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/agentsfile.h"
#include "tests/support/tempdir.h"

#include <QTest>

using namespace holdfast;

namespace {

/// JSON with ' for ", since moc does not read raw strings that hold //.
QByteArray json(QByteArray text) { return text.replace('\'', '"'); }

} // namespace

class AgentsFileSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsAServer()
    {
        const auto file = AgentsFile::parse(
            json("[{'name':'Office','base_url':'https://models.example/v1','model':'qwen3','key':'sk-1'}]"));

        QVERIFY(file);
        QVERIFY(file->complaints.empty());
        QCOMPARE(file->servers.size(), 1U);
        const ModelServer &server = file->servers.front();
        QCOMPARE(server.name, QStringLiteral("Office"));
        QCOMPARE(server.base, QUrl(QStringLiteral("https://models.example/v1")));
        QCOMPARE(server.model, QStringLiteral("qwen3"));
        QCOMPARE(server.key, QByteArray("sk-1"));
        QCOMPARE(server.where, QStringLiteral("models.example"));
    }

    void namesAServerByItsHost_whenItHasNoName()
    {
        const auto file = AgentsFile::parse(json("[{'base_url':'http://10.0.0.5:9000','model':'m'}]"));

        QVERIFY(file);
        QCOMPARE(file->servers.at(0).name, QStringLiteral("10.0.0.5"));
        QVERIFY(file->servers.at(0).key.isEmpty());
    }

    void leavesOutWhatMakesNoSense_andSaysWhy_data()
    {
        QTest::addColumn<QByteArray>("entry");
        QTest::addColumn<QByteArray>("why");
        QTest::newRow("no object") << QByteArray("7") << QByteArray("base_url");
        QTest::newRow("no address") << json("{'model':'m'}") << QByteArray("base_url");
        QTest::newRow("another scheme")
            << json("{'base_url':'file:///etc/passwd','model':'m'}") << QByteArray("http or https");
        QTest::newRow("no host") << json("{'base_url':'http:///v1','model':'m'}") << QByteArray("base_url");
        QTest::newRow("a password in the address")
            << json("{'base_url':'http://me:sk-secret@h/','model':'m'}") << QByteArray("without user");
        QTest::newRow("a key in the address")
            << json("{'base_url':'http://h/?key=sk-secret','model':'m'}") << QByteArray("query");
        QTest::newRow("no model") << json("{'base_url':'http://h'}") << QByteArray("model");
        QTest::newRow("a model that is a number")
            << json("{'base_url':'http://h','model':3}") << QByteArray("model");
        QTest::newRow("a key of two lines")
            << json("{'base_url':'http://h','model':'m','key':'sk-secret\\nX: y'}")
            << QByteArray("line break");
    }
    void leavesOutWhatMakesNoSense_andSaysWhy()
    {
        QFETCH(const QByteArray, entry);
        QFETCH(const QByteArray, why);

        const auto file = AgentsFile::parse(json("[{'base_url':'http://good','model':'m'},") + entry + "]");

        QVERIFY(file);
        QCOMPARE(file->servers.size(), 1U);
        QCOMPARE(file->complaints.size(), 1U);
        const QByteArray complaint = QByteArray::fromStdString(file->complaints.front());
        QVERIFY2(complaint.contains("entry 2") && complaint.contains(why), complaint.constData());
        QVERIFY(!complaint.contains("sk-secret"));
    }

    void refusesWhatIsNoSuchFile_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("[{]");
        QTest::newRow("an object") << QByteArray("{}");
    }
    void refusesWhatIsNoSuchFile()
    {
        QFETCH(const QByteArray, text);

        const auto file = AgentsFile::parse(text);

        QVERIFY(!file);
        QCOMPARE(file.error().code, Error::Code::BadArgument);
        QVERIFY(!file.error().detail.empty());
    }

    void takesAMissingFileForAnEmptyOne()
    {
        const test::TempDir dir;

        const auto file = AgentsFile::read(QString::fromStdString((dir / "agents.json").string()));

        QVERIFY(file);
        QVERIFY(file->servers.empty());
    }

    void takesNoMoreServersThanAFrameHolds()
    {
        QByteArray text;
        for (int i = 0; i < 40; ++i)
            text += json(",{'base_url':'http://h','model':'m") + QByteArray::number(i) + json("'}");

        const auto file = AgentsFile::parse('[' + text.mid(1) + ']');

        QVERIFY(file);
        QCOMPARE(file->servers.size(), 32U);
        QCOMPARE(file->complaints.size(), 8U);
    }
};

QTEST_GUILESS_MAIN(AgentsFileSpec)
#include "tst_agentsfile.moc"
