// SPDX-License-Identifier: Apache-2.0
// How much may be on its way to a client (law 10): credit, and the window that follows the delay of the link.
#include "model/session/credit.h"

#include <QTest>

#include <deque>
#include <utility>

using namespace holdfast;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint start{1000s};
constexpr std::uint64_t frameCost = 10 * 1024;

/// A link that carries so many bytes a second and queues the rest; the client acknowledges each 8 KiB.
class Line
{
public:
    Line(int bytesPerSecond, Duration roundTrip)
        : m_bytesPerSecond(static_cast<std::uint64_t>(bytesPerSecond)), m_roundTrip(roundTrip)
    {}

    void setRoundTrip(Duration roundTrip) { m_roundTrip = roundTrip; }
    /// The gateway sends all it may, for so long.
    void run(Duration duration)
    {
        const TimePoint end = m_now + duration;
        while (m_now < end) {
            while (!m_credit.isExhausted())
                send();
            QVERIFY2(!m_acks.empty(), "the link stands still");
            m_now = std::max(m_now, m_acks.front().first);
            m_credit.acked(m_acks.front().second, m_now);
            m_acks.pop_front();
            QVERIFY(m_credit.isConsistent());
        }
    }
    std::uint64_t sent() const { return m_sent; }
    /// For how long the last byte waited for the line, at most.
    Duration longestQueue() const { return m_queue; }
    void forgetQueue() { m_queue = Duration::zero(); }

private:
    void send()
    {
        const std::uint64_t bytes = m_credit.frameBytes();
        m_credit.sent(bytes, m_now);
        m_sent += bytes;
        m_unacked += bytes;
        m_lineFree =
            std::max(m_lineFree, m_now) + std::chrono::microseconds(bytes * 1'000'000 / m_bytesPerSecond + 1);
        m_queue = std::max(m_queue, m_lineFree - m_now);
        if (m_unacked < limits::ackBytesSoon)
            return;
        m_acks.emplace_back(m_lineFree + m_roundTrip, m_sent);
        m_unacked = 0;
    }

    std::uint64_t m_bytesPerSecond;
    Duration m_roundTrip;
    Credit m_credit;
    TimePoint m_now{start};
    TimePoint m_lineFree{start};
    std::uint64_t m_sent{0};
    std::uint64_t m_unacked{0};
    std::deque<std::pair<TimePoint, std::uint64_t>> m_acks;
    Duration m_queue{0};
};

} // namespace

class CreditTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isExhaustedAndRefilled()
    {
        Credit credit;
        while (!credit.isExhausted())
            credit.sent(frameCost, start);
        QVERIFY(credit.inFlight() >= limits::creditWindowFirst);
        QVERIFY(credit.inFlight() < limits::creditWindowFirst + frameCost);
        credit.acked(frameCost, start + 10ms);
        QVERIFY(!credit.isExhausted());
        QVERIFY(credit.isConsistent());
    }

    void followsOnlyAcksThatCanBe_data()
    {
        QTest::addColumn<QList<quint64>>("acks");
        QTest::addColumn<quint64>("inFlight");
        QTest::newRow("one lost: the next says the same") << QList<quint64>{30000} << quint64(20000);
        QTest::newRow("doubled") << QList<quint64>{30000, 30000, 30000} << quint64(20000);
        QTest::newRow("an older one behind it") << QList<quint64>{30000, 10000} << quint64(20000);
        QTest::newRow("more than was sent") << QList<quint64>{UINT64_MAX} << quint64(0);
        QTest::newRow("none") << QList<quint64>{0} << quint64(50000);
    }
    void followsOnlyAcksThatCanBe()
    {
        QFETCH(QList<quint64>, acks);
        QFETCH(quint64, inFlight);
        Credit credit;
        for (int i = 0; i < 5; ++i)
            credit.sent(10'000, start);
        for (const quint64 received : acks) {
            credit.acked(received, start + 20ms);
            QVERIFY(credit.isConsistent());
        }
        QCOMPARE(credit.inFlight(), inFlight);
    }

    void findsTheWindowOfALink_data()
    {
        QTest::addColumn<int>("bytesPerSecond");
        QTest::addColumn<int>("roundTripMs");
        QTest::addColumn<int>("queueMsMax"); ///< what a ping may wait for, beside the round trip
        QTest::newRow("loopback") << 100'000'000 << 0 << 10;
        QTest::newRow("1 Mbit/s, 50 ms") << 125'000 << 50 << 250;
        QTest::newRow("10 Mbit/s, 200 ms") << 1'250'000 << 200 << 300;
        QTest::newRow("30 KB/s, 600 ms") << 30'000 << 600 << 1200;
    }
    void findsTheWindowOfALink()
    {
        QFETCH(int, bytesPerSecond);
        QFETCH(int, roundTripMs);
        QFETCH(int, queueMsMax);
        Line line(bytesPerSecond, std::chrono::milliseconds(roundTripMs));

        line.run(10s);
        line.forgetQueue();
        line.run(20s);

        const double possible = 30.0 * std::min(bytesPerSecond, 256 * 1024 * 1000 / std::max(roundTripMs, 3));
        QVERIFY2(line.longestQueue() <= std::chrono::milliseconds(queueMsMax),
                 std::to_string(line.longestQueue().count() / 1000).c_str());
        QVERIFY2(static_cast<double>(line.sent()) > 0.6 * possible, std::to_string(line.sent()).c_str());
    }

    /// The path of a link may change under it: a phone that moves, a tunnel that is rerouted.
    void aPathThatBecameLongerIsNoQueue()
    {
        Line line(1'250'000, 20ms);
        line.run(20s);

        line.setRoundTrip(400ms);
        line.run(30s);
        const std::uint64_t before = line.sent();
        line.run(30s);

        const double possible = 30.0 * 256 * 1024 * 1000 / 400;
        QVERIFY2(static_cast<double>(line.sent() - before) > 0.6 * possible,
                 std::to_string(line.sent() - before).c_str());
    }

    void aPathThatBecameShorterIsSeenAtOnce()
    {
        Line line(125'000, 400ms);
        line.run(20s);

        line.setRoundTrip(20ms);
        line.run(5s);
        line.forgetQueue();
        line.run(20s);

        QVERIFY2(line.longestQueue() <= 250ms, std::to_string(line.longestQueue().count() / 1000).c_str());
    }

    /// Who queues for minutes must not take its own queue for the path.
    void aStandingQueueOfItsOwnIsNoLongerPath_data()
    {
        QTest::addColumn<int>("bytesPerSecond");
        QTest::addColumn<int>("queueMsMax");
        QTest::newRow("1 Mbit/s") << 125'000 << 250;
        QTest::newRow("4 Mbit/s") << 500'000 << 250;
    }
    void aStandingQueueOfItsOwnIsNoLongerPath()
    {
        QFETCH(int, bytesPerSecond);
        QFETCH(int, queueMsMax);
        Line line(bytesPerSecond, 50ms);
        line.run(5min);

        line.forgetQueue();
        line.run(1min);

        QVERIFY2(line.longestQueue() <= std::chrono::milliseconds(queueMsMax),
                 std::to_string(line.longestQueue().count() / 1000).c_str());
        QVERIFY2(static_cast<double>(line.sent()) > 0.9 * 360 * bytesPerSecond,
                 std::to_string(line.sent()).c_str());
    }

    void littleTextIsNeverHeldUpToMeasure()
    {
        Credit credit;
        std::uint64_t sent = 0;
        for (TimePoint now = start; now < start + 1min; now += 1s) {
            QVERIFY(!credit.isExhausted());
            credit.sent(2000, now);
            sent += 2000;
            credit.acked(sent, now + 900ms);
        }
        QCOMPARE(credit.window(), limits::creditWindowFirst);
    }

    void aLateAckOfLittleIsNoSlowLink()
    {
        Credit credit;
        for (int i = 0; i < 20; ++i) {
            credit.sent(200, start + i * 2s);
            credit.acked(static_cast<std::uint64_t>(i + 1) * 200, start + i * 2s + 1020ms);
        }
        QCOMPARE(credit.window(), limits::creditWindowFirst);
        QCOMPARE(credit.mergeWindow(), Duration(limits::tailMergeWindow));
    }

    void textWaitsLongerWhereFramesTravelLonger()
    {
        Credit credit;
        credit.sent(frameCost, start);
        credit.acked(frameCost, start + 300ms);
        QCOMPARE(credit.mergeWindow(), Duration(150ms));
        credit.sent(frameCost, start + 1s);
        credit.acked(2 * frameCost, start + 9s);
        QCOMPARE(credit.mergeWindow(), Duration(250ms));
    }

    void manySmallFramesAreFewMarks()
    {
        Credit credit;
        std::uint64_t sent = 0;
        while (!credit.isExhausted()) {
            credit.sent(130, start);
            sent += 130;
        }
        credit.acked(sent, start + 1ms);
        QVERIFY(credit.isConsistent());
        QCOMPARE(credit.inFlight(), std::uint64_t(0));
    }
};

QTEST_GUILESS_MAIN(CreditTest)
#include "tst_credit.moc"
