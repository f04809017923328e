// SPDX-License-Identifier: Apache-2.0
#include "app/lab/delayline.h"

#include <QTest>

using namespace holdfast;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint start{1000s};

QByteArray allDue(DelayLine &line, TimePoint now)
{
    QByteArray all;
    for (QByteArrayView due = line.due(now); !due.isEmpty(); due = line.due(now)) {
        all += due.toByteArray();
        line.taken(due.size());
    }
    return all;
}

} // namespace

class DelayLineTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void bytesAreNotDueBeforeTheirTime()
    {
        DelayLine line;
        line.push("abc", start + 100ms);

        QVERIFY(line.due(start + 99ms).isEmpty());
        QCOMPARE(line.next(), std::optional(start + 100ms));
        QCOMPARE(allDue(line, start + 100ms), QByteArray("abc"));
    }

    void manyParcelsAreUnderWayAtOnce()
    {
        DelayLine line;
        for (int i = 0; i < 100; ++i)
            line.push(QByteArray(1, static_cast<char>(i)), start + 100ms + i * 1us);

        QVERIFY(line.due(start + 99ms).isEmpty());
        QCOMPARE(allDue(line, start + 101ms).size(), 100);
    }

    void aShorterDelayDoesNotLetBytesOvertake()
    {
        DelayLine line;
        line.push("first ", start + 100ms);
        line.push("second", start + 10ms);

        QVERIFY(line.due(start + 50ms).isEmpty());
        QCOMPARE(allDue(line, start + 100ms), QByteArray("first second"));
    }

    void whatIsNotTakenStaysInFront()
    {
        DelayLine line;
        line.push("abcdef", start);

        line.taken(2);

        QCOMPARE(line.due(start), QByteArrayView("cdef"));
    }

    void theEndComesBehindTheLastByte()
    {
        DelayLine line;
        line.push("abc", start + 100ms);
        line.end(DelayLine::End::Fin, start);

        QCOMPARE(line.endDue(start + 100ms), DelayLine::End::None);
        allDue(line, start + 100ms);
        QCOMPARE(line.endDue(start + 99ms), DelayLine::End::None);
        QCOMPARE(line.endDue(start + 100ms), DelayLine::End::Fin);
    }

    void theFirstEndCounts()
    {
        DelayLine line;
        line.end(DelayLine::End::Fin, start);
        line.end(DelayLine::End::Reset, start);

        QCOMPARE(line.endDue(start), DelayLine::End::Fin);
    }

    void itIsFullAtItsLimitAndHasRoomAfterATake()
    {
        DelayLine line;
        line.push(QByteArray(DelayLine::bytesMax, 'x'), start);
        QVERIFY(line.isFull());

        line.taken(1);

        QVERIFY(!line.isFull());
    }

    void whatIsDroppedIsNeverDue()
    {
        DelayLine line;
        line.push("abcdef", start);
        line.taken(2);

        line.drop();

        QVERIFY(line.due(start + 1h).isEmpty());
        QVERIFY(!line.next().has_value());
    }
};

QTEST_GUILESS_MAIN(DelayLineTest)
#include "tst_delayline.moc"
