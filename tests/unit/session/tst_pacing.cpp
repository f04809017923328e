// SPDX-License-Identifier: Apache-2.0
// The small parts that pace an outbox: bucket, breaker and the wall clock.
#include "model/session/breaker.h"
#include "model/session/tokenbucket.h"
#include "model/session/wallreading.h"

#include <QTest>

#include <limits>

using namespace holdfast;
using namespace std::chrono_literals;

namespace {
constexpr TimePoint start(100s);
} // namespace

class PacingTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void bucket_aBurstThenAPace()
    {
        TokenBucket bucket({.perSecond = 10, .burst = 4});
        QCOMPARE(bucket.available(start), std::size_t(4));
        bucket.take(4, start);
        QCOMPARE(bucket.available(start), std::size_t(0));
        QVERIFY(bucket.when(1) == start + 100ms);
        QVERIFY(bucket.when(9) == start + 400ms); // never more than a burst
        QCOMPARE(bucket.available(start + 99ms), std::size_t(0));
        QCOMPARE(bucket.available(start + 250ms), std::size_t(2));
        QCOMPARE(bucket.available(start + 1h), std::size_t(4));
    }
    void bucket_withoutALimit()
    {
        TokenBucket bucket({.perSecond = 0});
        bucket.take(1000, start);
        QVERIFY(bucket.available(start) > 1000);
    }

    void breaker_opensAfterThreeInARowAndProbes()
    {
        Breaker breaker;
        breaker.refused(start);
        breaker.refused(start);
        breaker.accepted();
        breaker.refused(start);
        breaker.refused(start);
        QVERIFY(breaker.state() == BreakerState::Closed);
        breaker.refused(start);
        QVERIFY(breaker.state() == BreakerState::Open);
        breaker.timeCame(start + 29s);
        QVERIFY(breaker.state() == BreakerState::Open);
        breaker.timeCame(*breaker.probeAt());
        QVERIFY(breaker.state() == BreakerState::Probing);
        breaker.refused(start + 31s);
        QVERIFY(breaker.probeAt() == start + 61s);
        breaker.probe();
        breaker.accepted();
        QVERIFY(breaker.state() == BreakerState::Closed);
    }

    void wall_goesOnByItself()
    {
        WallReading wall;
        QVERIFY(!wall.at(start) && !wall.when({1}));
        wall.read({5000}, start);
        QCOMPARE(wall.at(start + 2s)->ms, std::int64_t(7000));
        QVERIFY(*wall.when({7000}) == start + 2s);
        QVERIFY(*wall.when({std::numeric_limits<std::int64_t>::max() / 2}) > start + 24h);
    }
};

QTEST_GUILESS_MAIN(PacingTest)
#include "tst_pacing.moc"
