// SPDX-License-Identifier: Apache-2.0
#include "model/store/database.h"
#include "tests/support/storebuilders.h"
#include "tests/support/tempdir.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

namespace {

/// Answers a1 … aN in conversation c1, each with a text.
std::vector<Change> answers(int count)
{
    std::vector<Change> changes{apply(1, {created()})};
    for (int i = 1; i <= count; ++i) {
        const std::string id = 'a' + std::to_string(i);
        changes.push_back(apply(static_cast<std::uint64_t>(i) + 1, {started(id.c_str())}));
        changes.push_back(tail(id.c_str(), 0, "text of " + id));
    }
    return changes;
}

} // namespace

class HistoryReaderSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void refusesAFolderWithoutAReplica()
    {
        TempDir dir;

        QCOMPARE(HistoryReader::open(dir.path()).error().code, Error::Code::Gone);
    }

    void seesEachCommitAtOnce()
    {
        Desk desk;
        QVERIFY(desk.reader->conversations()->empty());

        QVERIFY(desk.does({apply(2, {created(), started("a1")}), tail("a1", 0, "He")}));
        QCOMPARE(desk.reader->text({"a1"}, 0).value(), std::string("He"));
        QVERIFY(desk.does({tail("a1", 2, "llo")}));
        QCOMPARE(desk.reader->text({"a1"}, 0).value(), std::string("Hello"));
        QCOMPARE(desk.reader->text({"a1"}, 3).value(), std::string("lo"));
        QCOMPARE(desk.reader->text({"a1"}, 5).value(), std::string());
        QCOMPARE(desk.reader->text({"a1"}, 50).value(), std::string());
    }

    void readsWhatAKilledProgramLeft()
    {
        Desk desk;
        QVERIFY(desk.does(answers(3)));
        TempDir after;
        copyAsAfterKill(replicaFile(desk.dir.path()), replicaFile(after.path()));

        const auto reader = HistoryReader::open(after.path());

        QVERIFY(reader);
        QCOMPARE((*reader)->items({"c1"}, {}, 10)->size(), 3U);
    }

    void pagesBackwards()
    {
        Desk desk;
        QVERIFY(desk.does(answers(7)));

        QCOMPARE(desk.ids("", 3), std::string("a5 a6 a7"));
        QCOMPARE(desk.ids("a5", 3), std::string("a2 a3 a4"));
        QCOMPARE(desk.ids("a2", 3), std::string("a1"));
        QCOMPARE(desk.ids("a1", 3), std::string());
        QCOMPARE(desk.ids("nobody", 2), std::string("a6 a7"));
        QVERIFY(desk.reader->items({"c9"}, {}, 3)->empty());
    }

    void pagesThroughItemsOfEqualPlace()
    {
        Desk desk; // after a reset the numbers of two tellings meet
        QVERIFY(desk.does(answers(6)));
        QVERIFY(desk.does({change::BeginEpoch{{"e2", 0}},
                           apply(5, {created(), started("b1"), started("b2"), started("b3")}, "e2")}));

        std::string all;
        std::string before;
        for (int page = 0; page < 20; ++page) {
            const std::string ids = desk.ids(before.c_str(), 2);
            if (ids.empty())
                break;
            all = ids + (all.empty() ? "" : " ") + all;
            before = ids.substr(0, ids.find(' '));
        }

        QCOMPARE(all, desk.ids());
        QCOMPARE(all.size(), 9U * 3 - 1);
    }

    void pagesThroughALongConversation()
    {
        Desk desk;
        QVERIFY(desk.does(answers(10000)));

        std::size_t seen = 0;
        ItemId before;
        for (;;) {
            const auto page = desk.reader->items({"c1"}, before, 200);
            QVERIFY(page);
            if (page->empty())
                break;
            seen += page->size();
            before = page->front().id;
        }

        QCOMPARE(seen, 10000U);
    }

    void showsWaitingMessagesBehindEverythingOrdered()
    {
        Desk desk;
        QVERIFY(desk.does(
            {change::Enqueue{command("m9", "first")}, change::Enqueue{command("m2", "sec\xC3\xB6nd")},
             change::Enqueue{command("s1", "", "stop")}, change::Enqueue{command("m5", "third")}}));
        QVERIFY(
            desk.does({change::Number{{{{"m9"}, 1}, {{"s1"}, 2}}}, apply(2, {created(), started("a1")})}));

        QCOMPARE(desk.ids(), std::string("a1 m9 m2 m5"));
        QCOMPARE(desk.ids("a1"), std::string()); // only the last page has them
        const auto rows = desk.reader->items({"c1"}, {}, 10).value();
        QCOMPARE(rows[1].delivery, CommandState::Sent);
        QCOMPARE(rows[2].delivery, CommandState::Queued);
        QCOMPARE(rows[2].role, Role::User);
        QCOMPARE(rows[2].length, 7U);
        QCOMPARE(rows[2].createdAtMs, 5000);
        QCOMPARE(desk.reader->text({"m2"}, 0).value(), std::string("sec\xC3\xB6nd"));
        QCOMPARE(desk.reader->text({"m2"}, 5).value(), std::string("nd"));
        QVERIFY(desk.reader->item({"m5"}).value() == rows[3]);
    }

    void aMessageIsNeverMissingNorDoubleOnItsWay()
    {
        Desk desk;
        const std::vector<Change> steps{change::Enqueue{command("m1", "Hi")},
                                        change::Number{{{{"m1"}, 1}}},
                                        change::Settle{{"m1"}, ""},
                                        apply(2, {created(), message("m1", "Hi")}),
                                        tail("m1", 0, "Hi"),
                                        change::FinishItem{{"m1"}, change::Verdict::Verified},
                                        apply(4, {message("m0", "Ho"), created()})};
        for (const Change &each : steps) {
            QVERIFY(desk.does({each}));
            QCOMPARE(desk.ids().find("m1"), 0U);
            QCOMPARE(desk.ids().rfind("m1"), 0U);
        }
    }

    void describesAConversation()
    {
        Desk desk;
        QVERIFY(desk.does({apply(3, {created(), message("m1", "Hi"), started("a1")})}));
        QVERIFY(desk.conversation().isAnswering);
        QCOMPARE(desk.conversation().title, std::string("A title"));
        QVERIFY(desk.conversation().agent == AgentId{"guide"});
        QCOMPARE(desk.conversation().activeAtMs, 3000);
        QCOMPARE(desk.conversation().snippet, std::string());

        QVERIFY(desk.does({tail("a1", 0, "Yes"), apply(4, {finished("a1", "Yes")})}));
        QVERIFY(!desk.conversation().isAnswering);
        QCOMPARE(desk.conversation().snippet, std::string("Yes"));

        QVERIFY(desk.does({change::Enqueue{command("m2", "And now?")}}));
        QCOMPARE(desk.conversation().snippet, std::string("And now?"));
        QCOMPARE(desk.conversation().queued, 1);
        QCOMPARE(desk.conversation().activeAtMs, 5000);
        QVERIFY(!desk.reader->conversation({"c9"}).value().has_value());
    }

    void cutsTheSnippetAtACharacter_data()
    {
        QTest::addColumn<bool>("queued");
        QTest::newRow("of an answer") << false;
        QTest::newRow("of a waiting message") << true;
    }
    void cutsTheSnippetAtACharacter()
    {
        QFETCH(bool, queued);
        Desk desk;
        const std::string text = std::string(119, 'x') + "\xC3\xA4 and on";
        QVERIFY(desk.does({apply(2, {created(), started("a1")})}));

        QVERIFY(
            desk.does({queued ? Change(change::Enqueue{command("m1", text)}) : Change(tail("a1", 0, text))}));

        QCOMPARE(desk.conversation().snippet, std::string(119, 'x'));
    }

    void listsTheLatestActiveFirst()
    {
        Desk desk;
        auto late = created("late");
        late.atMs = 9000;
        auto last = message("m1", "Hi", "early");
        last.atMs = 9999;

        QVERIFY(desk.does({apply(3, {created("early"), late, created("old")})}));
        QVERIFY(desk.reader->conversations()->front().id == ConversationId{"late"});
        QVERIFY(desk.does({apply(4, {last})}));

        const auto rows = desk.reader->conversations().value();
        QCOMPARE(rows.size(), 3U);
        QVERIFY(rows[0].id == ConversationId{"early"});
        QVERIFY(rows[2].id == ConversationId{"old"});
    }

    void knowsTheAgents()
    {
        Desk desk;
        QVERIFY(desk.reader->agents()->empty());
        const std::vector<AgentInfo> agents{
            {{"guide"}, "Guide", "", "built in", "Knows Holdfast", true, ""},
            {{"openai:x/y"}, "Model", "y", "on this computer", "", false, "refused"}};

        QVERIFY(desk.does({change::StoreAgents{agents}}));

        QVERIFY(desk.reader->agents().value() == agents);
    }

    void namesTheConversationsThatLookDifferent()
    {
        Desk desk;
        const auto touchedBy = [&](const Change &change) {
            return !perform(*desk.replica, {change})->empty();
        };

        QVERIFY(touchedBy(apply(2, {created(), started("a1")})));
        QVERIFY(touchedBy(tail("a1", 0, std::string(200, 'x')))); // its beginning is the snippet
        QVERIFY(!touchedBy(tail("a1", 200, "more")));
        QVERIFY(touchedBy(apply(3, {finished("a1", "x")})));
        QVERIFY(touchedBy(change::Enqueue{command("m1")}));
        QVERIFY(touchedBy(change::Number{{{{"m1"}, 1}}}));
        QVERIFY(touchedBy(change::Settle{{"m1"}, "refused"}));
        QVERIFY(!touchedBy(change::StoreAgents{}));
    }
};

QTEST_GUILESS_MAIN(HistoryReaderSpec)
#include "tst_historyreader.moc"
