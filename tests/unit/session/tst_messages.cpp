// SPDX-License-Identifier: Apache-2.0
// What becomes of a user's messages, with both cores talking in memory (laws 6 and 7).
#include "tests/support/dialogue.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;
using namespace std::chrono_literals;

namespace {

constexpr std::int64_t day = 24LL * 60 * 60 * 1000;

frame::Command message(const std::string &id, const std::string &conversation = "c1")
{
    frame::Command command;
    command.id = {id};
    command.name = "send";
    command.conversation = {conversation};
    command.text = "text of " + id;
    command.writtenAtMs = 10 * day;
    return command;
}

std::string messagesIn(const MemoryLog &log)
{
    std::string ids;
    for (const LogEvent &event : log.events()) {
        if (const auto *added = std::get_if<logged::MessageAdded>(&event.body))
            ids += (ids.empty() ? "" : " ") + added->item.value;
    }
    return ids;
}

/// What the client's disk says of a command: its error, "accepted", "waits" or "gone".
std::string fate(const Dialogue &talk, const std::string &id)
{
    for (const MemoryReplica::Stored &each : talk.replica().commands()) {
        if (each.command.id.value == id)
            return !each.isSettled ? "waits" : each.error.empty() ? "accepted" : each.error;
    }
    return "gone";
}

/// Somebody else writes into a conversation.
void writeElsewhere(Dialogue &talk, const std::string &id, const std::string &conversation)
{
    frame::Command command = message(id, conversation);
    static std::uint64_t seq = 0;
    command.seq = ++seq;
    (void)talk.log().accept({"another"}, command);
    talk.toGateway(gate::event::Appended{talk.log().head()});
}

} // namespace

class MessagesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aMessageThatExpiresOfflineIsParkedAndCanBeSentAgain()
    {
        Dialogue talk;
        talk.toClient(event::ClockRead{{10 * day}});
        frame::Command first = message("m1");
        first.expiresAtMs = 10 * day + 5000;
        talk.toClient(event::CommandGiven{first});
        talk.run(4s);
        QCOMPARE(fate(talk, "m1"), std::string("waits"));
        talk.run(2s);
        QCOMPARE(fate(talk, "m1"), std::string("expired"));
        QCOMPARE(talk.status().outbox.parked, std::size_t(1));
        talk.goOnline();
        talk.run(1s);
        QCOMPARE(messagesIn(talk.log()), std::string());

        talk.toClient(event::CommandGiven{message("m1")});
        talk.run(1s);
        QCOMPARE(fate(talk, "m1"), std::string("accepted"));
        QCOMPARE(talk.status().outbox.parked, std::size_t(0));
        QCOMPARE(messagesIn(talk.log()), std::string("m1"));
    }

    void whatWasWrittenOfflineWaitsForSyncedButAStopDoesNot()
    {
        Dialogue talk;
        frame::Command stop = message("s1");
        stop.name = "stop";
        talk.toClient(event::CommandGiven{message("m1")});
        talk.toClient(event::CommandGiven{stop});
        for (int i = 0; i < 10; ++i)
            talk.log().append(logged::Checkpoint{{"other"}, 0, 1, ""});
        talk.goOnline();
        std::vector<std::string> order;
        while (talk.deliverOne()) {
            const bool isOnline = talk.status().state == ConnectionState::Online;
            for (const MemoryReplica::Stored &each : talk.replica().commands()) {
                if (each.command.seq != 0 && std::ranges::count(order, each.command.id.value) == 0) {
                    order.push_back(each.command.id.value);
                    QCOMPARE(isOnline, each.command.name == "send");
                }
            }
        }
        QCOMPARE(order, (std::vector<std::string>{"s1", "m1"}));
    }

    void aConversationThatMovedOnIsAskedAbout()
    {
        Dialogue talk;
        talk.goOnline();
        talk.run(1s);
        talk.setNetwork(Dialogue::Network::Down);
        talk.cut();
        talk.toClient(event::CommandGiven{message("m1", "busy")});
        talk.toClient(event::CommandGiven{message("m2", "calm")});
        writeElsewhere(talk, "x1", "busy");
        talk.killClient(); // what it asks is asked again, or has been
        talk.setNetwork(Dialogue::Network::Up);
        talk.run();
        QCOMPARE(fate(talk, "m1"), std::string("moved_on"));
        QCOMPARE(fate(talk, "m2"), std::string("accepted"));
        QVERIFY(talk.notes().contains(Note::ConversationMoved));
        QCOMPARE(messagesIn(talk.log()), std::string("x1 m2"));

        talk.toClient(event::CommandGiven{message("m1", "busy")});
        talk.run(1s);
        QCOMPARE(messagesIn(talk.log()), std::string("x1 m2 m1"));
    }

    void onesOwnMessagesMoveNothingOn()
    {
        Dialogue talk;
        talk.goOnline();
        talk.run(1s);
        talk.toClient(event::CommandGiven{message("m1")});
        for (int delivered = 0; fate(talk, "m1") != "accepted"; ++delivered)
            QVERIFY(delivered < 10 && talk.deliverOne());
        talk.cut(); // accepted, and the log has perhaps not shown it
        talk.toClient(event::CommandGiven{message("m2")});
        talk.killClient();
        talk.run();
        QCOMPARE(fate(talk, "m2"), std::string("accepted"));
        QCOMPARE(messagesIn(talk.log()), std::string("m1 m2"));
    }

    void aMessageOlderThanADayIsAskedAbout()
    {
        Dialogue talk;
        talk.toClient(event::CommandGiven{message("m1")});
        talk.toClient(event::CommandGiven{message("m2", "other")});
        talk.toClient(event::ClockRead{{11 * day + 1}});
        talk.goOnline();
        talk.run(1s);
        QCOMPARE(fate(talk, "m1"), std::string("stale"));
        QCOMPARE(fate(talk, "m2"), std::string("stale"));
        frame::Command again = message("m1");
        again.writtenAtMs = 11 * day;
        talk.toClient(event::CommandGiven{again});
        talk.run(1s);
        QCOMPARE(messagesIn(talk.log()), std::string("m1"));
    }

    void aRefusedMessageBlocksWhatStandsBehindItAndNothingElse()
    {
        Dialogue talk;
        talk.log().refuse("m1", "unknown_agent");
        for (const auto &[id, conversation] : {std::pair{"m1", "a"}, {"m2", "b"}, {"m3", "a"}, {"m4", "b"}})
            talk.toClient(event::CommandGiven{message(id, conversation)});
        talk.goOnline();
        talk.run();
        QCOMPARE(fate(talk, "m1"), std::string("unknown_agent"));
        QCOMPARE(fate(talk, "m3"), std::string("blocked"));
        QCOMPARE(messagesIn(talk.log()), std::string("m2 m4"));
    }

    void withdrawingInEveryMoment_data()
    {
        QTest::addColumn<bool>("restarts");
        QTest::newRow("link cut") << false;
        QTest::newRow("client killed") << true;
    }
    /// Struck behind every frame: either the message is gone and the gateway never had it, or it stays and
    /// the gateway has it once. What stands behind it arrives in any case.
    void withdrawingInEveryMoment()
    {
        QFETCH(bool, restarts);
        int gone = 0;
        int kept = 0;
        for (int at = 0; at < 12; ++at) {
            for (int after = 0; after < 6; ++after) {
                Dialogue talk;
                talk.goOnline();
                talk.run(1s);
                talk.toClient(event::CommandGiven{message("m1")});
                talk.toClient(event::CommandGiven{message("m2")});
                for (int i = 0; i < at; ++i)
                    talk.deliverOne();
                if (at % 2 == 0)
                    talk.cut();
                talk.toClient(event::CommandWithdrawn{{"m1"}});
                for (int i = 0; i < after; ++i)
                    talk.deliverOne();
                if (restarts)
                    talk.killClient();
                else
                    talk.cut();
                talk.run();
                const bool isGone = fate(talk, "m1") == "gone";
                ++(isGone ? gone : kept);
                QCOMPARE(messagesIn(talk.log()), std::string(isGone ? "m2" : "m1 m2"));
                QCOMPARE(fate(talk, "m1"), std::string(isGone ? "gone" : "accepted"));
                QCOMPARE(fate(talk, "m2"), std::string("accepted"));
                QCOMPARE(talk.status().outbox.depth, std::size_t(0));
            }
        }
        QVERIFY(gone > 0 && kept > 0);
    }

    void deletingAParkedMessageLeavesNothing()
    {
        Dialogue talk;
        talk.log().refuse("m1", "unknown_agent");
        talk.goOnline();
        talk.toClient(event::CommandGiven{message("m1")});
        talk.run(1s);
        talk.toClient(event::CommandWithdrawn{{"m1"}});
        QCOMPARE(fate(talk, "m1"), std::string("gone"));
        QCOMPARE(talk.status().outbox.parked, std::size_t(0));
    }

    void aRefusedMessageIsGivenAgainUnderAnotherId()
    {
        Dialogue talk;
        talk.log().refuse("m1", "unknown_agent");
        talk.goOnline();
        talk.toClient(event::CommandGiven{message("m1")});
        talk.run(1s);
        talk.toClient(event::CommandGiven{message("m9"), {"m1"}});
        talk.run(1s);
        QCOMPARE(fate(talk, "m1"), std::string("gone"));
        QCOMPARE(messagesIn(talk.log()), std::string("m9"));
    }

    void aFullOutboxSaysSo()
    {
        Dialogue talk({.outbox = {.countMax = 1}});
        talk.toClient(event::CommandGiven{message("m1")});
        talk.toClient(event::CommandGiven{message("m2")});
        QCOMPARE(talk.refused().size(), std::size_t(1));
        QCOMPARE(talk.refused()[0].command.id.value, std::string("m2"));
        QCOMPARE(talk.refused()[0].reason, std::string("outbox_full"));
        QCOMPARE(fate(talk, "m2"), std::string("gone"));
    }

    void aFullOutboxThatDropsParksTheLeastUrgent()
    {
        Dialogue talk({.outbox = {.countMax = 1, .overflow = OutboxOptions::Overflow::Drop}});
        talk.toClient(event::CommandGiven{message("m1")});
        talk.toClient(event::CommandGiven{message("m2")});
        QVERIFY(talk.refused().empty());
        QCOMPARE(fate(talk, "m1"), std::string("overflow"));
        QCOMPARE(fate(talk, "m2"), std::string("waits"));
    }

    void queueingOffTakesOnlyWhatLeavesAtOnce()
    {
        Dialogue talk({.queueing = ClientSession::Queueing::Off});
        frame::Command stop = message("s1");
        stop.name = "stop";
        talk.toClient(event::CommandGiven{message("m1")});
        talk.toClient(event::CommandGiven{stop});
        QCOMPARE(talk.refused().size(), std::size_t(1));
        QCOMPARE(talk.refused()[0].reason, std::string("queueing_off"));
        QCOMPARE(fate(talk, "s1"), std::string("waits"));
        talk.goOnline();
        talk.run(1s);
        talk.toClient(event::CommandGiven{message("m2")});
        talk.run(1s);
        QCOMPARE(fate(talk, "m2"), std::string("accepted"));
    }

    void theFlushIsPaced()
    {
        Dialogue talk({.flush = {.perSecond = 10, .burst = 5}});
        for (int i = 0; i < 25; ++i)
            talk.toClient(event::CommandGiven{message("m" + std::to_string(i), "c" + std::to_string(i))});
        talk.goOnline();
        talk.run(900ms);
        QVERIFY(talk.status().outbox.depth >= 11);
        QVERIFY(talk.notes().contains(Note::FlushPaced));
        talk.run(2s);
        QCOMPARE(talk.status().outbox.depth, std::size_t(0));
    }

    void threeRefusalsInARowOpenTheBreaker()
    {
        Dialogue talk;
        talk.goOnline();
        talk.run(1s);
        for (const char *id : {"m1", "m2", "m3"}) {
            talk.log().refuse(id, "unknown_agent");
            talk.toClient(event::CommandGiven{message(id, id)});
            talk.run(1s);
        }
        QVERIFY(talk.status().outbox.breaker == BreakerState::Open);
        for (const char *id : {"m4", "m5", "m6"})
            talk.toClient(event::CommandGiven{message(id, id)});
        talk.run(20s);
        QCOMPARE(talk.status().outbox.depth, std::size_t(3));
        talk.log().refuse("m4", "unknown_agent");
        talk.run(20s); // one probes, and is refused as well
        QCOMPARE(fate(talk, "m4"), std::string("unknown_agent"));
        QCOMPARE(talk.status().outbox.depth, std::size_t(2));
        talk.toClient(event::RetryNow{});
        talk.run(1s);
        QVERIFY(talk.status().outbox.breaker == BreakerState::Closed);
        QCOMPARE(messagesIn(talk.log()), std::string("m5 m6"));
        QVERIFY(talk.notes().contains(Note::BreakerClosed));
        QVERIFY(talk.status().outbox.lastDelivery.has_value());
    }
};

QTEST_GUILESS_MAIN(MessagesTest)
#include "tst_messages.moc"
