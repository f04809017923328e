// SPDX-License-Identifier: Apache-2.0
// Credit, lanes and budget (laws 3, 10 and 11) on real processes. All is judged by the order of what clients
// said and by counted bytes: neither a slow machine nor a fast one changes a verdict.
#include "tests/process/stage.h"

#include "app/gateway/agents/streamlabtext.h"

#include <QCryptographicHash>
#include <QTest>

#include <csignal>
#include <map>
#include <set>

using namespace holdfast;
using namespace holdfast::test;

namespace {

constexpr qint64 longBytes = 20'000'000;

QString lineOf(qint64 bytes, int rate, int seed)
{
    return QStringLiteral("bytes=%1 rate=%2 seed=%3 format=text").arg(bytes).arg(rate).arg(seed);
}

QByteArray generated(qint64 bytes, int seed)
{
    StreamLabSpec spec;
    spec.bytes = static_cast<std::uint64_t>(bytes);
    spec.seed = static_cast<std::uint64_t>(seed);
    spec.format = StreamLabSpec::Format::Text;
    return QByteArray::fromStdString(streamLabText(spec, 0, spec.bytes));
}

QString hashOf(const QByteArray &text)
{
    return QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex());
}

bool is(const QJsonObject &said, const char *event)
{
    return said[QStringLiteral("event")] == QLatin1String(event);
}
QString itemOf(const QJsonObject &said) { return said[QStringLiteral("item")].toString(); }
qint64 bytesOf(const QJsonObject &said) { return said[QStringLiteral("bytes")].toInteger(); }

/// Text of `item` among what was said at [from, to).
qint64 arrived(const Program &client, const QString &item, std::size_t from, std::size_t to)
{
    qint64 sum = 0;
    for (std::size_t i = from; i < to; ++i) {
        const QJsonObject &each = client.said()[i];
        if (is(each, "tail") && itemOf(each) == item)
            sum += bytesOf(each);
    }
    return sum;
}

/// The place of the first line that matches, or the end.
std::size_t placeOf(const Program &client, const Program::Matches &matches)
{
    const auto found = std::ranges::find_if(client.said(), matches);
    return static_cast<std::size_t>(found - client.said().begin());
}

/// The number of a field of /proc/PID/status in bytes.
qint64 memoryOf(const Program &program, const char *field)
{
    QFile status(QStringLiteral("/proc/%1/status").arg(program.pid()));
    if (!status.open(QIODevice::ReadOnly))
        return -1;
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith(field))
            return line.mid(line.indexOf(':') + 1).trimmed().split(' ').first().toLongLong() * 1024;
    }
    return -1;
}

/// Texts of one process must join without gap and without overlap.
bool tailsJoin(const Program &client)
{
    std::map<QString, qint64> ends;
    for (const QJsonObject &each : client.said()) {
        if (!is(each, "tail"))
            continue;
        const auto [end, isFirst] = ends.try_emplace(itemOf(each), 0);
        if (each[QStringLiteral("offset")].toInteger() != end->second)
            return false;
        end->second += bytesOf(each);
    }
    return true;
}

} // namespace

class LanesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_stage = std::make_unique<Stage>();
        // Where a sanitizer keeps what was freed, it is not to be counted as memory of the gateway.
        QVERIFY(m_stage->startGateway({QStringLiteral("ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=1")}));
        QVERIFY(m_stage->startLab());
    }

    /// Law 11: who was silent goes next.
    void aLongAnswerNeverHoldsUpAShortOne()
    {
        constexpr qint64 shortBytes = 20'000;
        QVERIFY(m_stage->lab("latency 50").contains("ok"));
        QVERIFY(m_stage->lab("rate 125").contains("ok"));
        const auto watcher = follows({QStringLiteral("--forever")});
        QVERIFY(watcher->waitForEvent("resumed"));
        const auto longSender = sends(lineOf(longBytes, 0, 1));
        const auto underWay = watcher->waitFor([](const QJsonObject &o) {
            return is(o, "tail") && o[QStringLiteral("offset")].toInteger() > 200'000;
        });
        QVERIFY(underWay);
        longSender->killHard(); // its own copy is of no interest

        const auto shortSender = sends(lineOf(shortBytes, 0, 2));
        const auto accepted = shortSender->waitForEvent("command"); // from here on the gateway has it
        QVERIFY(accepted);
        const auto done = watcher->waitForEvent("item");

        QVERIFY(done);
        verify(*done, shortBytes, 2);
        // By the clock that all processes share: when we come to read it says nothing.
        const auto timeOf = [](const QJsonObject &o) { return o[QStringLiteral("t_us")].toInteger(); };
        const std::size_t given =
            placeOf(*watcher, [&](const QJsonObject &o) { return timeOf(o) >= timeOf(*accepted); });
        const std::size_t end = placeOf(*watcher, [](const QJsonObject &o) { return is(o, "item"); });
        const std::size_t begin = placeOf(
            *watcher, [&](const QJsonObject &o) { return is(o, "tail") && itemOf(o) == itemOf(*done); });
        const qint64 sinceGiven = arrived(*watcher, itemOf(*underWay), given, end);
        const qint64 sinceBegun = arrived(*watcher, itemOf(*underWay), begin, end);
        qInfo("of the long answer came %lld bytes since the short one was given, %lld since it began",
              sinceGiven, sinceBegun);
        QVERIFY(sinceGiven < 8 * shortBytes);
        QVERIFY(sinceBegun < 2 * shortBytes);
    }

    /// Law 3: `synced` does not wait for what a text grows by while the rest comes.
    void aClientThatComesDuringALongAnswerCanSoonWrite()
    {
        constexpr qint64 veryLongBytes = 3 * longBytes;
        const auto watcher = follows({QStringLiteral("--forever")});
        QVERIFY(watcher->waitForEvent("resumed"));
        const auto longSender = sends(lineOf(veryLongBytes, 0, 6));
        QVERIFY(watcher->waitForEvent("tail"));

        const auto newcomer = sends(lineOf(20'000, 0, 7));

        const auto resumed = newcomer->waitForEvent("resumed");
        QVERIFY(resumed);
        const qint64 replayed = (*resumed)[QStringLiteral("replayed_bytes")].toInteger();
        qInfo("of %lld bytes %lld came before one could write", veryLongBytes, replayed);
        QVERIFY(replayed < veryLongBytes / 2);
        QCOMPARE(newcomer->waitForExit(), 0);
    }

    /// Law 3: each link goes on where the one before it ended, however much is missing.
    void aLinkThatAlwaysDiesGetsThereAllTheSame()
    {
        constexpr qint64 eachBytes = 900'000; // four of them are more than the budget of 2 MiB
        constexpr int answers = 4;
        constexpr qint64 perLink = 250'000;
        QCOMPARE(follows()->waitForExit(), 0); // it knows the log's beginning, so it is resumed
        for (int seed = 1; seed <= answers; ++seed)
            QCOMPARE(sends(lineOf(eachBytes, 0, seed))->waitForExit(), 0);
        QVERIFY(m_stage->lab("cut-after " + QByteArray::number(perLink)).contains("ok"));

        const auto client = follows();

        QCOMPARE(client->waitForExit(), 0);
        std::set<QString> hashes;
        qint64 links = 0;
        for (const QJsonObject &each : client->said()) {
            if (is(each, "item"))
                hashes.insert(hashOf(m_stage->storedText(itemOf(each))));
            if (is(each, "state") && each[QStringLiteral("state")] == QLatin1String("connecting"))
                ++links;
        }
        qInfo("%lld links of %lld bytes for %lld bytes", links, perLink, answers * eachBytes);
        for (int seed = 1; seed <= answers; ++seed)
            QVERIFY(hashes.contains(hashOf(generated(eachBytes, seed))));
        QVERIFY(links >= answers * eachBytes / perLink); // it did die all the time
        QVERIFY(tailsJoin(*client));                     // and nothing came twice
    }

    /// Law 10: what a client does not take waits on the gateway's disk, not in its memory.
    void aClientThatStandsStillCostsNoMemory()
    {
        const auto frozen = follows({QStringLiteral("--forever")});
        QVERIFY(frozen->waitForEvent("resumed"));
        QCOMPARE(sends(lineOf(longBytes, 0, 4))->waitForExit(), 0);
        QVERIFY(frozen->waitForEvent("item"));
        const qint64 before = memoryOf(m_stage->gateway(), "VmHWM"); // what it takes with everybody awake
        const auto sender = sends(lineOf(longBytes, 0, 3));
        const auto begun = frozen->waitForEvent("tail");
        QVERIFY(begun);
        QCOMPARE(::kill(static_cast<pid_t>(frozen->pid()), SIGSTOP), 0);

        QCOMPARE(sender->waitForExit(), 0); // the gateway has made all of it
        const qint64 growth = memoryOf(m_stage->gateway(), "VmHWM") - before;
        const qint64 late = arrived(*frozen, itemOf(*begun), 0, frozen->said().size());
        QCOMPARE(::kill(static_cast<pid_t>(frozen->pid()), SIGCONT), 0);

        qInfo("the gateway grew by at most %lld KiB; %lld bytes had come before the client stood still",
              growth / 1024, late);
        QVERIFY(late < longBytes / 2);
        QVERIFY(growth < longBytes / 5);
        const auto done = frozen->waitForEvent("item");
        QVERIFY(done);
        verify(*done, longBytes, 3);
        QVERIFY(tailsJoin(*frozen));
    }

    void twentyAnswersStreamAtOnce()
    {
        constexpr int streams = 20;
        constexpr qint64 eachBytes = 8'000; // at 1 KB/s, more than 150 tokens, each
        QVERIFY(m_stage->lab("latency 50").contains("ok"));
        QVERIFY(m_stage->lab("rate 125").contains("ok"));
        std::set<QString> expected;
        for (int seed = 1; seed <= streams; ++seed) {
            const auto writer =
                m_stage->client({QStringLiteral("send"), QStringLiteral("--queue"), QStringLiteral("--agent"),
                                 QStringLiteral("stream-lab"), lineOf(eachBytes, 1, seed)});
            QCOMPARE(writer->waitForExit(), 0);
            expected.insert(hashOf(generated(eachBytes, seed)));
        }

        const auto client = follows();

        QCOMPARE(client->waitForExit(), 0);
        const std::size_t firstEnd = placeOf(*client, [](const QJsonObject &o) { return is(o, "item"); });
        std::set<QString> begun;
        for (std::size_t i = 0; i < firstEnd; ++i) {
            if (is(client->said()[i], "tail"))
                begun.insert(itemOf(client->said()[i]));
        }
        QCOMPARE(begun.size(), std::size_t(streams)); // all at once
        std::set<QString> hashes;
        for (const QString &item : begun)
            hashes.insert(hashOf(m_stage->storedText(item)));
        QCOMPARE(hashes, expected);
        for (const QJsonObject &each : client->said())
            QVERIFY(!is(each, "item") || each[QStringLiteral("verified")].toBool());
        QVERIFY(tailsJoin(*client));
    }

private:
    /// The client under test, behind the lab.
    std::unique_ptr<Program> follows(const QStringList &more = {}) const
    {
        return m_stage->client(QStringList{QStringLiteral("follow"), QStringLiteral("--json")} + more);
    }
    /// Another client of the account, of its own folder and with a good line, gives this message.
    std::unique_ptr<Program> sends(const QString &message)
    {
        return std::make_unique<Program>(
            QStringLiteral("holdfast-cli"),
            QStringList{
                QStringLiteral("--gateway"), QStringLiteral("ws://127.0.0.1:%1").arg(m_stage->gatewayPort()),
                QStringLiteral("--token-file"), m_stage->path(QStringLiteral("token")),
                QStringLiteral("--data-dir"), m_stage->path(QStringLiteral("sender-%1").arg(++m_senders)),
                QStringLiteral("send"), QStringLiteral("--agent"), QStringLiteral("stream-lab"),
                QStringLiteral("--json"), message});
    }
    static void verify(const QJsonObject &item, qint64 bytes, int seed)
    {
        QCOMPARE(item[QStringLiteral("status")].toString(), QStringLiteral("completed"));
        QVERIFY(item[QStringLiteral("verified")].toBool());
        QCOMPARE(item[QStringLiteral("sha256")].toString(), hashOf(generated(bytes, seed)));
    }

    std::unique_ptr<Stage> m_stage;
    int m_senders{0};
};

QTEST_GUILESS_MAIN(LanesTest)
#include "tst_lanes.moc"
