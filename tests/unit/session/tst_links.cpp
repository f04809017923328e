// SPDX-License-Identifier: Apache-2.0
// A client and its links: a second one beside the first, which takes over, fails, or comes too late; copies
// of a profile; a replay that gets nowhere.
#include "model/session/clientsession.h"

#include <QTest>

using namespace holdfast;
using namespace std::chrono_literals;

namespace {

/// One client under a clock of its own; the test is the gateway and the network.
class Client
{
public:
    explicit Client(ClientSession::Restored restored = {.device = {"d1"},
                                                        .cursor = {"e", 5},
                                                        .texts = {},
                                                        .commands = {}})
        : m_session(std::move(restored), {})
    {}

    void feed(const Event &event)
    {
        const auto step = m_session.on(event, now);
        for (const Action &each : step.actions) {
            actions.push_back(each);
            if (const auto *commit = std::get_if<action::Commit>(&each))
                m_commits.push_back(commit->id);
        }
        wake = step.wake;
        while (!m_commits.empty()) {
            const CommitId id = m_commits.front();
            m_commits.erase(m_commits.begin());
            feed(event::Committed{id});
        }
    }
    /// Everything the session asked for up to `by` from now happens.
    void pass(Duration by)
    {
        const TimePoint end = now + by;
        while (wake && wake->at <= end) {
            now = std::max(now, wake->at);
            feed(event::TimeCame{});
        }
        now = end;
    }

    template<class A>
    std::vector<A> all() const
    {
        std::vector<A> found;
        for (const Action &each : actions) {
            if (const auto *a = std::get_if<A>(&each))
                found.push_back(*a);
        }
        return found;
    }
    LinkId dialled() const { return all<action::OpenLink>().back().link; }
    ResumeRequest said() const { return all<action::OpenLink>().back().resume; }
    std::size_t dials() const { return all<action::OpenLink>().size(); }
    bool isAborted(LinkId link) const
    {
        return std::ranges::any_of(all<action::AbortLink>(),
                                   [&](const action::AbortLink &a) { return a.link == link; });
    }
    template<class F>
    std::vector<F> sent(LinkId link) const
    {
        std::vector<F> frames;
        for (const auto &each : all<action::SendFrame>()) {
            if (each.link == link && std::holds_alternative<F>(each.frame))
                frames.push_back(std::get<F>(each.frame));
        }
        return frames;
    }
    bool hasNoted(Note note) const
    {
        return std::ranges::any_of(all<action::Noted>(),
                                   [&](const action::Noted &a) { return a.note == note; });
    }

    /// The gateway `generation` answers on the link that was dialled last.
    void answer(const std::string &generation = "g1", std::uint64_t acked = 0)
    {
        feed(event::LinkOpened{dialled(), {}});
        feed(event::FrameReceived{dialled(), frame::Resumed{.from = said().cursor,
                                                            .head = 5,
                                                            .ackedCommand = acked,
                                                            .generation = generation}});
    }
    void sync() { feed(event::FrameReceived{dialled(), frame::Synced{{"e", 5}}}); }
    void lose(LinkId link, Cause cause = Cause::Reset, const std::string &detail = {})
    {
        feed(event::LinkLost{link, cause, detail, {}});
    }
    /// On its first link, nothing to do.
    LinkId goOnline()
    {
        feed(event::GoOnline{});
        answer();
        sync();
        return dialled();
    }
    void stream()
    {
        logged::RunStarted run;
        run.item = {"a1"};
        feed(event::FrameReceived{dialled(), frame::Log{5, 6, {{6, run}}}});
        feed(event::FrameReceived{dialled(), frame::Tail{{"a1"}, 0, 0, "Der Anker"}});
    }
    const ConnectionStatus &status() const { return m_session.status(); }

    TimePoint now{1000s};
    std::vector<Action> actions;
    std::optional<Wake> wake;

private:
    ClientSession m_session;
    std::vector<CommitId> m_commits;
};

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
        Client client;
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
        Client client;
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
        Client client;
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
        Client client;
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
        Client client;
        (void)client.goOnline();
        client.stream();
        client.pass(2500ms);
        client.lose(client.dialled(), Cause::Refused);
        client.pass(500ms);
        QCOMPARE(client.dials(), std::size_t(2));
    }

    void aChangeOfNetworksEndsWaiting()
    {
        Client client;
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
        Client client;
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
        Client client(
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
        Client client;
        const LinkId first = client.goOnline();
        const AttemptId own = client.said().attempt;
        client.lose(first, Cause::Superseded, own.value);
        QVERIFY(!client.hasNoted(Note::DeviceForked));
        QCOMPARE(client.said().device.value, std::string("d1"));
    }

    void aGatewayThatKnowsLaterCommandsMakesThisAnotherDevice()
    {
        Client client({.device = {"d1"}, .cursor = {"e", 5}, .texts = {}, .commands = {}, .nextSeq = 8});
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
        Client client;
        const LinkId first = client.goOnline();
        client.feed(event::CommandGiven{command("m1")});
        client.feed(event::FrameReceived{first, frame::Result{1, {"m1"}, "out_of_order", 5}});
        QVERIFY(!client.hasNoted(Note::CommandParked));
        client.answer();
        QCOMPARE(client.sent<frame::Command>(client.dialled()).size(), std::size_t(1));
    }

    void aReplayThatGetsNowhereIsBegunAnew_thenSlowly()
    {
        Client client;
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

    void aResetOfItsOwnAsksNobodyAboutMessages()
    {
        frame::Command sent = command("m1");
        sent.seq = 8;
        Client client({.device = {"d1"}, .cursor = {"e", 5}, .texts = {}, .commands = {sent}, .nextSeq = 9});
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
