// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/lab/loopback.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QTest>

using namespace holdfast;
using namespace holdfast::test;
using namespace std::chrono_literals;

class FaultProxyTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_upstream = std::make_unique<Upstream>();
        m_proxy = std::make_unique<ProxyThread>(m_upstream->port());
        QVERIFY(m_proxy->port() != 0);
    }
    void cleanup()
    {
        m_proxy.reset();
        m_upstream.reset();
    }

    void carriesAMegabyteBothWaysAtOnce()
    {
        const QByteArray bytes = manyBytes(1'000'000);
        Pair pair = connected();

        const auto up = std::async(std::launch::async, [&] { pair.client.send(bytes); });
        const auto down = std::async(std::launch::async, [&] { pair.server.send(bytes); });
        const auto above = std::async(std::launch::async, [&] { return pair.server.receive(bytes.size()); });
        const QByteArray below = pair.client.receive(bytes.size());
        above.wait();

        QVERIFY(below == bytes);
        QCOMPARE(m_proxy->counters().bytesToClient, std::uint64_t(1'000'000));
        QCOMPARE(m_proxy->counters().bytesToUpstream, std::uint64_t(1'000'000));
    }

    void carriesTheSameBytesToTheUpstream()
    {
        const QByteArray bytes = manyBytes(1'000'000);
        Pair pair = connected();

        const auto up = std::async(std::launch::async, [&] { pair.client.send(bytes); });

        QVERIFY(pair.server.receive(bytes.size()) == bytes);
    }

    void oneDirectionGoesOnAfterTheOtherHasEnded()
    {
        Pair pair = connected();

        pair.client.send("question");
        pair.client.endWriting();
        QCOMPARE(pair.server.receiveAll(), QByteArray("question"));
        pair.server.send("answer");
        pair.server.endWriting();

        QCOMPARE(pair.client.receiveAll(), QByteArray("answer"));
        QCOMPARE(pair.client.ending(), Peer::Ending::Fin);
        QTRY_COMPARE(m_proxy->counters().open, 0);
    }

    void aResetOfOneSideIsAResetForTheOther()
    {
        Pair one = connected();
        one.client.reset();
        QCOMPARE(one.server.ending(), Peer::Ending::Reset);

        Pair other = connected();
        other.server.reset();
        QCOMPARE(other.client.ending(), Peer::Ending::Reset);
    }

    void aResetAfterTheOtherSideHasEndedIsPassedOn()
    {
        Pair pair = connected();
        pair.client.endWriting();
        QCOMPARE(pair.server.ending(), Peer::Ending::Fin);

        pair.client.reset();
        const QByteArray bytes = manyBytes(100'000);
        QTRY_VERIFY(pair.server.sendWhatIsTaken(bytes) == 0);

        QTRY_COMPARE(m_proxy->counters().open, 0);
    }

    void aSlowReaderStopsTheSenderAndLosesNothing()
    {
        constexpr qsizetype all = 64'000'000;
        const QByteArray bytes = manyBytes(all);
        Pair pair = connected();

        qsizetype sent = 0;
        for (qint64 taken = -1; taken != 0;) {
            taken =
                pair.client.sendWhatIsTaken(bytes.sliced(sent, std::min<qsizetype>(all - sent, 1'000'000)));
            sent += taken;
            m_proxy->settle();
        }
        QVERIFY2(sent < all, "the proxy takes everything into its memory");

        const auto rest = std::async(std::launch::async, [&] { pair.client.send(bytes.sliced(sent)); });
        QVERIFY(pair.server.receive(all) == bytes);
    }

    void cutByResetIsAResetOnBothSides()
    {
        Pair pair = connected();

        QVERIFY(m_proxy->apply(fault::Cut{fault::Cut::How::Reset}));

        QCOMPARE(pair.client.ending(), Peer::Ending::Reset);
        QCOMPARE(pair.server.ending(), Peer::Ending::Reset);
        QCOMPARE(m_proxy->counters().open, 0);
    }

    void cutByFinIsAnOrderlyEndOnBothSides()
    {
        Pair pair = connected();

        QVERIFY(m_proxy->apply(fault::Cut{fault::Cut::How::Fin}));
        QCOMPARE(m_proxy->counters().open, 0);
        QCOMPARE(pair.server.ending(), Peer::Ending::Fin);
        QCOMPARE(pair.client.ending(), Peer::Ending::Fin);

        pair.client.send(manyBytes(10'000)); // what nobody wants any more must not turn the end into a reset
        m_proxy->settle();
        QVERIFY(!pair.client.isBroken());
    }

    void aCutTouchesOnlyWhatIsThere()
    {
        Pair before = connected();
        QVERIFY(m_proxy->apply(fault::Cut{fault::Cut::How::Reset}));
        Pair after = connected();

        after.client.send("hello");

        QCOMPARE(after.server.receive(5), QByteArray("hello"));
    }

    void blackHoleHoldsEverythingAndThenDeliversItInOrder()
    {
        Pair pair = connected();
        QVERIFY(m_proxy->apply(fault::BlackHole{}));
        const FaultProxy::Counters before = m_proxy->counters();

        pair.client.send("up one, ");
        pair.server.send("down one, ");
        m_proxy->settle();
        pair.client.send("up two");
        pair.server.send("down two");
        pair.client.endWriting();
        m_proxy->settle();

        QVERIFY(!pair.client.hasSomething());
        QVERIFY(!pair.server.hasSomething());
        QCOMPARE(m_proxy->counters().bytesToClient, before.bytesToClient);
        QCOMPARE(m_proxy->counters().open, 1);

        QVERIFY(m_proxy->apply(fault::EndBlackHole{}));
        QCOMPARE(pair.client.receive(18), QByteArray("down one, down two"));
        QCOMPARE(pair.server.receiveAll(), QByteArray("up one, up two"));
    }

    void blackHoleHoldsBytesThatWereUnderWay()
    {
        constexpr auto oneWay = 400ms;
        Pair pair = connected();
        QVERIFY(m_proxy->apply(fault::Latency{2 * oneWay}));
        const QDeadlineTimer afterDue(oneWay + 50ms);
        pair.server.send("late");
        m_proxy->settle();
        QVERIFY(m_proxy->apply(fault::BlackHole{}));

        while (!afterDue.hasExpired())
            m_proxy->settle();
        QVERIFY(!pair.client.hasSomething());

        QVERIFY(m_proxy->apply(fault::EndBlackHole{}));
        QCOMPARE(pair.client.receive(4), QByteArray("late"));
    }

    void blackHoleAcceptsNewConnectionsAndHoldsThem()
    {
        QVERIFY(m_proxy->apply(fault::BlackHole{}));
        Peer client = Peer::connectedTo(m_proxy->port());
        QVERIFY(client.isOpen());
        client.send("hello");
        QTRY_COMPARE(m_proxy->counters().open, 1);
        m_proxy->settle();
        QVERIFY(!m_upstream->hasArrival());

        QVERIFY(m_proxy->apply(fault::EndBlackHole{}));

        QCOMPARE(m_upstream->accept().receive(5), QByteArray("hello"));
    }

    void latencyDelaysAnAnswerByARoundTrip()
    {
        Pair pair = connected();
        QVERIFY(m_proxy->apply(fault::Latency{60ms}));
        QElapsedTimer since;
        since.start();

        pair.client.send("question");
        QCOMPARE(pair.server.receive(8), QByteArray("question"));
        QVERIFY(since.elapsed() >= 30);
        pair.server.send("answer");
        QCOMPARE(pair.client.receive(6), QByteArray("answer"));

        QVERIFY(since.elapsed() >= 60);
    }

    void latencyMakesANewConnectionCostARoundTripMore()
    {
        QVERIFY(m_proxy->apply(fault::Latency{60ms}));
        QElapsedTimer since;
        since.start();

        Pair pair = connected();
        pair.client.send("question");
        pair.server.receive(8);
        pair.server.send("answer");
        pair.client.receive(6);

        QVERIFY(since.elapsed() >= 120);
    }

    void latencyKeepsTheOrderAndTheEnd()
    {
        const QByteArray bytes = manyBytes(1'000'000);
        Pair pair = connected();
        QVERIFY(m_proxy->apply(fault::Latency{50ms}));
        const auto down = std::async(std::launch::async, [&] {
            pair.server.send(bytes);
            pair.server.endWriting();
        });
        QVERIFY(pair.client.receive(1000) == bytes.first(1000));

        QVERIFY(m_proxy->apply(fault::Latency{0ms}));

        QVERIFY(pair.client.receiveAll() == bytes.sliced(1000));
        QCOMPARE(pair.client.ending(), Peer::Ending::Fin);
    }

    void aRateIsKeptInBothDirections()
    {
        const QByteArray bytes = manyBytes(50'000);
        Pair pair = connected();
        QVERIFY(m_proxy->apply(fault::Rate{250}));
        QElapsedTimer since;
        since.start();

        pair.server.send(bytes);
        QVERIFY(pair.client.receive(bytes.size()) == bytes);
        QVERIFY(since.elapsed() >= 199); // at 250 KB/s
        pair.client.send(bytes);
        QVERIFY(pair.server.receive(bytes.size()) == bytes);
        QVERIFY(since.elapsed() >= 398);

        QVERIFY(m_proxy->apply(fault::Rate{0}));
        since.restart();
        pair.server.send(manyBytes(1'000'000));
        QCOMPARE(pair.client.receive(1'000'000).size(), qsizetype(1'000'000));
        QVERIFY(since.elapsed() < 3'000); // it would be 4 s
    }

    void offlineResetsAndRefusesUntilOnlineOnTheSamePort()
    {
        Pair pair = connected();
        const quint16 port = m_proxy->port();

        QVERIFY(m_proxy->apply(fault::Offline{}));
        QCOMPARE(pair.client.ending(), Peer::Ending::Reset);
        QVERIFY(!Peer::connectedTo(port).isOpen());

        QVERIFY(m_proxy->apply(fault::Online{}));
        Pair again = connected();
        again.client.send("back");
        QCOMPARE(again.server.receive(4), QByteArray("back"));
        QVERIFY(m_proxy->apply(fault::Online{}));
    }

    void onlineSaysWhenThePortIsTakenMeanwhile()
    {
        QVERIFY(m_proxy->apply(fault::Offline{}));
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost, m_proxy->port()));

        const Result<> result = m_proxy->apply(fault::Online{});

        QVERIFY(!result);
        QCOMPARE(result.error().code, Error::Code::Busy);
    }

    void cutAfterLetsExactlySoManyBytesThrough_data()
    {
        QTest::addColumn<int>("bytes");
        for (const int bytes : {1, 700, 65'536, 300'001})
            QTest::addRow("%d", bytes) << bytes;
    }
    void cutAfterLetsExactlySoManyBytesThrough()
    {
        QFETCH(int, bytes);
        const QByteArray all = manyBytes(1'000'000);
        QVERIFY(m_proxy->apply(fault::CutAfter{static_cast<std::uint64_t>(bytes)}));
        Pair pair = connected();

        const auto down = std::async(std::launch::async, [&] { pair.server.send(all); });
        const QByteArray received = pair.client.receiveAll();

        QCOMPARE(received.size(), bytes);
        QVERIFY(received == all.first(bytes));
        QCOMPARE(pair.client.ending(), Peer::Ending::Reset);
        QCOMPARE(m_proxy->counters().bytesToClient, static_cast<std::uint64_t>(bytes));
    }

    void cutAfterCountsFromTheCommandAndIsForEachConnection()
    {
        Pair old = connected();
        old.server.send("0123456789");
        QCOMPARE(old.client.receive(10), QByteArray("0123456789"));
        QVERIFY(m_proxy->apply(fault::CutAfter{4}));
        Pair young = connected();

        old.server.send("abcdefgh");
        young.server.send("ABCDEFGH");

        QCOMPARE(old.client.receiveAll(), QByteArray("abcd"));
        QCOMPARE(young.client.receiveAll(), QByteArray("ABCD"));
        QVERIFY(m_proxy->apply(fault::CutAfter{0}));
        Pair free = connected();
        free.server.send("abcdefgh");
        QCOMPARE(free.client.receive(8), QByteArray("abcdefgh"));
    }

    void anUpstreamThatRefusesIsAResetForTheClient()
    {
        m_upstream->close();

        Peer client = Peer::connectedTo(m_proxy->port());

        QCOMPARE(client.ending(), Peer::Ending::Reset);
        QCOMPARE(m_proxy->counters().accepted, std::uint64_t(1));
        QCOMPARE(m_proxy->counters().open, 0);
    }

    void manyConnectionsAreKeptApart()
    {
        std::vector<Pair> pairs;
        for (char name = 'a'; name < 'u'; ++name)
            pairs.push_back(connected());
        QCOMPARE(m_proxy->counters().open, 20);

        for (std::size_t i = 0; i < pairs.size(); ++i)
            pairs[i].client.send(QByteArray(3, static_cast<char>('a' + i)));

        for (std::size_t i = 0; i < pairs.size(); ++i)
            QCOMPARE(pairs[i].server.receive(3), QByteArray(3, static_cast<char>('a' + i)));
    }

private:
    struct Pair {
        Peer client;
        Peer server;
    };
    Pair connected()
    {
        Peer client = Peer::connectedTo(m_proxy->port());
        return {std::move(client), m_upstream->accept()};
    }

    std::unique_ptr<Upstream> m_upstream;
    std::unique_ptr<ProxyThread> m_proxy;
};

QTEST_GUILESS_MAIN(FaultProxyTest)
#include "tst_faultproxy.moc"
