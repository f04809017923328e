// SPDX-License-Identifier: Apache-2.0
// Both cores talking in memory: what a user is promised, cut and killed at every single frame.
#include "tests/support/dialogue.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

namespace {

const std::string answer =
    "Der Anker hält — auch wenn die Kette springt. 🙂 Und weiter geht es, Wort für Wort.";

/// The answer in pieces of `size` bytes, cut at character boundaries by the gateway's store alone.
std::vector<std::string> pieces()
{
    std::vector<std::string> result;
    for (std::size_t at = 0; at < answer.size(); at += 7)
        result.push_back(answer.substr(at, 7));
    return result;
}

enum class Blow { Cut, KillClient, KillGateway, HandOver };

void strike(Dialogue &talk, Blow blow)
{
    switch (blow) {
    case Blow::Cut:
        talk.cut();
        break;
    case Blow::KillClient:
        talk.killClient();
        break;
    case Blow::KillGateway:
        talk.killGateway();
        break;
    case Blow::HandOver:
        talk.toClient(event::NetworkChanged{});
        break;
    }
}

} // namespace

Q_DECLARE_METATYPE(Blow)

class SessionsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void connectsAndSyncs()
    {
        Dialogue talk;
        talk.goOnline();
        talk.run(std::chrono::seconds(1));
        QCOMPARE(talk.status().state, ConnectionState::Online);
        QCOMPARE(talk.replica().cursor().epoch, std::string("e0"));
    }

    void nothingIsLostAtAnyFrame_data()
    {
        QTest::addColumn<Blow>("blow");
        QTest::newRow("link cut") << Blow::Cut;
        QTest::newRow("client killed") << Blow::KillClient;
        QTest::newRow("gateway killed") << Blow::KillGateway;
        QTest::newRow("handed over") << Blow::HandOver;
    }
    /// Two messages and a streamed answer, struck behind every frame in turn.
    void nothingIsLostAtAnyFrame()
    {
        QFETCH(Blow, blow);
        for (int at = 0; at < 60; ++at) {
            Dialogue talk;
            talk.give("m1", "first");
            talk.goOnline();
            int frames = 0;
            const auto step = [&] {
                if (frames++ == at)
                    strike(talk, blow);
                return talk.deliverOne();
            };
            talk.give("m2", "second");
            talk.startAnswer("a1");
            for (const std::string &piece : pieces()) {
                talk.grow("a1", piece);
                step();
                step();
                talk.advance(std::chrono::milliseconds(20));
                talk.toGateway(gate::event::TimeCame{});
            }
            talk.finish("a1");
            while (step()) {
            }
            strike(talk, blow);
            talk.run();

            QCOMPARE(talk.status().state, ConnectionState::Online);
            QCOMPARE(talk.replica().item({"a1"}).text, answer);
            QVERIFY(talk.replica().item({"a1"}).verdict == change::Verdict::Verified);
            for (const char *message : {"m1", "m2"})
                QVERIFY(talk.replica().item({message}).verdict == change::Verdict::Verified);
            QVERIFY(talk.replica().events() == talk.log().events());
            for (const MemoryReplica::Stored &command : talk.replica().commands())
                QVERIFY(command.isSettled && command.error.empty());
            QCOMPARE(messagesIn(talk.log()), (std::vector<std::string>{"m1", "m2"}));
        }
    }

    void resumesInTheMiddleWithoutSendingAnythingTwice()
    {
        Dialogue talk;
        talk.goOnline();
        talk.run(std::chrono::seconds(1));
        talk.startAnswer("a1");
        talk.grow("a1", answer.substr(0, 30));
        talk.run(std::chrono::milliseconds(100));
        QCOMPARE(talk.replica().item({"a1"}).text, answer.substr(0, 30));

        talk.cut();
        talk.grow("a1", answer.substr(30));
        talk.finish("a1");
        talk.run();

        QCOMPARE(talk.replica().item({"a1"}).text, answer);
        QCOMPARE(talk.bytesSent(), answer.size());
        QCOMPARE(talk.notes().count(Note::DuplicateTail), std::size_t(0));
    }

    void aTextThatCameWrongIsFetchedAgain()
    {
        Dialogue talk;
        talk.goOnline();
        talk.run(std::chrono::seconds(1));
        talk.startAnswer("a1");
        talk.run(std::chrono::milliseconds(100));
        talk.toClient(event::FrameReceived{LinkId(1), frame::Tail{{"a1"}, 0, 0, "Das Anker"}});
        talk.grow("a1", answer);
        talk.finish("a1");
        talk.run();

        QVERIFY(talk.notes().contains(Note::ItemRepaired));
        QCOMPARE(talk.replica().item({"a1"}).text, answer);
        QVERIFY(talk.replica().item({"a1"}).verdict == change::Verdict::Verified);
    }

    void messagesWrittenOfflineAreSentOnceAndInOrder()
    {
        Dialogue talk;
        talk.setNetwork(Dialogue::Network::Down);
        talk.goOnline();
        std::vector<std::string> expected;
        for (int i = 10; i < 40; ++i) {
            expected.push_back("m" + std::to_string(i));
            talk.give(expected.back(), "text");
        }
        talk.killClient();
        talk.setNetwork(Dialogue::Network::Up);
        talk.run();
        QCOMPARE(messagesIn(talk.log()), expected);
    }

    void aGatewayThatLostItsLogIsAskedNothingTwice()
    {
        Dialogue talk;
        talk.goOnline();
        talk.give("m1", "first");
        talk.run();
        talk.cut();
        talk.log() = MemoryLog();
        talk.log().epoch = "e1";
        talk.killGateway();
        talk.run();

        QCOMPARE(talk.status().state, ConnectionState::Online);
        QVERIFY(talk.notes().contains(Note::EpochChanged));
        QCOMPARE(talk.replica().cursor().epoch, std::string("e1"));
        QCOMPARE(talk.replica().item({"m1"}).text, std::string("first")); // nothing local is deleted
        QVERIFY(messagesIn(talk.log()).empty());                          // and nothing is resent by itself
    }

    /// Its epoch is the same and it has enough events: only who wrote them tells.
    void aRestoredGatewayThatHasGoneOnIsNoticed()
    {
        Dialogue talk;
        talk.goOnline();
        talk.give("m1", "first");
        talk.run(std::chrono::seconds(1));
        const MemoryLog backup = talk.log();
        talk.give("m2", "second");
        talk.run(std::chrono::seconds(1));
        talk.log() = backup;
        talk.killGateway();
        for (int i = 0; i < 20; ++i)
            talk.log().append(logged::Checkpoint{{"other"}, 0, 1, ""});
        talk.cut();
        talk.killGateway();
        talk.run();
        QCOMPARE(talk.status().state, ConnectionState::Online);
        QVERIFY(talk.notes().contains(Note::EpochChanged));
        QVERIFY(talk.replica().events() == talk.log().events());
        QCOMPARE(talk.replica().item({"m2"}).text, std::string("second")); // only on this device, and kept
        QCOMPARE(messagesIn(talk.log()), std::vector<std::string>{"m1"});  // nobody sends it again by itself
    }

    /// A start that is no restoration changes nothing.
    void aRestartedGatewayGoesOnInTheSameHistory()
    {
        Dialogue talk;
        talk.goOnline();
        talk.give("m1", "first");
        talk.run(std::chrono::seconds(1));
        for (int i = 0; i < 3; ++i) {
            talk.killGateway();
            talk.give("n" + std::to_string(i), "more");
            talk.run(std::chrono::seconds(1));
        }
        QCOMPARE(talk.notes().count(Note::EpochChanged), std::size_t(1)); // the first contact
        QVERIFY(talk.replica().events() == talk.log().events());
    }

    void commandsInFlightAcrossAResetAreParked()
    {
        Dialogue talk;
        talk.goOnline();
        talk.run(std::chrono::seconds(1));
        talk.give("m1", "first"); // numbered and sent, the answer never comes
        talk.cut();
        talk.log() = MemoryLog();
        talk.log().epoch = "e1";
        talk.killGateway();
        talk.run();
        QVERIFY(talk.notes().contains(Note::CommandsLost));
        QCOMPARE(talk.replica().commands().at(0).error, std::string("lost_by_reset"));
    }

    void silenceWhileStreamingIsNoticedWithinFourSeconds()
    {
        Dialogue talk;
        talk.goOnline();
        talk.run(std::chrono::seconds(1));
        talk.startAnswer("a1");
        talk.grow("a1", "Der");
        talk.run(std::chrono::milliseconds(100));
        // From here on frames vanish: only the clock speaks.
        for (int i = 0; i < 38; ++i) {
            talk.advance(std::chrono::milliseconds(100));
            talk.toClient(event::TimeCame{});
        }
        QCOMPARE(talk.status().state, ConnectionState::Online);
        talk.advance(std::chrono::milliseconds(200));
        talk.toClient(event::TimeCame{});
        QVERIFY(talk.status().state != ConnectionState::Online);
        QVERIFY(talk.notes().contains(Note::LinkSilent));
    }

    void ourOwnDelayIsNoVerdict()
    {
        Dialogue talk;
        talk.goOnline();
        talk.run(std::chrono::seconds(1));
        talk.advance(std::chrono::minutes(10));
        talk.toClient(event::TimeCame{});
        QVERIFY(talk.notes().contains(Note::LoopBlocked));
        QCOMPARE(talk.status().state, ConnectionState::Online);
    }

    void simulatedOfflineKeepsTheLinkCutUntilToldOtherwise()
    {
        Dialogue talk;
        talk.goOnline();
        talk.run(std::chrono::seconds(1));
        talk.toClient(event::GoOffline{Cause::Simulated});
        talk.give("m1", "written offline");
        talk.run(std::chrono::minutes(5));
        QCOMPARE(talk.status().state, ConnectionState::Offline);
        QVERIFY(messagesIn(talk.log()).empty());
        talk.goOnline();
        talk.run();
        QCOMPARE(messagesIn(talk.log()), std::vector<std::string>{"m1"});
    }

    void aWithdrawnMessageIsNeverSent()
    {
        Dialogue talk;
        talk.give("m1", "one");
        talk.give("m2", "two");
        talk.toClient(event::CommandWithdrawn{{"m1"}});
        talk.goOnline();
        talk.run();
        QCOMPARE(messagesIn(talk.log()), std::vector<std::string>{"m2"});
    }

    void aRefusedTokenIsFinalUntilTheUserTriesAgain()
    {
        Dialogue talk;
        talk.setNetwork(Dialogue::Network::Down);
        talk.goOnline();
        ClientSession session({.device = {"d"}, .cursor = {}, .texts = {}, .commands = {}}, {});
        const TimePoint now(std::chrono::seconds(1));
        (void)session.on(event::GoOnline{}, now);
        const auto step = session.on(event::LinkLost{LinkId(1), Cause::Unauthorised, {}, {}}, now);
        QCOMPARE(session.status().state, ConnectionState::AuthFailed);
        QVERIFY(!step.wake);
        (void)session.on(event::RetryNow{}, now);
        QCOMPARE(session.status().state, ConnectionState::Connecting);
    }

    void aGatewayWithoutProofGetsNoCommand()
    {
        ClientSession session({.device = {"d"}, .cursor = {}, .texts = {}, .commands = {}}, {});
        const TimePoint now(std::chrono::seconds(1));
        frame::Command command;
        command.id = {"m1"};
        const auto given = session.on(event::CommandGiven{command}, now);
        (void)session.on(event::Committed{std::get<action::Commit>(given.actions.at(0)).id}, now);
        (void)session.on(event::GoOnline{}, now);
        (void)session.on(event::LinkOpened{LinkId(1), "expected"}, now);
        const auto step = session.on(
            event::FrameReceived{
                LinkId(1), frame::Reset{.reason = "first_contact", .cursor = {"e", 0}, .proof = "other"}},
            now);
        for (const Action &each : step.actions) {
            QVERIFY(!std::holds_alternative<action::SendFrame>(each));
            QVERIFY(!std::holds_alternative<action::Commit>(each));
        }
        QCOMPARE(session.status().cause, Cause::NotOurGateway);
    }

    void eventsOfAForgottenLinkChangeNothing()
    {
        ClientSession session({.device = {"d"}, .cursor = {}, .texts = {}, .commands = {}}, {});
        const TimePoint now(std::chrono::seconds(1));
        (void)session.on(event::GoOnline{}, now);
        const auto before = session.status();
        for (const Event &stale : {Event(event::LinkLost{LinkId(9), Cause::Reset, {}, {}}),
                                   Event(event::LinkOpened{LinkId(9), {}}),
                                   Event(event::FrameReceived{LinkId(9), frame::Pong{1, 1}})}) {
            const auto step = session.on(stale, now);
            QCOMPARE(step.actions.size(), std::size_t(1));
            QVERIFY(session.status() == before);
        }
    }

private:
    static std::vector<std::string> messagesIn(const MemoryLog &log)
    {
        std::vector<std::string> ids;
        for (const LogEvent &event : log.events()) {
            if (const auto *message = std::get_if<logged::MessageAdded>(&event.body))
                ids.push_back(message->item.value);
        }
        return ids;
    }
};

QTEST_GUILESS_MAIN(SessionsTest)
#include "tst_sessions.moc"
