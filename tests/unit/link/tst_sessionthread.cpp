// SPDX-License-Identifier: Apache-2.0
// What crosses from the interface thread to the session thread and back. Under the thread sanitizer, too.
#include "app/link/mailbox.h"
#include "app/link/sessionthread.h"
#include "model/store/replica.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

using namespace holdfast;

namespace {

constexpr int messages = 200;

Draft draft(const std::string &text) { return {{SessionThread::newId()}, {"c1"}, {"guide"}, "Title", text}; }

/// The texts that wait in the outbox of a closed replica, oldest first.
QStringList waiting(const std::filesystem::path &dir)
{
    auto replica = Replica::open({dir, [] { return WallTime{}; }, [] { return std::string("d0"); }});
    if (!replica)
        return {};
    const auto restored = (*replica)->restore();
    QStringList texts;
    if (restored) {
        for (const frame::Command &command : restored->commands)
            texts.append(QString::fromStdString(command.text));
    }
    return texts;
}

} // namespace

class SessionThreadTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// Two messages that were written in the same millisecond are shown in their order.
    void idsRiseAlsoWithinAMillisecond()
    {
        std::string before;
        for (int i = 0; i < 10'000; ++i) {
            const std::string id = SessionThread::newId();
            QCOMPARE(id.size(), std::size_t(36));
            QVERIFY(id[14] == '7' && id > before);
            before = id;
        }
    }

    void whatIsGivenIsOnDiskWhenTheThreadHasEnded()
    {
        const QTemporaryDir dir;
        QStringList given;
        {
            SessionThread session(dir.path().toStdString(), {});
            session.start();
            for (int i = 0; i < messages; ++i) {
                given.append(QStringLiteral("message %1").arg(i));
                QVERIFY(session.send(draft(given.last().toStdString())).has_value());
            }
        } // ended at once: everything is still carried out
        QCOMPARE(waiting(dir.path().toStdString()), given);
    }

    void newsTellsWhatIsOnDisk()
    {
        const QTemporaryDir dir;
        SessionThread session(dir.path().toStdString(), {});
        QSignalSpy news(&session, &SessionThread::newsArrived);
        session.start();
        const Draft message = draft("hello");
        QVERIFY(session.send(message).has_value());
        std::set<CommandId> told;
        while (!told.contains(message.id)) {
            QVERIFY(!news.isEmpty() || news.wait());
            news.clear();
            told.merge(session.takeNews().changes.commands);
        }
    }

    /// However often it is asked for: it costs money.
    void anAnswerIsGoneOnWithOnceAndAStopNamesItsMessage()
    {
        const QTemporaryDir dir;
        {
            SessionThread session(dir.path().toStdString(), {});
            session.start();
            ItemRow answer;
            answer.id = {"a1"};
            answer.conversation = {"c1"};
            answer.agent = {"guide"};
            session.continueAnswer(answer);
            session.continueAnswer(answer);
            session.stopAnswer({"c1"}, {"m1"});
        }
        auto replica = Replica::open(
            {dir.path().toStdString(), [] { return WallTime{}; }, [] { return std::string("d0"); }});
        QVERIFY(replica.has_value());
        const auto restored = (*replica)->restore();
        QVERIFY(restored.has_value());
        QCOMPARE(restored->commands.size(), std::size_t(2));
        QCOMPARE(restored->commands[0].target.value, std::string("a1"));
        QCOMPARE(restored->commands[0].agent.value, std::string("guide"));
        QCOMPARE(restored->commands[1].target.value, std::string("m1"));
    }

    void aDataDirectoryThatIsInUseIsSaid()
    {
        const QTemporaryDir dir;
        SessionThread first(dir.path().toStdString(), {});
        QSignalSpy firstNews(&first, &SessionThread::newsArrived);
        first.start();
        QVERIFY(firstNews.wait());
        SessionThread second(dir.path().toStdString(), {});
        QSignalSpy secondNews(&second, &SessionThread::newsArrived);
        second.start();
        QVERIFY(secondNews.wait());
        const SessionThread::News news = second.takeNews();
        QVERIFY(news.fatal.has_value());
        QVERIFY(news.fatal->code == Error::Code::Busy);
    }

    void aMailboxLosesNothingBetweenTwoThreads()
    {
        constexpr int letters = 50'000;
        Mailbox<int> mailbox;
        const std::unique_ptr<QThread> writer(QThread::create([&mailbox] {
            for (int i = 0; i < letters; ++i)
                mailbox.put(i);
        }));
        writer->start();
        int expected = 0;
        while (expected < letters) {
            for (const int letter : mailbox.take())
                QCOMPARE(letter, expected++);
        }
        QVERIFY(writer->wait());
        QVERIFY(mailbox.put(0) == Mailbox<int>::Put::WasEmpty);
        QVERIFY(mailbox.put(1) == Mailbox<int>::Put::HadMail);
    }
};

QTEST_GUILESS_MAIN(SessionThreadTest)
#include "tst_sessionthread.moc"
