// SPDX-License-Identifier: Apache-2.0
// The promise of the product on real processes: whatever breaks in the middle of an answer, nothing is lost
// and nothing is doubled. The text that the client stored is compared with the generator's own bytes.
#include "tests/process/stage.h"

#include "app/gateway/agents/streamlabtext.h"

#include <QCryptographicHash>
#include <QTest>

#include <set>

using namespace holdfast;
using namespace holdfast::test;

namespace {

constexpr qint64 answerBytes = 2'000'000;
constexpr int cuts = 5;

QString lineFor(qint64 bytes, int rate)
{
    return QStringLiteral("bytes=%1 rate=%2 seed=7 format=text").arg(bytes).arg(rate);
}

QByteArray generated(qint64 bytes)
{
    StreamLabSpec spec;
    spec.bytes = static_cast<std::uint64_t>(bytes);
    spec.seed = 7;
    spec.format = StreamLabSpec::Format::Text;
    return QByteArray::fromStdString(streamLabText(spec, 0, spec.bytes));
}

QStringList send(const QString &text)
{
    return {QStringLiteral("send"), QStringLiteral("--agent"), QStringLiteral("stream-lab"),
            QStringLiteral("--json"), text};
}

/// Waits until the answer has grown to `bytes` on the client. \returns its item, or nothing.
QString waitForBytes(Program &client, qint64 bytes)
{
    const auto tail = client.waitFor([bytes](const QJsonObject &o) {
        return o[QStringLiteral("event")] == QLatin1String("tail") &&
               o[QStringLiteral("offset")].toInteger() + o[QStringLiteral("bytes")].toInteger() >= bytes;
    });
    return tail ? (*tail)[QStringLiteral("item")].toString() : QString();
}

bool waitForState(Program &client, const QStringList &states)
{
    return client
        .waitFor([&](const QJsonObject &o) {
            return o[QStringLiteral("event")] == QLatin1String("state") &&
                   states.contains(o[QStringLiteral("state")].toString());
        })
        .has_value();
}

/// Tail events of one process must join without gap and without overlap.
bool tailsJoin(const Program &client, qint64 from)
{
    qint64 at = from;
    for (const QJsonObject &o : client.said()) {
        if (o[QStringLiteral("event")] != QLatin1String("tail"))
            continue;
        if (o[QStringLiteral("offset")].toInteger() != at)
            return false;
        at += o[QStringLiteral("bytes")].toInteger();
    }
    return true;
}

} // namespace

class ResumeTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_stage = std::make_unique<Stage>();
        QVERIFY(m_stage->startGateway());
        QVERIFY(m_stage->startLab());
    }

    void answerSurvivesFiveBreaks_data()
    {
        QTest::addColumn<QByteArray>("breakIt");
        QTest::addColumn<QByteArray>("mendIt");
        QTest::addColumn<int>("rate"); // kilobytes a second: the answer must outlast all five breaks
        QTest::newRow("reset") << QByteArray("cut rst") << QByteArray() << 400;
        QTest::newRow("fin") << QByteArray("cut fin") << QByteArray() << 400;
        QTest::newRow("black hole") << QByteArray("blackhole on") << QByteArray("blackhole off") << 45;
        QTest::newRow("offline") << QByteArray("offline") << QByteArray("online") << 400;
    }
    void answerSurvivesFiveBreaks()
    {
        QFETCH(QByteArray, breakIt);
        QFETCH(QByteArray, mendIt);
        QFETCH(int, rate);
        const auto client = m_stage->client(send(lineFor(answerBytes, rate)));

        QString item;
        for (int cut = 1; cut <= cuts; ++cut) {
            item = waitForBytes(*client, answerBytes * cut / (cuts + 1));
            QVERIFY2(!item.isEmpty(), client->complaints());
            QVERIFY(m_stage->lab(breakIt).contains("ok"));
            QVERIFY(waitForState(*client, {QStringLiteral("connecting"), QStringLiteral("waiting")}));
            if (!mendIt.isEmpty())
                QVERIFY(m_stage->lab(mendIt).contains("ok"));
            QVERIFY(client->waitForEvent("resumed").has_value());
        }

        verifyCompleted(*client);
        QVERIFY(tailsJoin(*client, 0));
        QCOMPARE(client->waitForExit(), 0);
        QCOMPARE(m_stage->storedText(item), generated(answerBytes));
    }

    void answerSurvivesTheClientBeingKilled()
    {
        auto client = m_stage->client(send(lineFor(answerBytes, 400)));
        const QString item = waitForBytes(*client, answerBytes / 3);
        QVERIFY(!item.isEmpty());
        client->killHard();
        const qint64 kept = m_stage->storedText(item).size();
        QVERIFY(kept >= answerBytes / 3); // what was shown is there

        client = m_stage->client({QStringLiteral("follow"), QStringLiteral("--json")});

        verifyCompleted(*client);
        QVERIFY(tailsJoin(*client, kept));
        QCOMPARE(client->waitForExit(), 0);
        QCOMPARE(m_stage->storedText(item), generated(answerBytes));
    }

    void answerSurvivesTheGatewayBeingKilled()
    {
        const auto client = m_stage->client(send(lineFor(answerBytes, 400)));
        const QString item = waitForBytes(*client, answerBytes / 3);
        QVERIFY(!item.isEmpty());
        m_stage->gateway().killHard();
        QVERIFY(waitForState(*client, {QStringLiteral("connecting"), QStringLiteral("waiting")}));

        QVERIFY(m_stage->startGateway());

        verifyCompleted(*client);
        QVERIFY(tailsJoin(*client, 0));
        QCOMPARE(client->waitForExit(), 0);
        QCOMPARE(m_stage->storedText(item), generated(answerBytes));
    }

    void gatewayGoesOnWorkingWhileNobodyIsThere()
    {
        auto client = m_stage->client(send(lineFor(200'000, 200)));
        const QString item = waitForBytes(*client, 20'000);
        QVERIFY(!item.isEmpty());
        client->killHard();
        // A second client of the same account sees the answer end without the first.
        Program other(
            QStringLiteral("holdfast-cli"),
            m_stage->clientArguments().replaceInStrings(QStringLiteral("/client"), QStringLiteral("/other")) +
                QStringList{QStringLiteral("follow"), QStringLiteral("--json")});
        verifyCompleted(other, 200'000);

        client = m_stage->client({QStringLiteral("follow"), QStringLiteral("--json")});
        verifyCompleted(*client, 200'000);
        QCOMPARE(m_stage->storedText(item), generated(200'000));
    }

private:
    void verifyCompleted(Program &client, qint64 bytes = answerBytes)
    {
        const auto done = client.waitForEvent("item");
        QVERIFY2(done, client.complaints());
        QCOMPARE((*done)[QStringLiteral("status")].toString(), QStringLiteral("completed"));
        QCOMPARE((*done)[QStringLiteral("length")].toInteger(), bytes);
        QCOMPARE((*done)[QStringLiteral("sha256")].toString().toLatin1(),
                 QCryptographicHash::hash(generated(bytes), QCryptographicHash::Sha256).toHex());
        QVERIFY((*done)[QStringLiteral("verified")].toBool());
    }

    std::unique_ptr<Stage> m_stage;
};

QTEST_GUILESS_MAIN(ResumeTest)
#include "tst_resume.moc"
