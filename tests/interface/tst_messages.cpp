// SPDX-License-Identifier: Apache-2.0
// What a user sees of messages that the gateway has not accepted, and can do about them.
#include "tests/support/fakehistory.h"
#include "ui/composer.h"
#include "ui/mainwindow.h"
#include "ui/outboxbanner.h"
#include "ui/transcript/messageview.h"
#include "ui/transcript/transcriptview.h"
#include "ui/words.h"

#include <QLabel>
#include <QMouseEvent>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

Q_DECLARE_METATYPE(CommandState)
Q_DECLARE_METATYPE(RunStatus)

class MessagesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyReasonIsInWords_data()
    {
        QTest::addColumn<QByteArray>("reason");
        for (const char *reason : {"expired", "overflow", "stale", "moved_on", "blocked", "lost_by_reset",
                                   "unknown_agent", "too_large"})
            QTest::newRow(reason) << QByteArray(reason);
    }
    void everyReasonIsInWords()
    {
        QFETCH(QByteArray, reason);
        ItemRow item;
        item.delivery = CommandState::Parked;
        item.deliveryError = reason.toStdString();
        const QString words = words::deliveryMeaning(item, false);
        QVERIFY(!words.isEmpty() && !words.contains(QString::fromUtf8(reason)));
        QVERIFY(words.endsWith('.') || words.endsWith('?'));
    }

    void aMessageThatCanBeChangedSaysHow_data()
    {
        QTest::addColumn<CommandState>("state");
        QTest::addColumn<int>("actions");
        QTest::newRow("queued") << CommandState::Queued << 2;
        QTest::newRow("sending") << CommandState::Sent << 2;
        QTest::newRow("accepted") << CommandState::Accepted << 0;
        QTest::newRow("needs the user") << CommandState::Parked << 3;
    }
    /// Every link below the message is found with the mouse, in the order in which it is drawn.
    void aMessageThatCanBeChangedSaysHow()
    {
        QFETCH(CommandState, state);
        TranscriptModel::Row row;
        row.item.id = {"m1"};
        row.item.delivery = state;
        row.item.deliveryError = "stale";
        row.text = "Hello";
        MessageView view;
        view.update(row, {.width = 600, .agent = {}});
        std::vector<MessageAction> found;
        for (qreal y = 0; y < view.height(); y += 5) {
            for (qreal x = 0; x < 600; x += 2) {
                const auto action = view.hit({x, y}).action;
                if (action && std::ranges::find(found, *action) == found.end())
                    found.push_back(*action);
            }
        }
        QCOMPARE(found, actionsFor(row.item));
        QTEST(static_cast<int>(found.size()), "actions");
    }

    void anAnswerThatEndedEarlyIsGoneOnWithOnce_data()
    {
        QTest::addColumn<RunStatus>("status");
        QTest::addColumn<bool>("isLast");
        QTest::addColumn<int>("asked");
        QTest::newRow("interrupted") << RunStatus::Interrupted << true << 1;
        QTest::newRow("incomplete") << RunStatus::Incomplete << true << 1;
        QTest::newRow("something follows") << RunStatus::Interrupted << false << 0;
        QTest::newRow("completed") << RunStatus::Completed << true << 0;
        QTest::newRow("stopped by the user") << RunStatus::Cancelled << true << 0;
    }
    void anAnswerThatEndedEarlyIsGoneOnWithOnce()
    {
        QFETCH(RunStatus, status);
        QFETCH(bool, isLast);
        FakeHistory history;
        history.add("m1", holdfast::Role::User, "Why?");
        history.add("a1", holdfast::Role::Agent, "Because").status = status;
        if (!isLast)
            history.add("m2", holdfast::Role::User, "Go on");
        TranscriptModel model;
        model.setReader(&history);
        model.setConversation({"c1"});
        TranscriptView view(model);
        QSignalSpy asked(&view, &TranscriptView::continueRequested);
        view.resize(600, 600);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        clickDown(view);
        QTRY_VERIFY(!view.grab().isNull());
        clickDown(view); // the link has gone when it was pressed
        QTEST(static_cast<int>(asked.count()), "asked");
    }

    void whatDoesNotGoOnSaysWhy_data()
    {
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<bool>("mayBeAskedAgain");
        for (const char *reason : {"nothing_to_continue", "unknown_agent", "deleted", "blocked", "other"})
            QTest::newRow(reason) << QByteArray(reason) << false;
        for (const char *reason : {"outbox_full", "queueing_off", "lost_by_reset"})
            QTest::newRow(reason) << QByteArray(reason) << true;
    }
    /// Where it was clicked; the link is there again where another click can bring another answer.
    void whatDoesNotGoOnSaysWhy()
    {
        QFETCH(QByteArray, reason);
        QFETCH(bool, mayBeAskedAgain);
        FakeHistory history;
        history.add("m1", holdfast::Role::User, "Why?");
        history.add("a1", holdfast::Role::Agent, "Because").status = RunStatus::Interrupted;
        TranscriptModel model;
        model.setReader(&history);
        model.setConversation({"c1"});
        TranscriptView view(model);
        QSignalSpy asked(&view, &TranscriptView::continueRequested);
        view.resize(600, 600);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        clickDown(view);
        QTRY_VERIFY(view.linesBelow({"a1"}).contains(words::continuing(words::Link::Down)));

        view.refuseContinuation({"a1"}, reason.toStdString());

        const QString words = words::notContinued(reason.toStdString());
        QTRY_VERIFY(view.linesBelow({"a1"}).contains(words));
        QVERIFY(words.endsWith('.'));
        QCOMPARE(words.contains(QStringLiteral("(other)")), reason == "other"); // a code for want of words
        clickDown(view);
        QCOMPARE(asked.count(), mayBeAskedAgain ? 2 : 1);
        QTRY_COMPARE(view.linesBelow({"a1"}).contains(words), !mayBeAskedAgain);
    }

    /// Silence on a connection that stands is the model's; it is never called a lost connection.
    void aSilentModelIsStillThinking()
    {
        TranscriptModel::Row row;
        row.item.id = {"a1"};
        row.item.role = holdfast::Role::Agent;
        row.item.status = RunStatus::Working;
        MessageView view;
        const auto wordsAt = [&](std::int64_t nowMs, bool isReceiving) {
            view.update(row, {.width = 600, .isReceiving = isReceiving, .agent = {}, .nowMs = nowMs});
            return view.workingWords();
        };
        const QString still = QStringLiteral("Still thinking");
        QCOMPARE(wordsAt(1'000, true), QStringLiteral("Thinking…"));
        QVERIFY(wordsAt(13'000, true).startsWith(still + QStringLiteral(", nothing new for 12 s")));
        row.text = "Because of the rain";
        QVERIFY(wordsAt(14'000, true).contains(QStringLiteral("tok/s")));
        QVERIFY(wordsAt(21'000, true).contains(still));
        QCOMPARE(wordsAt(60'000, false), QStringLiteral("about 5 tokens"));
        QVERIFY(!wordsAt(90'000, true).contains(still)); // it was the connection that was gone
        QVERIFY(wordsAt(96'000, true).contains(still));
    }

    void upInAnEmptyComposerAsksForTheLastMessage()
    {
        Composer composer;
        QSignalSpy recalled(&composer, &Composer::recallRequested);
        auto *text = composer.findChild<QPlainTextEdit *>(QStringLiteral("message"));
        QTest::keyClick(text, Qt::Key_Up);
        QCOMPARE(recalled.count(), 1);
        composer.setText(QStringLiteral("written"));
        QTest::keyClick(text, Qt::Key_Up);
        QCOMPARE(recalled.count(), 1);
    }

    /// Its answer, or a message whose answer has not begun.
    void whatWouldBeStoppedIsKnownByItsMessage()
    {
        FakeHistory history;
        history.add("m1", holdfast::Role::User, "One");
        history.add("a1", holdfast::Role::Agent, "").status = RunStatus::Working;
        TranscriptModel model;
        model.setReader(&history);
        model.setConversation({"c1"});
        QCOMPARE(model.stoppable()->value, std::string("m1"));
        QCOMPARE(model.stoppable({"a1"})->value, std::string("m1"));
        history.add("m2", holdfast::Role::User, "Two").delivery = CommandState::Sent;
        model.setConversation({});
        model.setConversation({"c1"});
        QCOMPARE(model.stoppable()->value, std::string("m2"));
        QCOMPARE(model.lastUnaccepted()->item.id.value, std::string("m2"));
        history.itemRows[1].status = RunStatus::Completed;
        history.itemRows.pop_back();
        model.setConversation({});
        model.setConversation({"c1"});
        QVERIFY(!model.stoppable() && !model.lastUnaccepted());
    }

    /// A reason that has no room in one line takes more, and nothing is below it but the links.
    void aNarrowWindowStillSaysTheWholeReason()
    {
        TranscriptModel::Row row;
        row.item.id = {"m1"};
        row.item.delivery = CommandState::Parked;
        row.item.deliveryError = "device_forked";
        row.text = "Hi";
        MessageView view;
        view.update(row, {.width = 600, .agent = {}});
        const qreal wide = view.height();
        view.update(row, {.width = 300, .agent = {}});
        QVERIFY(view.height() > wide);
    }

    void theQuestionIsAskedAndAnswered()
    {
        OutboxBanner banner;
        QSignalSpy sendAll(&banner, &OutboxBanner::sendAllRequested);
        QSignalSpy review(&banner, &OutboxBanner::reviewRequested);
        QSignalSpy discard(&banner, &OutboxBanner::discardRequested);
        QVERIFY(banner.isHidden());
        banner.ask(words::outOfDate(2, 1));
        QVERIFY(!banner.isHidden());
        for (QPushButton *button : banner.findChildren<QPushButton *>())
            button->click();
        QVERIFY(sendAll.count() == 1 && review.count() == 1 && discard.count() == 1);
        banner.ask(words::outOfDate(0, 0));
        QVERIFY(banner.isHidden());
    }

    void whatIsEditedComesBeforeWhatIsBeingWritten()
    {
        Composer composer;
        composer.edit(QStringLiteral("old"));
        auto *text = composer.findChild<QPlainTextEdit *>(QStringLiteral("message"));
        QCOMPARE(text->toPlainText(), QStringLiteral("old"));
        composer.setText(QStringLiteral("new"));
        composer.edit(QStringLiteral("old"));
        QCOMPARE(text->toPlainText(), QStringLiteral("old\n\nnew"));
    }

private:
    static void release(QWidget &on, const QPointF &at)
    {
        QMouseEvent event(QEvent::MouseButtonRelease, at, on.mapToGlobal(at), Qt::LeftButton, Qt::NoButton,
                          Qt::NoModifier);
        QCoreApplication::sendEvent(&on, &event);
    }
    /// Clicks along the left edge of the column, from top to bottom.
    static void clickDown(TranscriptView &view)
    {
        const int left = TranscriptView::columnMargins(view).left() + 20;
        for (int y = 0; y < view.height(); y += 12)
            release(*view.viewport(), QPointF(left, y));
    }
};

QTEST_MAIN(MessagesTest)
#include "tst_messages.moc"
