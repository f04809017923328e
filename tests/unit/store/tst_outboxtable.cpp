// SPDX-License-Identifier: Apache-2.0
#include "model/store/database.h"
#include "tests/support/storebuilders.h"
#include "tests/support/tempdir.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

Q_DECLARE_METATYPE(change::Withdraw::By)
Q_DECLARE_METATYPE(CommandState)

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

    void aMessageIsWithdrawnUntilItIsTooLate_data()
    {
        using By = change::Withdraw::By;
        const Change number = change::Number{{{{"m1"}, 1}}};
        const Change accepted = change::Settle{{"m1"}, ""};
        const Change parked = change::Settle{{"m1"}, "stale"};
        QTest::addColumn<std::vector<Change>>("before");
        QTest::addColumn<By>("by");
        QTest::addColumn<bool>("isGone");
        QTest::newRow("queued") << std::vector<Change>{} << By::User << true;
        QTest::newRow("parked") << std::vector<Change>{parked} << By::User << true;
        QTest::newRow("sent") << std::vector<Change>{number} << By::User << false;
        QTest::newRow("sent, says the gateway") << std::vector<Change>{number} << By::Gateway << true;
        QTest::newRow("sent by another name")
            << std::vector<Change>{number, change::BeginDevice{{"d2"}}} << By::User << false;
        QTest::newRow("accepted") << std::vector<Change>{number, accepted} << By::User << false;
        QTest::newRow("accepted, whatever the gateway says")
            << std::vector<Change>{number, accepted} << By::Gateway << false;
    }
    void aMessageIsWithdrawnUntilItIsTooLate()
    {
        QFETCH(std::vector<Change>, before);
        QFETCH(change::Withdraw::By, by);
        Desk desk;
        QVERIFY(desk.does({change::Enqueue{command("m1")}}));
        QVERIFY(desk.does(before));

        QVERIFY(desk.does({change::Withdraw{{"m1"}, by}}));

        QTEST(!desk.reader->item({"m1"})->has_value(), "isGone");
    }

    void aStateNeverGoesBack_data()
    {
        QTest::addColumn<std::vector<Change>>("changes");
        QTest::addColumn<CommandState>("state");
        const Change number = change::Number{{{{"m1"}, 1}}};
        const Change again = change::Number{{{{"m1"}, 7}}};
        const Change accepted = change::Settle{{"m1"}, ""};
        const Change parked = change::Settle{{"m1"}, "too_large"};
        const Change enqueue = change::Enqueue{command("m1")};
        QTest::newRow("numbered twice") << std::vector<Change>{number, again} << CommandState::Sent;
        QTest::newRow("numbered after the answer")
            << std::vector<Change>{number, accepted, again} << CommandState::Accepted;
        QTest::newRow("parked after it was accepted")
            << std::vector<Change>{number, accepted, parked} << CommandState::Accepted;
        QTest::newRow("accepted after it was parked")
            << std::vector<Change>{number, parked, accepted} << CommandState::Parked;
        QTest::newRow("given again while it is on its way")
            << std::vector<Change>{number, enqueue} << CommandState::Sent;
        QTest::newRow("given again after it was accepted")
            << std::vector<Change>{number, accepted, enqueue} << CommandState::Accepted;
        QTest::newRow("a new name of the device")
            << std::vector<Change>{number, change::BeginDevice{{"d2"}}} << CommandState::Sent;
    }
    void aStateNeverGoesBack()
    {
        QFETCH(std::vector<Change>, changes);
        Desk desk;
        QVERIFY(desk.does({change::Enqueue{command("m1")}}));
        QVERIFY(desk.does(changes));
        QTEST(desk.row("m1").delivery.value(), "state");
    }

    void aRestartKnowsPriorityTargetAndDependency()
    {
        Desk desk;
        frame::Command high = command("m1");
        high.priority = Priority::High;
        frame::Command withdraw = command("w1", "", "withdraw");
        withdraw.priority = Priority::Critical;
        withdraw.target = {"m1"};
        QVERIFY(desk.does(
            {change::Enqueue{high}, change::Enqueue{withdraw}, change::Number{{{{"m1"}, 1, {"m0"}}}}}));
        high.seq = 1;
        high.after = {"m0"};
        QCOMPARE(desk.replica->restore()->commands, (std::vector{high, withdraw}));
    }

    void aRestartKnowsWhatWaitsForTheUserAndWhatTheLogOwes()
    {
        Desk desk;
        QVERIFY(desk.does({change::Enqueue{command("m1")}, change::Enqueue{command("m2")},
                           change::Enqueue{command("m3")}, change::Number{{{{"m2"}, 1}, {{"m3"}, 2}}},
                           change::Settle{{"m1"}, "stale"}, change::Settle{{"m2"}, ""},
                           change::BeginDevice{{"d2"}}}));
        const auto restored = desk.replica->restore().value();
        QCOMPARE(restored.parked, std::set<CommandId>{{"m1"}});
        QCOMPARE(restored.unseen, std::set<CommandId>{{"m2"}});
        QCOMPARE(restored.sentBefore, std::set<CommandId>{{"m3"}});

        QVERIFY(desk.does({apply(2, {created(), message("m2", "Hello")})}));
        QVERIFY(desk.replica->restore()->unseen.empty());
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
