// SPDX-License-Identifier: Apache-2.0
// What goes from a replica, and what stays: a tombstone takes a conversation, a reset takes nothing.
#include "model/store/database.h"
#include "tests/support/storebuilders.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

namespace {

const logged::ConversationDeleted tombstone{{"c1"}, 9000};

bool hasAWholeConversation(Desk &desk)
{
    change::OpenSeams seams;
    seams.tails.push_back({{"a1"}, 0, 2});
    return desk.does({change::Enqueue{command("m1", "Hi")}, change::Number{{{{"m1"}, 1}}},
                      change::Settle{{"m1"}, ""},
                      apply(5, {created(), message("m1", "Hi"), started("a1"),
                                logged::Checkpoint{{"a1"}, 0, 2, sha256("Ye")},
                                logged::StateSnapshot{{"c1"}, "memory", "{}", 1}}),
                      tail("a1", 0, "Ye"), seams});
}

} // namespace

class TombstonesSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aDeletedConversationIsGoneWithAllOfIt()
    {
        Desk desk;
        QVERIFY(hasAWholeConversation(desk));

        QVERIFY(desk.does({apply(6, {tombstone})}));

        QVERIFY(desk.reader->conversations().value().empty());
        QCOMPARE(desk.ids(), std::string());
        QCOMPARE(desk.text("a1"), std::string());
        desk.reader.reset();
        desk.replica.reset();
        const auto file = Database::open(replicaFile(desk.dir.path()), Database::Mode::Read).value();
        for (const char *table :
             {"SELECT COUNT(*) FROM part", "SELECT COUNT(*) FROM seam", "SELECT COUNT(*) FROM checkpoint",
              "SELECT COUNT(*) FROM item", "SELECT COUNT(*) FROM state", "SELECT COUNT(*) FROM command"})
            QVERIFY2(file->value(table)->toInt() == 0, table);
    }

    void whatTheGatewayHasNotTakenStaysVisible()
    {
        Desk desk;
        QVERIFY(hasAWholeConversation(desk));
        QVERIFY(desk.does({change::Enqueue{command("m2", "Wait for me")}}));

        QVERIFY(desk.does({apply(6, {tombstone}), change::Settle{{"m2"}, "deleted"}}));

        QCOMPARE(desk.ids(), std::string("m2"));
        QVERIFY(desk.row("m2").delivery == CommandState::Parked);
        QCOMPARE(desk.row("m2").deliveryError, std::string("deleted"));
        QCOMPARE(desk.text("m2"), std::string("Wait for me"));
        QCOMPARE(desk.conversation().title, std::string("A title"));
    }

    void anotherConversationIsUntouched()
    {
        Desk desk;
        QVERIFY(desk.does(
            {apply(3, {created(), created("c2"), message("m2", "Hi", "c2")}), tail("m2", 0, "Hi")}));

        QVERIFY(desk.does({apply(4, {tombstone})}));

        QCOMPARE(desk.text("m2"), std::string("Hi"));
    }

    void whatANewTellingDoesNotNameIsOnlyHere()
    {
        Desk desk;
        QVERIFY(desk.does({change::BeginEpoch{{"e1", 0}},
                           apply(3, {created(), message("m1", "Hi"), message("m2", "Ho")}),
                           change::EndTelling{}}));
        QVERIFY(!desk.row("m1").isOnlyHere);

        QVERIFY(desk.does({change::BeginEpoch{{"e2", 0}}, apply(2, {created(), message("m1", "Hi")}, "e2")}));
        QVERIFY(!desk.row("m2").isOnlyHere); // it may still come

        QVERIFY(desk.replica->restore()->telling == Telling::Open);
        QVERIFY(desk.does({change::EndTelling{}}));
        QVERIFY(desk.replica->restore()->telling == Telling::Complete);
        QVERIFY(!desk.row("m1").isOnlyHere);
        QVERIFY(desk.row("m2").isOnlyHere);
        QCOMPARE(desk.ids(), std::string("m1 m2"));

        QVERIFY(desk.does({apply(3, {message("m2", "Ho")}, "e2")})); // sent again by the user, say
        QVERIFY(!desk.row("m2").isOnlyHere);
    }
};

QTEST_GUILESS_MAIN(TombstonesSpec)
#include "tst_tombstones.moc"
