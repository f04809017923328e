// SPDX-License-Identifier: Apache-2.0
// A gateway that was restored from a copy: what it has forgotten is noticed, and the user is asked (law 2).
#include "tests/support/dialogue.h"
#include "tests/support/loneclient.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;
using namespace std::chrono_literals;

namespace {

std::string fate(const Dialogue &talk, const std::string &id)
{
    for (const MemoryReplica::Stored &each : talk.replica().commands()) {
        if (each.command.id.value == id)
            return !each.isSettled ? "waits" : each.error.empty() ? "accepted" : each.error;
    }
    return "gone";
}

int timesIn(const MemoryLog &log, const std::string &message)
{
    return static_cast<int>(std::ranges::count_if(log.events(), [&](const LogEvent &event) {
        const auto *added = std::get_if<logged::MessageAdded>(&event.body);
        return added != nullptr && added->item.value == message;
    }));
}

/// A client that has numbered and been answered everything below 9.
ClientSession::Restored knownToSeq8()
{
    return {.device = {"d1"}, .cursor = {"e", 5}, .texts = {}, .commands = {}, .nextSeq = 9};
}

std::vector<std::uint64_t> lostAbove(const LoneClient &client)
{
    std::vector<std::uint64_t> lost;
    for (const action::Commit &commit : client.all<action::Commit>()) {
        for (const Change &change : commit.changes) {
            if (const auto *lose = std::get_if<change::LoseAccepted>(&change))
                lost.push_back(lose->ackedCommand);
        }
    }
    return lost;
}

} // namespace

class RestoredGatewaySpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aMessageThatWasAcceptedAndForgotten_isAskedAbout_andSentOnce()
    {
        Dialogue talk;
        talk.goOnline();
        talk.give("m1", "before the copy");
        talk.run(2s);
        const MemoryLog copy = talk.log();
        talk.give("m2", "after the copy");
        talk.run(2s);
        QCOMPARE(fate(talk, "m2"), std::string("accepted"));

        talk.log() = copy;
        talk.killGateway();
        talk.run(30s);

        QVERIFY(talk.notes().contains(Note::AcceptedLost));
        QCOMPARE(fate(talk, "m1"), std::string("accepted"));
        QCOMPARE(fate(talk, "m2"), std::string("lost_by_reset"));
        QCOMPARE(timesIn(talk.log(), "m2"), 0); // never sent again by itself
    }

    void alsoWhereTheCursorLiesWithinTheCopy()
    {
        LoneClient client(knownToSeq8());
        client.feed(event::GoOnline{});
        client.answer("restored", 5);
        QCOMPARE(lostAbove(client), std::vector<std::uint64_t>{5});
    }

    void nothingIsAskedWhereNothingIsLost_data()
    {
        QTest::addColumn<qulonglong>("acked");
        QTest::newRow("it knows the last one") << 8ULL;
        QTest::newRow("it knows nothing of us: all of the history is only here") << 0ULL;
    }
    void nothingIsAskedWhereNothingIsLost()
    {
        QFETCH(qulonglong, acked);
        LoneClient client(knownToSeq8());
        client.feed(event::GoOnline{});
        client.answer("g1", acked);
        QVERIFY(lostAbove(client).empty());
    }

    void theSameProcessNeverForgets()
    {
        LoneClient client(knownToSeq8());
        client.feed(event::GoOnline{});
        client.answer("g1", 8);
        client.feed(event::NetworkChanged{});
        client.answer("g1", 7); // looked up before the last answer left
        QVERIFY(lostAbove(client).empty());
    }

    void anAttemptThatAnotherProcessAnswers_isMadeAnewWhenTheCursorHasMoved_data()
    {
        QTest::addColumn<QByteArray>("generation");
        QTest::addColumn<bool>("isMadeAnew");
        QTest::newRow("the same process") << QByteArray("g1") << false;
        QTest::newRow("another one, perhaps with another history") << QByteArray("restored") << true;
    }
    void anAttemptThatAnotherProcessAnswers_isMadeAnewWhenTheCursorHasMoved()
    {
        QFETCH(QByteArray, generation);
        QFETCH(bool, isMadeAnew);
        LoneClient client;
        const LinkId first = client.goOnline();
        client.feed(event::NetworkChanged{});
        const LinkId second = client.dialled();
        client.feed(event::FrameReceived{first, frame::Log{5, 6, {{6, logged::Unknown{"X", "{}"}}}}});

        client.answer(generation.toStdString());

        QCOMPARE(client.hasNoted(Note::StaleAttempt), isMadeAnew);
        QCOMPARE(client.isAborted(second), isMadeAnew);
        QCOMPARE(client.isAborted(first), !isMadeAnew);
        if (isMadeAnew)
            QCOMPARE(client.said().cursor.seq, 6ULL);
    }
};

QTEST_GUILESS_MAIN(RestoredGatewaySpec)
#include "tst_restored.moc"
