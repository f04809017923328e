// SPDX-License-Identifier: Apache-2.0
// The real window on a history in memory: what the user sees and can do.
#include "tests/support/fakehistory.h"
#include "ui/composer.h"
#include "ui/connectionbanner.h"
#include "ui/connectionpill.h"
#include "ui/dock/toggleswitch.h"
#include "ui/mainwindow.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

class MainWindowTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_history = std::make_unique<FakeHistory>();
        m_conversations = std::make_unique<ConversationListModel>();
        m_transcript = std::make_unique<TranscriptModel>();
        m_window = std::make_unique<MainWindow>(*m_conversations, *m_transcript);
        m_window->showAgents({{.id = {"guide"}, .name = "Guide", .where = "built in"},
                              {.id = {"stream-lab"}, .name = "Stream lab", .where = "built in"}});
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void cleanup() { m_window.reset(); }

    void everyStateOfTheConnectionIsInWords_data()
    {
        QTest::addColumn<int>("pill");
        QTest::addColumn<int>("banner");
        QTest::addColumn<QString>("pillText");
        QTest::addColumn<QString>("bannerText");
        using Pill = ConnectionView::Pill;
        using Banner = ConnectionView::Banner;
        const auto row = [](const char *name, Pill pill, Banner banner, const char *pillText,
                            const char *bannerText) {
            QTest::newRow(name) << static_cast<int>(pill) << static_cast<int>(banner)
                                << QString::fromUtf8(pillText) << QString::fromUtf8(bannerText);
        };
        row("starting", Pill::Starting, Banner::None, "", "");
        row("connected", Pill::Connected, Banner::None, "Connected", "");
        row("reconnecting", Pill::Reconnecting, Banner::None, "Reconnecting…", "");
        row("waiting", Pill::Waiting, Banner::CannotReach, "Reconnecting in 12 s",
            "Can't reach the gateway. Trying again in 12 s… Your messages are kept and sent automatically.");
        row("offline", Pill::Offline, Banner::Offline, "Offline",
            "You're offline. You can read everything and keep writing; messages go out when you're back.");
        row("gateway stopped", Pill::GatewayStopped, Banner::GatewayStopped, "Gateway stopped",
            "The local gateway isn't running.");
        row("sign in again", Pill::SignInAgain, Banner::SignInAgain, "Sign in again",
            "The server refused the key. Nothing was lost.");
        row("simulated", Pill::SimulatedOffline, Banner::SimulatedOffline, "Simulated offline",
            "Simulated offline. The agent goes on working.");
        row("back", Pill::Connected, Banner::Reconnected, "Connected", "Reconnected, nothing was lost.");
    }
    void everyStateOfTheConnectionIsInWords()
    {
        QFETCH(int, pill);
        QFETCH(int, banner);
        ConnectionView view;
        view.pill = static_cast<ConnectionView::Pill>(pill);
        view.banner = static_cast<ConnectionView::Banner>(banner);
        view.seconds = 12;
        m_window->showConnection(view, QStringLiteral("Local gateway"));
        QTEST(m_window->pill().accessibleName(), "pillText");
        QTEST(m_window->banner().text(), "bannerText");
    }

    void enterSendsAndEmptiesTheComposer()
    {
        QSignalSpy sent(m_window.get(), &MainWindow::sendRequested);
        auto *text = m_window->findChild<QPlainTextEdit *>(QStringLiteral("message"));
        QTest::keyClicks(text, QStringLiteral("hello"));
        QTest::keyClick(text, Qt::Key_Return, Qt::ShiftModifier);
        QTest::keyClicks(text, QStringLiteral("world"));
        QTest::keyClick(text, Qt::Key_Return);
        QCOMPARE(sent.count(), 1);
        QCOMPARE(sent[0][0].toString(), QStringLiteral("hello\nworld"));
        QVERIFY(text->toPlainText().isEmpty());
        QTest::keyClick(text, Qt::Key_Return);
        QCOMPARE(sent.count(), 1); // nothing to send
    }

    void writingTellsThatSomebodyIsThere()
    {
        QSignalSpy attended(m_window.get(), &MainWindow::attended);
        QTest::keyClicks(m_window->findChild<QPlainTextEdit *>(QStringLiteral("message")),
                         QStringLiteral("x"));
        QVERIFY(attended.count() > 0);
    }

    void aTextThatCannotBeSentStaysWithItsReason()
    {
        auto *text = m_window->findChild<QPlainTextEdit *>(QStringLiteral("message"));
        auto *notice = m_window->findChild<QLabel *>(QStringLiteral("notice"));
        QVERIFY(!notice->isVisible());
        m_window->composer().giveBack(QStringLiteral("long"), QStringLiteral("This is too long."));
        QCOMPARE(text->toPlainText(), QStringLiteral("long"));
        QVERIFY(notice->isVisible());
        QCOMPARE(notice->text(), QStringLiteral("This is too long."));
        QTest::keyClicks(text, QStringLiteral("x"));
        QVERIFY(!notice->isVisible());
    }

    void withoutConnectionTheButtonQueues()
    {
        auto *send = m_window->findChild<QPushButton *>(QStringLiteral("send"));
        ConnectionView view;
        view.pill = ConnectionView::Pill::SimulatedOffline;
        m_window->showConnection(view, {});
        QVERIFY(send->text().startsWith(QStringLiteral("Queue")));
        view.pill = ConnectionView::Pill::Connected;
        m_window->showConnection(view, {});
        QVERIFY(send->text().startsWith(QStringLiteral("Send")));
    }

    void theSwitchInTheDockSimulatesOffline()
    {
        QSignalSpy toggled(&m_window->lab(), &LabPanel::offlineToggled);
        QTest::mouseClick(&m_window->lab().offlineSwitch(), Qt::LeftButton);
        QCOMPARE(toggled.count(), 1);
        QVERIFY(toggled[0][0].toBool());
        QTest::keyClick(&m_window->lab().offlineSwitch(), Qt::Key_Space);
        QCOMPARE(toggled.count(), 2);
    }

    void aProblemOfTheStoreStaysWhateverTheConnectionDoes()
    {
        m_window->showProblem(QStringLiteral("The disk is full."));
        ConnectionView view;
        view.pill = ConnectionView::Pill::Connected;
        m_window->showConnection(view, {});
        QCOMPARE(m_window->banner().text(), QStringLiteral("The disk is full."));
    }

    void aWindowOfEverySizeShowsTheComposer_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("wide") << QSize(1600, 900);
        QTest::newRow("usual") << QSize(1360, 860);
        QTest::newRow("narrow") << QSize(880, 700);
        QTest::newRow("very narrow") << QSize(430, 500);
    }
    void aWindowOfEverySizeShowsTheComposer()
    {
        QFETCH(QSize, size);
        m_window->resize(size);
        QTRY_COMPARE(m_window->size(), size);
        QVERIFY(m_window->composer().isVisible());
        const QRect composer(m_window->composer().mapTo(m_window.get(), QPoint()),
                             m_window->composer().size());
        QVERIFY(m_window->rect().contains(composer));
    }

    void tenThousandMessagesAreShownFromTheirEnd()
    {
        for (int i = 0; i < 10'000; ++i)
            m_history->add("i" + std::to_string(i), i % 2 == 0 ? Role::User : Role::Agent,
                           "Message **" + std::to_string(i) + "**\n\n- a\n- b\n");
        m_transcript->setReader(m_history.get());
        m_transcript->setConversation({"c1"});
        m_window->showConversation(nullptr, {"guide"});
        QCOMPARE(m_transcript->rowCount(), 200);
        QVERIFY(!m_window->grab().isNull());
    }

private:
    std::unique_ptr<FakeHistory> m_history;
    std::unique_ptr<ConversationListModel> m_conversations;
    std::unique_ptr<TranscriptModel> m_transcript;
    std::unique_ptr<MainWindow> m_window;
};

QTEST_MAIN(MainWindowTest)
#include "tst_mainwindow.moc"
