// SPDX-License-Identifier: Apache-2.0
#include "model/items/conversationlistmodel.h"
#include "model/items/transcriptmodel.h"
#include "tests/support/fakehistory.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

class ModelsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void showsTheLastPageAndLoadsOlderOnes()
    {
        FakeHistory history;
        for (int i = 0; i < 450; ++i)
            history.add("i" + std::to_string(i), Role::User, "text " + std::to_string(i));
        TranscriptModel model;
        QAbstractItemModelTester tester(&model);
        model.setReader(&history);
        model.setConversation({"c1"});
        QCOMPARE(model.rowCount(), 200);
        QCOMPARE(model.row(199).text, std::string("text 449"));
        QVERIFY(model.loadOlder());
        QVERIFY(model.loadOlder());
        QVERIFY(!model.loadOlder());
        QCOMPARE(model.rowCount(), 450);
        QCOMPARE(model.row(0).text, std::string("text 0"));
    }

    void aGrowingTextIsReadOnlyWhereItIsNew()
    {
        FakeHistory history;
        history.add("a1", Role::Agent, std::string(100'000, 'x')).status = RunStatus::Working;
        TranscriptModel model;
        model.setReader(&history);
        model.setConversation({"c1"});
        history.texts[{"a1"}] += "new";
        history.bytesRead = 0;
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.apply({.tails = {{"a1"}}});
        QCOMPARE(history.bytesRead, std::uint64_t(3));
        QCOMPARE(changed.count(), 1);
        QCOMPARE(model.row(0).text.size(), std::size_t(100'003));
    }

    void answersStandBeforeMessagesThatStillWait()
    {
        FakeHistory history;
        history.add("m1", Role::User, "first");
        history.add("m2", Role::User, "second").delivery = CommandState::Queued;
        TranscriptModel model;
        QAbstractItemModelTester tester(&model);
        model.setReader(&history);
        model.setConversation({"c1"});
        history.add("a1", Role::Agent, "answer to the first");
        model.apply({.items = {{"a1"}}});
        QCOMPARE(model.row(1).item.id, ItemId{"a1"});
        QCOMPARE(model.row(2).item.id, ItemId{"m2"});
    }

    void aWithdrawnMessageGoes()
    {
        FakeHistory history;
        history.add("m1", Role::User, "first").delivery = CommandState::Queued;
        TranscriptModel model;
        model.setReader(&history);
        model.setConversation({"c1"});
        history.itemRows.clear();
        model.apply({.commands = {{"m1"}}});
        QCOMPARE(model.rowCount(), 0);
    }

    void aDeletedConversationGoes()
    {
        FakeHistory history;
        history.conversationRows = {{.id = {"c1"}, .title = "A", .activeAtMs = 2}};
        history.add("m1", Role::User, "first");
        TranscriptModel model;
        ConversationListModel list;
        model.setReader(&history);
        list.setReader(&history);
        model.setConversation({"c1"});
        history.conversationRows.clear();
        history.itemRows.clear();
        const ChangeSet changes =
            changesOf({change::ApplyLog{{"e", 1}, {{1, logged::ConversationDeleted{{"c1"}, 1}}}}});
        model.apply(changes);
        list.apply(changes);
        QCOMPARE(model.rowCount(), 0);
        QCOMPARE(list.rowCount(), 0);
    }

    void aRepairedTextIsReadAnew()
    {
        FakeHistory history;
        history.add("a1", Role::Agent, "wrong text").status = RunStatus::Working;
        TranscriptModel model;
        model.setReader(&history);
        model.setConversation({"c1"});
        history.texts[{"a1"}] = "right text"; // cut, and fetched again, before anybody looked
        ChangeSet changes = changesOf({change::RestartTail{{"a1"}, 0, 0}});
        changes.merge(changesOf({change::WriteTail{{"a1"}, 0, 0, "right text"}}));
        model.apply(changes);
        QCOMPARE(model.row(0).text, std::string("right text"));
    }

    void afterAResetRowsSayWhatIsOnlyHere()
    {
        FakeHistory history;
        history.add("m1", Role::User, "first");
        TranscriptModel model;
        model.setReader(&history);
        model.setConversation({"c1"});
        history.itemRows[0].isOnlyHere = true;
        model.apply(changesOf({change::EndTelling{}}));
        QVERIFY(model.row(0).item.isOnlyHere);
    }

    void itemsOfOtherConversationsAreNotShown()
    {
        FakeHistory history;
        TranscriptModel model;
        model.setReader(&history);
        model.setConversation({"c1"});
        history.add("x", Role::User, "elsewhere").conversation = {"c2"};
        model.apply({.items = {{"x"}}});
        QCOMPARE(model.rowCount(), 0);
    }

    void theConversationWithTheLatestNewsComesFirst()
    {
        FakeHistory history;
        history.conversationRows = {{.id = {"b"}, .title = "B", .activeAtMs = 2},
                                    {.id = {"a"}, .title = "A", .activeAtMs = 1}};
        ConversationListModel model;
        QAbstractItemModelTester tester(&model);
        model.setReader(&history);
        history.conversationRows[1].activeAtMs = 3;
        model.apply({.conversations = {{"a"}}});
        QCOMPARE(model.row(0).id, ConversationId{"a"});
        QCOMPARE(model.indexOf({"b"}), 1);
        history.conversationRows.push_back({.id = {"c"}, .title = "C", .activeAtMs = 9});
        model.apply({.conversations = {{"c"}}});
        QCOMPARE(model.row(0).id, ConversationId{"c"});
        QCOMPARE(model.rowCount(), 3);
    }
};

QTEST_GUILESS_MAIN(ModelsTest)
#include "tst_models.moc"
