// SPDX-License-Identifier: Apache-2.0
// The real window on a real gateway, through real faults: the user acts, and what is on the screen is asked.
#include "app/desktop/application.h"
#include "app/gateway/agents/streamlabtext.h"
#include "tests/process/blockingmodel.h"
#include "tests/process/stage.h"
#include "ui/composer.h"
#include "ui/connectionbanner.h"
#include "ui/connectionpill.h"
#include "ui/dock/toggleswitch.h"
#include "ui/transcript/transcriptview.h"
#include "ui/words.h"

#include <QElapsedTimer>
#include <QFile>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

using namespace holdfast;
using namespace holdfast::test;

namespace {
constexpr int patienceMs = 30'000;
}

class FaultsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_stage = std::make_unique<Stage>();
        m_model = std::make_unique<BlockingModel>();
        QVERIFY(m_model->offerTo(m_stage->path(QStringLiteral("gateway"))));
        QVERIFY(m_stage->startGateway());
        const auto gateway = readEndpoint(QStringLiteral("ws://127.0.0.1:%1").arg(m_stage->gatewayPort()),
                                          m_stage->path(QStringLiteral("token")));
        QVERIFY(gateway);
        m_application = std::make_unique<Application>(
            Application::Options{.dataDir = m_stage->path(QStringLiteral("client")).toStdString(),
                                 .session = {},
                                 .gateway = *gateway});
        m_application->start();
        QTRY_COMPARE_WITH_TIMEOUT(pill(), QStringLiteral("Connected"), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(chooseTheModel(), m_model->agent(), patienceMs);
    }
    void cleanup()
    {
        m_application.reset();
        m_stage.reset();
        m_model.reset();
    }

    /// The gateway is killed in the middle of an answer; what was shown stays, and one click goes on behind
    /// it.
    void anAnswerThatACrashCutOffGoesOnByAClick()
    {
        write(QStringLiteral("Tell me"));
        QVERIFY(m_model->waitForQuestion());
        m_model->say("Once upon");
        QTRY_COMPARE_WITH_TIMEOUT(lastText(), QStringLiteral("Once upon"), patienceMs);
        m_stage->gateway().killHard();
        QVERIFY(m_stage->startGateway());
        QTRY_COMPARE_WITH_TIMEOUT(lastStatus(), RunStatus::Interrupted, patienceMs);
        QCOMPARE(lastText(), QStringLiteral("Once upon"));
        QVERIFY(QTest::qWaitFor([this] { return clickToContinue(); }, patienceMs)); // the next picture has it
        QVERIFY(m_model->waitForQuestion());
        QVERIFY(m_model->question().contains("Once upon"));
        m_model->say(" a time");
        m_model->finish();
        QTRY_COMPARE_WITH_TIMEOUT(lastText(), QStringLiteral(" a time"), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(lastStatus(), RunStatus::Completed, patienceMs);
    }

    /// The gateway that comes back has that agent no more: where one clicked it is said why nothing comes.
    void anAnswerThatCannotGoOnSaysSo()
    {
        write(QStringLiteral("Tell me"));
        QVERIFY(m_model->waitForQuestion());
        m_model->say("Once upon");
        QTRY_COMPARE_WITH_TIMEOUT(lastText(), QStringLiteral("Once upon"), patienceMs);
        m_stage->gateway().killHard();
        QVERIFY(QFile::remove(m_stage->path(QStringLiteral("gateway/agents.json"))));
        QVERIFY(m_stage->startGateway());
        QTRY_COMPARE_WITH_TIMEOUT(lastStatus(), RunStatus::Interrupted, patienceMs);
        m_application->window().composer().setText(QStringLiteral("A draft"));
        QVERIFY(QTest::qWaitFor([this] { return clickToContinue(); }, patienceMs));

        const auto *view = m_application->window().findChild<TranscriptView *>();
        const ItemId answer = transcript().row(transcript().rowCount() - 1).item.id;
        const QString why = words::notContinued("unknown_agent");
        QTRY_VERIFY_WITH_TIMEOUT(view->linesBelow(answer).contains(why), patienceMs);
        const auto *text = m_application->window().findChild<QPlainTextEdit *>(QStringLiteral("message"));
        QCOMPARE(text->toPlainText(), QStringLiteral("A draft"));
    }

    /// The gateway is told to go, and another one comes, three times in the middle of an answer. Where that
    /// takes less than the second in which nothing is said, nothing is; a slow machine may say so, no more.
    void aRestartOfTheGatewayIsSeenByNobody()
    {
        m_application->window().composer().chooseAgent({"stream-lab"});
        const QString line = QStringLiteral("bytes=400000 rate=300 seed=11 format=text");
        const QString whole = [&] {
            const StreamLabSpec spec = parseStreamLabLine(line.toStdString()).value();
            return QString::fromStdString(streamLabText(spec, 0, spec.bytes));
        }();
        QSet<QString> seen;
        QTimer look;
        connect(&look, &QTimer::timeout, this, [&] {
            seen.insert(pill());
            if (m_application->window().banner().isVisible())
                seen.insert(m_application->window().banner().text());
        });
        look.start(5);
        write(line);
        qint64 longestMs = 0;
        for (int restart = 0; restart < 3; ++restart) {
            const qsizetype before = lastText().size();
            QTRY_VERIFY_WITH_TIMEOUT(lastText().size() > before + 1'000, patienceMs);
            QElapsedTimer restarting;
            restarting.start();
            m_stage->gateway().terminate();
            QCOMPARE(m_stage->gateway().waitForExit(), 0);
            QVERIFY(m_stage->startGateway());
            longestMs = std::max(longestMs, restarting.elapsed());
        }
        QTRY_COMPARE_WITH_TIMEOUT(lastStatus(), RunStatus::Completed, 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(lastText(), whole, 60'000); // the log travels before texts
        if (longestMs >= 500)
            seen.remove(QStringLiteral("Reconnecting…"));
        QCOMPARE(seen, QSet<QString>{QStringLiteral("Connected")});
    }

    void whatIsWrittenOfflineCanBeTakenBackAndTheRestArrivesOnce()
    {
        auto *offline = &m_application->window().lab().offlineSwitch();
        QTest::mouseClick(offline, Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(pill(), QStringLiteral("Simulated offline"), patienceMs);
        write(QStringLiteral("First"));
        write(QStringLiteral("Second"));
        QTRY_COMPARE_WITH_TIMEOUT(lastText(), QStringLiteral("Second"), patienceMs);
        auto *text = m_application->window().findChild<QPlainTextEdit *>(QStringLiteral("message"));
        QTest::keyClick(text, Qt::Key_Up);
        QTRY_COMPARE_WITH_TIMEOUT(text->toPlainText(), QStringLiteral("Second"), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(transcript().rowCount(), 1, patienceMs);
        QTest::mouseClick(offline, Qt::LeftButton);
        QVERIFY(m_model->waitForQuestion());
        QVERIFY(m_model->question().contains("First") && !m_model->question().contains("Second"));
        m_model->say("Answer");
        m_model->finish();
        QTRY_COMPARE_WITH_TIMEOUT(lastText(), QStringLiteral("Answer"), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(lastStatus(), RunStatus::Completed, patienceMs);
        QCOMPARE(transcript().rowCount(), 2);
    }

private:
    QString pill() { return m_application->window().pill().accessibleName(); }
    QString chooseTheModel()
    {
        Composer &composer = m_application->window().composer();
        composer.chooseAgent({m_model->agent().toStdString()});
        return QString::fromStdString(composer.agent().value);
    }
    void write(const QString &message)
    {
        auto *text = m_application->window().findChild<QPlainTextEdit *>(QStringLiteral("message"));
        QTest::keyClicks(text, message);
        QTest::keyClick(text, Qt::Key_Return);
    }
    const TranscriptModel &transcript() { return m_application->transcript(); }
    QString lastText()
    {
        const int rows = transcript().rowCount();
        return rows == 0 ? QString() : QString::fromStdString(transcript().row(rows - 1).text);
    }
    RunStatus lastStatus()
    {
        const int rows = transcript().rowCount();
        return rows == 0 ? RunStatus::Working : transcript().row(rows - 1).item.status;
    }
    /// Clicks everywhere in the transcript, from the bottom to the top, until one click asks to go on.
    bool clickToContinue()
    {
        auto *view = m_application->window().findChild<TranscriptView *>();
        view->grab();
        QSignalSpy asked(view, &TranscriptView::continueRequested);
        for (int y = view->viewport()->height() - 1; y > 0; y -= 6) {
            for (int x = 10; x < view->viewport()->width() && asked.isEmpty(); x += 40)
                QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, {x, y});
        }
        return asked.count() == 1;
    }

    std::unique_ptr<Stage> m_stage;
    std::unique_ptr<BlockingModel> m_model;
    std::unique_ptr<Application> m_application;
};

QTEST_MAIN(FaultsTest)
#include "tst_faults.moc"
