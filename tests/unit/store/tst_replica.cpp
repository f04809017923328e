// SPDX-License-Identifier: Apache-2.0
#include "tests/support/storebuilders.h"
#include "tests/support/tempdir.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

namespace {

/// What a Restored says, in a form that can be compared.
std::string asText(const ClientSession::Restored &restored)
{
    std::string all = restored.device.value + ' ' + restored.cursor.epoch + ':' +
                      std::to_string(restored.cursor.seq) + " next " + std::to_string(restored.nextSeq);
    for (const OpenText &open : restored.texts) {
        all += "\ntext " + open.item.value + '@' + std::to_string(open.tail.gen()) + ':' +
               std::to_string(open.tail.length()) + ' ' + open.tail.sha256() +
               (open.source == OpenText::Source::Run ? " run" : " message");
        if (open.tail.final())
            all += " final " + std::to_string(open.tail.final()->length) + ' ' + open.tail.final()->sha256;
    }
    for (const frame::Command &each : restored.commands)
        all +=
            "\ncommand " + each.id.value + ' ' + std::to_string(each.seq) + ' ' + each.name + ' ' + each.text;
    return all;
}

/// A life with something of everything: open and finished texts, numbered and queued commands.
std::vector<Change> aLife()
{
    return {change::BeginEpoch{{"e1", 0}},
            apply(3, {created(), message("m1", "Hi"), started("a1")}),
            tail("m1", 0, "Hi"),
            change::FinishItem{{"m1"}, change::Verdict::Verified},
            tail("a1", 0, "Der Anker h"),
            tail("a1", 11, "\xC3"),
            change::Enqueue{command("m2")},
            change::Enqueue{command("m3", "third")},
            change::Number{{{{"m2"}, 7}}},
            change::StoreAgents{{AgentInfo{{"guide"}, "Guide", "", "built in", "Helps", true, ""}}}};
}

} // namespace

class ReplicaSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void beginsEmptyWithADeviceOfItsOwn()
    {
        Desk desk;

        const auto restored = desk.replica->restore();

        QVERIFY(!restored->device.isEmpty());
        QVERIFY(restored->cursor.isNull());
        QCOMPARE(restored->nextSeq, 1U);
        QVERIFY(restored->texts.empty() && restored->commands.empty());
        desk.restart();
        QCOMPARE(desk.replica->restore()->device, restored->device);
    }

    void appliesEventsAndCursorTogether()
    {
        Desk desk;

        const auto touched =
            perform(*desk.replica, {apply(3, {created(), message("m1", "Hi"), started("a1")})});

        QCOMPARE(*touched, (std::set<ConversationId>{{"c1"}}));
        QVERIFY(desk.replica->restore()->cursor == (Cursor{"e1", 3}));
        QCOMPARE(desk.row("m1").role, Role::User);
        QCOMPARE(desk.row("m1").finalLength, 2U);
        QVERIFY(desk.row("a1").status == RunStatus::Working);
        QCOMPARE(desk.row("a1").createdAtMs, 3000);
    }

    void keepsWhatTheTerminalEventSaid()
    {
        Desk desk;
        auto end = finished("a1", "Hi", RunStatus::Failed);
        end.detail = "502";

        QVERIFY(desk.does({apply(3, {created(), started("a1"), end})}));

        const ItemRow row = desk.row("a1");
        QVERIFY(row.status == RunStatus::Failed);
        QCOMPARE(row.finalLength, 2U);
        QCOMPARE(row.sha256, sha256("Hi"));
        QCOMPARE(row.detail, std::string("502"));
        QCOMPARE(row.finishedAtMs, 4000);
    }

    void advancesOverWhatItDoesNotKnow()
    {
        Desk desk;

        QVERIFY(desk.does({apply(2, {logged::Checkpoint{{"a9"}, 0, 4, "x"}, logged::Unknown{"NEW", "{}"}})}));

        QCOMPARE(desk.replica->restore()->cursor.seq, 2U);
    }

    void isTheSameWhenALogIsAppliedTwice()
    {
        Desk desk;
        const auto log = apply(4, {created(), message("m1", "Hi"), started("a1"), finished("a1", "Yes")});
        QVERIFY(desk.does({log, tail("m1", 0, "Hi"), change::FinishItem{{"m1"}, change::Verdict::Verified},
                           tail("a1", 0, "Yes"), change::FinishItem{{"a1"}, change::Verdict::Verified}}));
        const std::string before = asText(*desk.replica->restore());
        const ItemRow answer = desk.row("a1");
        const ItemRow question = desk.row("m1");

        QVERIFY(desk.does({log}));

        QCOMPARE(desk.row("m1"), question);
        QCOMPARE(asText(*desk.replica->restore()), before);
        QCOMPARE(desk.row("a1"), answer);
    }

    void aStatusDoesNotComeBackFromItsEndWithinAnEpoch()
    {
        Desk desk;
        QVERIFY(
            desk.does({apply(3, {created(), started("a1"), finished("a1", "Hi", RunStatus::Cancelled)})}));

        QVERIFY(desk.does({apply(5, {started("a1"), finished("a1", "Ho", RunStatus::Completed)})}));

        QVERIFY(desk.row("a1").status == RunStatus::Cancelled);
        QCOMPARE(desk.row("a1").sha256, sha256("Hi"));
    }

    void refusesACursorThatGoesBackWithinAnEpoch()
    {
        Desk desk;
        QVERIFY(desk.does({apply(5, {created()})}));

        const auto done = perform(*desk.replica, {apply(4, {created("c2")})});

        QCOMPARE(done.error().code, Error::Code::BadCursor);
        QVERIFY(!desk.reader->conversation({"c2"})->has_value());
        QVERIFY(desk.does({change::BeginEpoch{{"e2", 0}}, apply(1, {created("c2")}, "e2")}));
    }

    void keepsEveryTextWhenAnotherEpochTellsTheLogAgain()
    {
        Desk desk;
        QVERIFY(desk.does({apply(4, {created(), started("a1"), finished("a1", "Told"), started("a2")}),
                           tail("a1", 0, "Told"), change::FinishItem{{"a1"}, change::Verdict::Verified},
                           tail("a2", 0, "Only he")}));

        QVERIFY(desk.does({change::BeginEpoch{{"e2", 0}}, apply(2, {created(), started("a1")}, "e2")}));

        QCOMPARE(desk.text("a1"), std::string("Told"));
        QCOMPARE(desk.text("a2"), std::string("Only he"));
        QVERIFY(desk.row("a1").status == RunStatus::Working);
        QVERIFY(!desk.row("a1").isVerified);
        QVERIFY(desk.does({apply(3, {finished("a1", "Told")}, "e2"),
                           change::FinishItem{{"a1"}, change::Verdict::Verified}}));
        QVERIFY(desk.row("a1").isVerified);
    }

    void aTellingBeginsAnewAlsoUnderTheSameEpoch()
    {
        Desk desk;
        QVERIFY(desk.does({apply(1, {created()})}));

        for (const char *text : {"One", "Other", "Third"}) {
            QVERIFY(desk.does(
                {change::BeginEpoch{{"e1", 0}}, apply(3, {created(), started("a1"), finished("a1", text)})}));

            QCOMPARE(desk.row("a1").sha256, sha256(text));
            QVERIFY(!desk.row("a1").isVerified);
            QCOMPARE(desk.replica->restore()->texts.size(), 1U);
            QVERIFY(desk.does({tail("a1", 0, text), change::FinishItem{{"a1"}, change::Verdict::Verified}}));
        }
    }

    void aLaterTellingMayBeginATextInAnotherGeneration()
    {
        Desk desk;
        QVERIFY(desk.does({apply(2, {created(), started("a1")}), change::RestartTail{{"a1"}, 3},
                           tail("a1", 0, "third", 3)}));

        QVERIFY(desk.does({apply(3, {started("a1")})})); // heard twice: the later generation stays
        QCOMPARE(desk.text("a1"), std::string("third"));
        QVERIFY(desk.does({change::BeginEpoch{{"e2", 0}}, apply(2, {created(), started("a1", 1)}, "e2"),
                           tail("a1", 0, "1", 1)}));

        QCOMPARE(desk.text("a1"), std::string("1"));
        QCOMPARE(desk.row("a1").gen, 1U);
    }

    void takesTheShorterTextOfALaterTelling()
    {
        Desk desk;
        QVERIFY(desk.does({apply(2, {created(), started("a1")}), tail("a1", 0, "Yes, of course")}));

        QVERIFY(desk.does({change::BeginEpoch{{"e2", 0}},
                           apply(3, {created(), started("a1"), finished("a1", "Yes")}, "e2"),
                           tail("a1", 0, "Yes"), change::FinishItem{{"a1"}, change::Verdict::Verified}}));

        QCOMPARE(desk.text("a1"), std::string("Yes"));
        QCOMPARE(desk.row("a1").length, 3U);
    }

    void finishesAtTheStartWhatIsHereWholeAndTellsTheRestAgain_data()
    {
        QTest::addColumn<QString>("told");
        QTest::addColumn<int>("openTexts");
        QTest::newRow("the same text") << QStringLiteral("Told") << 0;
        QTest::newRow("another text") << QStringLiteral("Lies") << 1;
        QTest::newRow("a shorter one") << QStringLiteral("To") << 1;
        QTest::newRow("a longer one") << QStringLiteral("Told you") << 1;
    }
    void finishesAtTheStartWhatIsHereWholeAndTellsTheRestAgain()
    {
        QFETCH(QString, told);
        QFETCH(int, openTexts);
        Desk desk;
        QVERIFY(desk.does({apply(3, {created(), started("a1"), finished("a1", "Told")}),
                           tail("a1", 0, "Told"), change::FinishItem{{"a1"}, change::Verdict::Verified}}));
        QVERIFY(desk.does({change::BeginEpoch{{"e2", 0}},
                           apply(3, {created(), started("a1"), finished("a1", told.toStdString())}, "e2")}));

        desk.restart();
        const auto restored = desk.replica->restore();

        QCOMPARE(static_cast<int>(restored->texts.size()), openTexts);
        for (const OpenText &open : restored->texts)
            QVERIFY(!open.tail.isComplete()); // else nothing would ever finish it
        QCOMPARE(desk.row("a1").isVerified, openTexts == 0);
        QCOMPARE(desk.text("a1"), std::string("Told"));
    }

    void writesATailOnce_data()
    {
        QTest::addColumn<int>("offset");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("at the end") << 5 << QByteArray(" you") << QByteArray("Hello you");
        QTest::newRow("known whole") << 0 << QByteArray("Hello") << QByteArray("Hello");
        QTest::newRow("known inside") << 1 << QByteArray("ell") << QByteArray("Hello");
        QTest::newRow("half known") << 3 << QByteArray("lo!") << QByteArray("Hello!");
        QTest::newRow("other bytes") << 1 << QByteArray("a") << QByteArray("Ha");
        QTest::newRow("other bytes and more") << 2 << QByteArray("y there") << QByteArray("Hey there");
        QTest::newRow("nothing") << 5 << QByteArray("") << QByteArray("Hello");
        QTest::newRow("NUL bytes") << 5 << QByteArray("\0\0.", 3) << QByteArray("Hello\0\0.", 8);
    }
    void writesATailOnce()
    {
        QFETCH(int, offset);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, after);
        Desk desk;
        QVERIFY(desk.does({apply(2, {created(), started("a1")}), tail("a1", 0, "He"), tail("a1", 2, "llo")}));
        const auto again = tail("a1", static_cast<std::uint64_t>(offset), text.toStdString());

        QVERIFY(desk.does({again}));
        QVERIFY(desk.does({again}));

        QCOMPARE(QByteArray::fromStdString(desk.text("a1")), after);
        QCOMPARE(static_cast<qsizetype>(desk.row("a1").length), after.size());
    }

    void refusesAHoleAndLeavesNothingOfThatCommit()
    {
        Desk desk;
        QVERIFY(desk.does({apply(2, {created(), started("a1")}), tail("a1", 0, "He")}));
        const std::string before = asText(*desk.replica->restore());

        const auto done = perform(*desk.replica, {apply(3, {created("c2")}), tail("a1", 2, "llo"),
                                                  change::Enqueue{command("m1")}, tail("a1", 9, "x")});

        QCOMPARE(done.error().code, Error::Code::BadOffset);
        QCOMPARE(asText(*desk.replica->restore()), before);
        QVERIFY(!desk.reader->conversation({"c2"})->has_value());
        QVERIFY(desk.does({tail("a1", 2, "y")})); // the store itself is well
        QCOMPARE(desk.text("a1"), std::string("Hey"));
    }

    void ignoresTextsOfUnknownItemsAndOldGenerations()
    {
        Desk desk;
        QVERIFY(desk.does(
            {apply(2, {created(), started("a1")}), change::RestartTail{{"a1"}, 2}, tail("a1", 0, "new", 2)}));

        QVERIFY(
            desk.does({tail("nobody", 0, "x"), tail("a1", 0, "old", 1), change::RestartTail{{"nobody"}, 1},
                       change::FinishItem{{"nobody"}, change::Verdict::Gone}, change::CloseSeam{{"nobody"}},
                       change::OpenSeams{{{{"nobody"}, 0, 3}}}, change::Withdraw{{"nobody"}},
                       change::Settle{{"nobody"}, ""}, change::Number{{{{"nobody"}, 3}}}}));

        QCOMPARE(desk.text("a1"), std::string("new"));
        QCOMPARE(desk.text("nobody"), std::string());
    }

    void restartsATextInAnotherGeneration()
    {
        Desk desk;
        QVERIFY(desk.does({apply(2, {created(), started("a1")}), tail("a1", 0, "first try")}));

        QVERIFY(desk.does({change::RestartTail{{"a1"}, 1}, tail("a1", 0, "second", 1)}));

        QCOMPARE(desk.text("a1"), std::string("second"));
        QCOMPARE(desk.row("a1").gen, 1U);
        QCOMPARE(desk.replica->restore()->texts.front().tail.gen(), 1U);
    }

    void aTextThatIsGoneAtTheGatewayStaysHere()
    {
        Desk desk;
        QVERIFY(desk.does({apply(2, {created(), started("a1")}), tail("a1", 0, "half")}));

        QVERIFY(desk.does({change::FinishItem{{"a1"}, change::Verdict::Gone}}));

        QCOMPARE(desk.text("a1"), std::string("half"));
        QVERIFY(desk.row("a1").status == RunStatus::Interrupted);
        QVERIFY(!desk.row("a1").isVerified);
        QVERIFY(desk.replica->restore()->texts.empty());
    }

    void keepsASeamForEachBreak()
    {
        Desk desk;
        QVERIFY(desk.does({apply(2, {created(), started("a1")}), tail("a1", 0, "Hello")}));
        const change::OpenSeams lost{{{{"a1"}, 0, 5}}};

        desk.now = 100;
        QVERIFY(desk.does({lost}));
        QVERIFY(desk.does({lost})); // a second link lost before any byte is the same break
        QCOMPARE(desk.row("a1").seams, (std::vector<Seam>{{5, 100, 0}}));
        desk.now = 200;
        QVERIFY(desk.does({tail("a1", 5, " you"), change::CloseSeam{{"a1"}}}));
        desk.now = 300;
        QVERIFY(desk.does({change::OpenSeams{{{{"a1"}, 0, 9}}}}));
        desk.restart();
        desk.now = 400;
        QVERIFY(desk.does({tail("a1", 9, "!")})); // the restarted session does not know of the seam

        QCOMPARE(desk.row("a1").seams, (std::vector<Seam>{{5, 100, 200}, {9, 300, 400}}));
    }

    void isTheSameAfterARestart()
    {
        Desk desk;
        QVERIFY(desk.does(aLife()));
        const std::string before = asText(*desk.replica->restore());

        desk.restart();

        QCOMPARE(asText(*desk.replica->restore()), before);
        QVERIFY(before.find("text a1@0:12") != std::string::npos);
        QVERIFY(before.find("command m2 7") != std::string::npos);
    }

    void isTheSameAfterBeingKilledAtAnyCommit()
    {
        Desk desk;
        int round = 0;
        for (const Change &each : aLife()) {
            QVERIFY(desk.does({each}));
            const std::string alive = asText(*desk.replica->restore());
            const auto copy = desk.dir.path() / ("after-" + std::to_string(++round));

            copyAsAfterKill(replicaFile(desk.dir.path()), replicaFile(copy));

            QCOMPARE(asText(*openReplica(copy).value()->restore()), alive);
        }
    }

    void refusesASecondProcess()
    {
        Desk desk;

        QCOMPARE(openReplica(desk.dir.path()).error().code, Error::Code::Busy);
    }
};

QTEST_GUILESS_MAIN(ReplicaSpec)
#include "tst_replica.moc"
