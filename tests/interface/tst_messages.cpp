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
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

Q_DECLARE_METATYPE(CommandState)

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
};

QTEST_MAIN(MessagesTest)
#include "tst_messages.moc"
