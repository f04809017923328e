// SPDX-License-Identifier: Apache-2.0
// A client and its links: a second one beside the first, which takes over, fails, or comes too late; copies
// of a profile; a replay that gets nowhere.
#include "tests/support/loneclient.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;
using namespace std::chrono_literals;

namespace {

frame::Command command(const std::string &id)
{
    frame::Command command;
    command.id = {id};
    command.name = "send";
    return command;
}

} // namespace

class LinksTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aHandoverIsNoEventForAnybody()
    {
        LoneClient client;
        const LinkId first = client.goOnline();
        client.stream();
        client.feed(event::NetworkChanged{});
        const LinkId second = client.dialled();
        QVERIFY(second != first);
        QCOMPARE(client.said().tails.at(0).offset, std::uint64_t(9));                 // it goes on from here
        client.feed(event::FrameReceived{first, frame::Tail{{"a1"}, 0, 9, " hält"}}); // both are served
        QVERIFY(!client.isAborted(first));
        client.answer();
        QVERIFY(client.isAborted(first));
        QCOMPARE(client.status().state, ConnectionState::Online);
        QCOMPARE(client.status().handovers, 1);
        QCOMPARE(client.sent<frame::Ack>(second).size(), std::size_t(1)); // the gateway lets the first one go
        client.feed(event::FrameReceived{second, frame::Tail{{"a1"}, 0, 9, " hält. Und"}});
        client.sync();
        QCOMPARE(client.status().reconnects, 0);
        std::string text;
        for (const auto &commit : client.all<action::Commit>()) {
            for (const Change &each : commit.changes) {
                QVERIFY(!std::holds_alternative<change::OpenSeams>(each));
                if (const auto *tail = std::get_if<change::WriteTail>(&each))
                    text += tail->text;
            }
        }
        QCOMPARE(text, std::string("Der Anker hält. Und"));
    }

    void anAttemptThatFailsDestroysNothing_data()
    {
        QTest::addColumn<int>("how");
        QTest::newRow("refused") << 0;
        QTest::newRow("no answer") << 1;
        QTest::newRow("another gateway") << 2;
        QTest::newRow("a frame out of place") << 3;
        QTest::newRow("the token is refused") << 4;
    }
    void anAttemptThatFailsDestroysNothing()
    {
        QFETCH(int, how);
        LoneClient client;
        const LinkId first = client.goOnline();
        client.feed(event::NetworkChanged{});
        const LinkId second = client.dialled();
        if (how == 0) {
            client.lose(second, Cause::Refused);
        } else if (how == 1) {
            client.feed(event::FrameReceived{first, frame::Pong{1, 5}});
            client.pass(2s);
        } else if (how == 2) {
            client.feed(event::LinkOpened{second, "proof"});
            client.feed(event::FrameReceived{second, frame::Resumed{.from = {"e", 5}, .proof = "other"}});
        } else if (how == 3) {
            client.feed(event::FrameReceived{second, frame::Pong{1, 5}});
        } else {
            client.lose(second, Cause::Unauthorised);
        }
        QVERIFY(client.hasNoted(Note::ProbeFailed));
        QCOMPARE(client.status().state, ConnectionState::Online);
        QVERIFY(!client.isAborted(first));
        client.feed(event::CommandGiven{command("m1")});
        QCOMPARE(client.sent<frame::Command>(first).size(), std::size_t(1));
    }

    void aLinkThatDiesLeavesTheAttemptInPlace()
    {
        LoneClient client;
        const LinkId first = client.goOnline();
        client.feed(event::NetworkChanged{});
        const std::size_t dials = client.dials();
        client.lose(first);
        QCOMPARE(client.status().state, ConnectionState::Connecting);
        QCOMPARE(client.dials(), dials);
        client.answer();
        client.sync();
        QCOMPARE(client.status().state, ConnectionState::Online);
    }

    void silenceWhileStreamingOpensASecondLinkBeforeTheVerdict()
    {
        LoneClient client;
        const LinkId first = client.goOnline();
        client.stream();
        client.pass(2500ms); // a second of silence, the question, half of the patience
        QVERIFY(client.hasNoted(Note::LinkSuspect));
        QVERIFY(!client.hasNoted(Note::LinkSilent));
        const std::size_t dials = client.dials();
        QCOMPARE(dials, std::size_t(2));
        client.answer();
        QVERIFY(client.isAborted(first));
        QCOMPARE(client.status().state, ConnectionState::Online);
    }

    void aSuspicionIsLookedIntoOnce()
    {
        LoneClient client;
        (void)client.goOnline();
        client.stream();
        client.pass(2500ms);
        client.lose(client.dialled(), Cause::Refused);
        client.pass(500ms);
        QCOMPARE(client.dials(), std::size_t(2));
    }

    void aChangeOfNetworksEndsWaiting()
    {
        LoneClient client;
        client.feed(event::GoOnline{});
        client.lose(client.dialled(), Cause::Unreachable); // at once
        client.lose(client.dialled(), Cause::Unreachable);
        QCOMPARE(client.status().state, ConnectionState::Waiting);
        const std::size_t dials = client.dials();
        client.feed(event::NetworkChanged{});
        QCOMPARE(client.dials(), dials + 1);
        const LinkId hanging = client.dialled();
        client.feed(event::NetworkChanged{}); // it may hang on a way that is gone
        QVERIFY(client.isAborted(hanging));
        QCOMPARE(client.dials(), dials + 2);
        QCOMPARE(client.status().state, ConnectionState::Connecting);
    }

    void aDrainingGatewayIsLeftInTime()
    {
        LoneClient client;
        const LinkId first = client.goOnline();
        client.feed(event::FrameReceived{first, frame::Drain{300, 5000}});
        client.pass(299ms);
        QCOMPARE(client.dials(), std::size_t(1));
        client.pass(1ms);
        QCOMPARE(client.dials(), std::size_t(2));
        client.answer("g1"); // the one that goes: no use
        QVERIFY(client.isAborted(client.dialled()));
        QVERIFY(!client.isAborted(first));
        client.pass(500ms);
        QCOMPARE(client.dials(), std::size_t(3));
        client.answer("g2");
        QVERIFY(client.isAborted(first));
        QCOMPARE(client.status().state, ConnectionState::Online);
        client.pass(5s);
        QCOMPARE(client.dials(), std::size_t(3));
    }

    void aTwinThatTakesTheLinkMakesThisAnotherDevice()
    {
        LoneClient client(
            {.device = {"d1"}, .cursor = {"e", 5}, .texts = {}, .commands = {command("m1")}, .nextSeq = 8});
        const LinkId first = client.goOnline();
        QCOMPARE(client.sent<frame::Command>(first).at(0).seq, std::uint64_t(8));
        client.lose(first, Cause::Superseded, "0123456789abcdef-1");
        QVERIFY(client.hasNoted(Note::DeviceForked));
        QVERIFY(client.said().device != DeviceId{"d1"});
        client.answer();
        const auto again = client.sent<frame::Command>(client.dialled());
        QCOMPARE(again.size(), std::size_t(1));
        QCOMPARE(again.at(0).seq,
                 std::uint64_t(1)); // a new name, new numbers; its id is what the gateway knows
        QCOMPARE(again.at(0).id.value, std::string("m1"));
    }

    void ourOwnNewerLinkIsNoTwin()
    {
        LoneClient client;
        const LinkId first = client.goOnline();
        const AttemptId own = client.said().attempt;
        client.lose(first, Cause::Superseded, own.value);
        QVERIFY(!client.hasNoted(Note::DeviceForked));
        QCOMPARE(client.said().device.value, std::string("d1"));
    }

    void aGatewayThatKnowsLaterCommandsMakesThisAnotherDevice()
    {
        LoneClient client({.device = {"d1"}, .cursor = {"e", 5}, .texts = {}, .commands = {}, .nextSeq = 8});
        client.feed(event::GoOnline{});
        client.answer("g1", 7);
        QVERIFY(!client.hasNoted(Note::DeviceForked));
        client.lose(client.dialled());
        client.answer("g1", 8); // this profile was restored: it would use that number again
        QVERIFY(client.hasNoted(Note::DeviceForked));
        client.pass(1s);
        QVERIFY(client.said().device != DeviceId{"d1"});
    }

    void aRefusedNumberIsNoRefusedMessage()
    {
        LoneClient client;
        const LinkId first = client.goOnline();
        client.feed(event::CommandGiven{command("m1")});
        client.feed(event::FrameReceived{first, frame::Result{1, {"m1"}, "out_of_order", 5}});
        QVERIFY(!client.hasNoted(Note::CommandParked));
        client.answer();
        QCOMPARE(client.sent<frame::Command>(client.dialled()).size(), std::size_t(1));
    }

    void aReplayThatGetsNowhereIsBegunAnew_thenSlowly()
    {
        LoneClient client;
        client.feed(event::GoOnline{});
        int anew = 0;
        int links = 0;
        while (!client.status().isSlow) {
            QVERIFY(++links < 100);
            client.feed(event::LinkOpened{client.dialled(), {}});
            if (client.said().cursor.isNull()) {
                ++anew;
                client.feed(event::FrameReceived{
                    client.dialled(),
                    frame::Reset{.reason = "first_contact", .cursor = {"e", 0}, .head = 5}});
            } else {
                client.feed(event::FrameReceived{client.dialled(),
                                                 frame::Resumed{.from = client.said().cursor, .head = 5}});
            }
            client.lose(client.dialled());
            while (client.status().state == ConnectionState::Waiting && !client.status().isSlow)
                client.pass(1s);
        }
        QCOMPARE(anew, 2); // the third time it slows down
        QVERIFY(*client.status().retryAt - client.now >= 20s);
        client.pass(*client.status().retryAt - client.now);
        client.answer();
        client.sync();
        QVERIFY(!client.status().isSlow);
    }

    void whoSendsIsAReasonToDial_onceInTenSeconds()
    {
        LoneClient client;
        client.feed(event::GoOnline{});
        client.lose(client.dialled(), Cause::Refused); // tried again at once
        client.lose(client.dialled(), Cause::Refused);
        QCOMPARE(client.status().state, ConnectionState::Waiting);
        const std::size_t before = client.dials();

        for (int i = 0; i < 20; ++i) {
            client.feed(event::CommandGiven{command("m" + std::to_string(i))});
            if (client.status().state == ConnectionState::Connecting)
                client.lose(client.dialled(), Cause::Refused);
        }

        QCOMPARE(client.dials(), before + 1);
    }

    void aResetOfItsOwnAsksNobodyAboutMessages()
    {
        frame::Command sent = command("m1");
        sent.seq = 8;
        LoneClient client(
            {.device = {"d1"}, .cursor = {"e", 5}, .texts = {}, .commands = {sent}, .nextSeq = 9});
        client.feed(event::GoOnline{});
        client.feed(event::LinkOpened{client.dialled(), {}});
        client.feed(event::FrameReceived{
            client.dialled(),
            frame::Reset{.reason = "first_contact", .cursor = {"e", 0}, .head = 5, .ackedCommand = 7}});
        QVERIFY(!client.hasNoted(Note::CommandsLost));
        QCOMPARE(client.sent<frame::Command>(client.dialled()).size(), std::size_t(1));
    }
};

QTEST_GUILESS_MAIN(LinksTest)
#include "tst_links.moc"
