// SPDX-License-Identifier: Apache-2.0
// The runs of an account: in order, one end each, stopped, taken over, handed over (laws 8, 9 and 17).
#include "model/session/runbook.h"

#include <QTest>

using namespace holdfast;

namespace {

logged::RunStarted run(const std::string &name, const std::string &conversation = "c1")
{
    return {{conversation}, {"run-" + name}, {"answer-" + name}, {"guide"}, 0, 7, {"message-" + name}};
}

QByteArray word(const RunBook::Begin &a) { return "begin " + QByteArray::fromStdString(a.run.run.value); }
QByteArray word(const RunBook::Stop &a) { return "stop " + QByteArray::fromStdString(a.run.value); }
QByteArray word(const RunBook::Leave &a) { return "leave " + QByteArray::fromStdString(a.run.value); }
QByteArray word(const RunBook::Drop &a) { return "drop " + QByteArray::fromStdString(a.run.value); }
QByteArray word(const RunBook::Finish &a)
{
    return QByteArray(toString(a.status)) + ' ' + QByteArray::fromStdString(a.run.run.value);
}

/// "begin run-a, cancelled run-b"
QByteArray words(const RunBook::Actions &actions)
{
    QByteArrayList list;
    for (const RunBook::Action &each : actions)
        list.append(std::visit([](const auto &a) { return word(a); }, each));
    return list.join(", ");
}

} // namespace

class RunBookSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { QVERIFY(m_book.isConsistent()); }
    void init() { m_book = RunBook(); }

    void aConversationAnswersOneAfterTheOther_othersBeside()
    {
        QCOMPARE(words(m_book.start(run("a"), AfterCrash::Ask)), "begin run-a");
        QCOMPARE(words(m_book.start(run("b"), AfterCrash::Ask)), "");
        QCOMPARE(words(m_book.start(run("x", "c2"), AfterCrash::Ask)), "begin run-x");
        QCOMPARE(words(m_book.agentEnded({"run-a"}, RunStatus::Completed, "")),
                 "completed run-a, begin run-b");
        QVERIFY(!m_book.isIdle());
        QCOMPARE(words(m_book.agentEnded({"run-b"}, RunStatus::Failed, "")), "failed run-b");
        QCOMPARE(words(m_book.agentEnded({"run-x"}, RunStatus::Completed, "")), "completed run-x");
        QVERIFY(m_book.isIdle());
        QVERIFY(m_book.isEmpty());
    }

    void aRunEndsOnce()
    {
        (void)m_book.start(run("a"), AfterCrash::Ask);
        QCOMPARE(words(m_book.agentEnded({"run-a"}, RunStatus::Completed, "")), "completed run-a");
        QCOMPARE(words(m_book.agentEnded({"run-a"}, RunStatus::Cancelled, "")), "");
        QCOMPARE(words(m_book.stop({"c1"}, {})), "");
    }

    void stopEndsEverythingOfAConversation()
    {
        for (const char *name : {"a", "b", "c"})
            (void)m_book.start(run(name), AfterCrash::Ask);
        (void)m_book.start(run("x", "c2"), AfterCrash::Ask);
        QCOMPARE(words(m_book.stop({"c1"}, {})), "stop run-a, cancelled run-b, cancelled run-c");
        QCOMPARE(words(m_book.agentEnded({"run-a"}, RunStatus::Cancelled, "")), "cancelled run-a");
    }

    void stopEndsTheAnswerToOneMessage_data()
    {
        QTest::addColumn<QByteArray>("message");
        QTest::addColumn<QByteArray>("actions");
        QTest::newRow("at work") << QByteArray("message-a") << QByteArray("stop run-a");
        QTest::newRow("waiting") << QByteArray("message-b") << QByteArray("cancelled run-b");
        QTest::newRow("unknown") << QByteArray("message-z") << QByteArray("");
    }
    void stopEndsTheAnswerToOneMessage()
    {
        QFETCH(QByteArray, message);
        QFETCH(QByteArray, actions);
        (void)m_book.start(run("a"), AfterCrash::Ask);
        (void)m_book.start(run("b"), AfterCrash::Ask);
        QCOMPARE(words(m_book.stop({"c1"}, {message.toStdString()})), actions);
    }

    void whatADeadGatewayLeft_isResumedContinuedOrEnded()
    {
        const RunBook::Actions actions = m_book.takeOver({{run("resumed"), 10, AfterCrash::Resume},
                                                          {run("asked", "c2"), 10, AfterCrash::Ask},
                                                          {run("continued", "c3"), 10, AfterCrash::Continue},
                                                          {run("not-begun", "c4"), 0, AfterCrash::Ask},
                                                          {run("behind"), 0, AfterCrash::Ask}});
        QCOMPARE(words(actions),
                 "begin run-resumed, interrupted run-asked, begin run-continued, begin run-not-begun");
        QCOMPARE(words(m_book.agentEnded({"run-resumed"}, RunStatus::Completed, "")),
                 "completed run-resumed, begin run-behind");
    }

    void aGatewayThatGoesBeginsNothing_andLeavesWhatCanBeResumed()
    {
        (void)m_book.start(run("lab"), AfterCrash::Resume);
        (void)m_book.start(run("model", "c2"), AfterCrash::Ask);
        (void)m_book.start(run("waiting", "c2"), AfterCrash::Ask);
        QCOMPARE(words(m_book.drain()), "leave run-lab");
        QCOMPARE(words(m_book.start(run("late", "c3"), AfterCrash::Resume)), "");
        QVERIFY(!m_book.isIdle());
        QCOMPARE(words(m_book.agentEnded({"run-model"}, RunStatus::Completed, "")), "completed run-model");
        QVERIFY(m_book.isIdle());
        QVERIFY(!m_book.isEmpty());                                                    // for the next gateway
        QCOMPARE(words(m_book.agentEnded({"run-lab"}, RunStatus::Completed, "")), ""); // not ours any more
    }

    void whatWasLeftCanStillBeStopped()
    {
        (void)m_book.start(run("lab"), AfterCrash::Resume);
        (void)m_book.drain();
        QCOMPARE(words(m_book.stop({"c1"}, {})), "cancelled run-lab");
        QVERIFY(m_book.isEmpty());
    }

    void atTheDeadlineEverythingIsLeft()
    {
        (void)m_book.start(run("model"), AfterCrash::Ask);
        QCOMPARE(words(m_book.drain()), "");
        QCOMPARE(words(m_book.abandon()), "leave run-model");
        QVERIFY(m_book.isIdle());
    }

    void aDeletedConversationHasNoRuns()
    {
        (void)m_book.start(run("a"), AfterCrash::Ask);
        (void)m_book.start(run("b"), AfterCrash::Ask);
        QCOMPARE(words(m_book.forget({"c1"})), "drop run-a");
        QCOMPARE(words(m_book.agentEnded({"run-a"}, RunStatus::Cancelled, "")), "");
        QVERIFY(m_book.isEmpty());
    }

private:
    RunBook m_book;
};

QTEST_GUILESS_MAIN(RunBookSpec)
#include "tst_runbook.moc"
