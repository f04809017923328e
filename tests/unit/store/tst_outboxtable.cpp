// SPDX-License-Identifier: Apache-2.0
#include "model/store/database.h"
#include "tests/support/storebuilders.h"
#include "tests/support/tempdir.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

class OutboxTableSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aMessageGoesThroughItsLife()
    {
        Desk desk;
        const auto delivery = [&] { return desk.row("m1").delivery; };

        QVERIFY(desk.does({change::Enqueue{command("m1", "Hi")}}));
        QCOMPARE(delivery(), CommandState::Queued);
        QCOMPARE(desk.replica->restore()->commands, (std::vector{command("m1", "Hi")}));

        QVERIFY(desk.does({change::Number{{{{"m1"}, 4}}}}));
        QCOMPARE(delivery(), CommandState::Sent);
        QCOMPARE(desk.replica->restore()->commands.front().seq, 4U);
        QCOMPARE(desk.replica->restore()->nextSeq, 5U);

        QVERIFY(desk.does({change::Settle{{"m1"}, ""}}));
        QCOMPARE(delivery(), CommandState::Accepted);
        QVERIFY(desk.replica->restore()->commands.empty());
        QCOMPARE(desk.replica->restore()->nextSeq, 5U);
    }

    void aRefusedMessageIsParkedAndMayGoBack()
    {
        Desk desk;
        QVERIFY(desk.does({change::Enqueue{command("m1")}, change::Enqueue{command("m2")},
                           change::Number{{{{"m1"}, 1}}}, change::Settle{{"m1"}, "too_large"}}));
        QCOMPARE(desk.row("m1").delivery, CommandState::Parked);
        QCOMPARE(desk.row("m1").deliveryError, std::string("too_large"));
        QCOMPARE(desk.replica->restore()->commands.size(), 1U);

        QVERIFY(desk.does({change::Enqueue{command("m1", "shorter")}}));

        QCOMPARE(desk.row("m1").delivery, CommandState::Queued);
        QCOMPARE(desk.replica->restore()->commands, (std::vector{command("m2"), command("m1", "shorter")}));
    }

    void anEnqueueTwiceIsOnce()
    {
        Desk desk;
        QVERIFY(desk.does({change::Enqueue{command("m1")}, change::Number{{{{"m1"}, 1}}}}));

        QVERIFY(desk.does({change::Enqueue{command("m1")}}));

        QCOMPARE(desk.replica->restore()->commands.size(), 1U);
        QCOMPARE(desk.row("m1").delivery, CommandState::Sent);
    }

    void onlyAQueuedMessageCanBeWithdrawn()
    {
        Desk desk;
        QVERIFY(desk.does(
            {change::Enqueue{command("m1")}, change::Enqueue{command("m2")}, change::Number{{{{"m2"}, 1}}}}));

        QVERIFY(desk.does({change::Withdraw{{"m1"}}, change::Withdraw{{"m2"}}}));

        QVERIFY(!desk.reader->item({"m1"})->has_value());
        QCOMPARE(desk.row("m2").delivery, CommandState::Sent);
    }

    void aStopThatWasAcceptedLeavesNothing()
    {
        Desk desk;
        QVERIFY(desk.does({change::Enqueue{command("s1", "", "stop")}, change::Number{{{{"s1"}, 1}}}}));
        QCOMPARE(desk.replica->restore()->commands.size(), 1U);

        QVERIFY(desk.does({change::Settle{{"s1"}, ""}}));

        const auto database = Database::open(replicaFile(desk.dir.path()), Database::Mode::Read).value();
        QCOMPARE(database->value("SELECT COUNT(*) FROM command")->toInt(), 0);
    }

    void numbersAreNeverUsedAgain()
    {
        Desk desk;
        QVERIFY(desk.does({change::Enqueue{command("m1")}, change::Enqueue{command("m2")},
                           change::Number{{{{"m1"}, 8}, {{"m2"}, 7}}}}));

        desk.restart();

        QCOMPARE(desk.replica->restore()->nextSeq, 9U);
    }

    void anOwnMessageIsReadableWhileItsTextTravelsBack_data()
    {
        QTest::addColumn<QList<int>>("order");
        QTest::newRow("the answer before the log") << QList<int>{0, 1, 2};
        QTest::newRow("the answer before the text") << QList<int>{1, 0, 2};
        QTest::newRow("the answer at last") << QList<int>{1, 2, 0};
    }
    void anOwnMessageIsReadableWhileItsTextTravelsBack()
    {
        QFETCH(QList<int>, order);
        Desk desk;
        QVERIFY(desk.does({change::Enqueue{command("m1", "Hi")}, change::Number{{{{"m1"}, 1}}}}));
        const std::vector<std::vector<Change>> steps{
            {change::Settle{{"m1"}, ""}},
            {apply(2, {created(), message("m1", "Hi")})},
            {tail("m1", 0, "Hi"), change::FinishItem{{"m1"}, change::Verdict::Verified}}};

        for (const int step : order) {
            QVERIFY(desk.does(steps[static_cast<std::size_t>(step)]));
            QCOMPARE(desk.text("m1"), std::string("Hi"));
            QCOMPARE(desk.row("m1").length, 2U);
        }

        QCOMPARE(desk.row("m1").delivery, CommandState::Accepted);
        const auto database = Database::open(replicaFile(desk.dir.path()), Database::Mode::Read).value();
        QVERIFY(database->value("SELECT text FROM command WHERE id = 'm1'")->isNull()); // one copy is enough
    }

    void withoutAnOutboxNothingIsKept()
    {
        TempDir dir;
        Replica::Options options;
        options.dataDir = dir.path();
        options.wallClock = [] { return WallTime{}; };
        options.newDeviceId = [] { return std::string("d"); };
        options.outbox = Replica::OutboxMode::Forgotten;
        auto replica = Replica::open(std::move(options)).value();

        QVERIFY(perform(*replica, {change::Enqueue{command("m1")}}));

        QVERIFY(replica->restore()->commands.empty());
    }
};

QTEST_GUILESS_MAIN(OutboxTableSpec)
#include "tst_outboxtable.moc"
