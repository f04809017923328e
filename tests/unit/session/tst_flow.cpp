// SPDX-License-Identifier: Apache-2.0
// Both cores in memory, under load: what a client has not committed is not sent on top of, and what it lost
// is never missed.
#include "tests/support/dialogue.h"

#include "model/protocol/codec.h"
#include "model/protocol/limits.h"
#include "model/text/utf8.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;
using namespace std::chrono_literals;

namespace {

const std::string longText(200'000, 'x');

/// The place of the first frame of this kind for which `is` is true; as many as there are when there is none.
template<class Kind, class Is>
std::size_t placeOf(const Dialogue &talk, const Is &is)
{
    const auto found = std::ranges::find_if(talk.sent(), [&](const Frame &each) {
        const auto *frame = std::get_if<Kind>(&each);
        return frame != nullptr && is(*frame);
    });
    return static_cast<std::size_t>(found - talk.sent().begin());
}
std::size_t placeOfText(const Dialogue &talk, const std::string &item)
{
    return placeOf<frame::Tail>(talk, [&](const frame::Tail &tail) { return tail.item.value == item; });
}
std::size_t placeOfSynced(const Dialogue &talk)
{
    return placeOf<frame::Synced>(talk, [](const frame::Synced &) { return true; });
}
std::string nameOf(int i) { return "m" + std::to_string(100 + i); } // names that rise with time

/// A gateway with `count` finished answers, each in a conversation of its own, and one that grows.
std::unique_ptr<Dialogue> muchMissed(int count)
{
    auto talk = std::make_unique<Dialogue>();
    for (int i = 0; i < count; ++i) {
        talk->log().grow({nameOf(i)}, std::string(40, 'y'));
        logged::RunStarted start;
        start.item = {nameOf(i)};
        start.conversation = {"c" + nameOf(i)};
        talk->log().append(start);
        talk->log().finish({nameOf(i)});
    }
    talk->killGateway();
    talk->startAnswer("z");
    talk->grow("z", "it goes on");
    talk->setMissedBytes(std::uint64_t(1) << 40U);
    return talk;
}

/// A client that is online, and an answer that is begun.
std::unique_ptr<Dialogue> streaming()
{
    auto talk = std::make_unique<Dialogue>();
    talk->goOnline();
    talk->run(1s);
    talk->startAnswer("a1");
    talk->run(1s);
    return talk;
}

} // namespace

class FlowTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aClientThatCommitsNothingIsSentNoMore()
    {
        const auto talk = streaming();
        talk->holdCommits();
        talk->grow("a1", longText);
        talk->run(2s);
        const std::uint64_t sent = talk->bytesSent();
        QVERIFY(sent < limits::creditWindowFirst);
        QCOMPARE(talk->replica().item({"a1"}).text.size(), std::size_t(0));
        QCOMPARE(talk->status().state, ConnectionState::Online); // slow is not silent: pings are free

        talk->flush(); // the ack of it refills the credit
        talk->run(1s);
        QVERIFY(talk->bytesSent() > sent);
        QCOMPARE(talk->replica().item({"a1"}).text.size(), sent);
    }

    void anAckFollowsTheCommit()
    {
        const auto talk = streaming();
        talk->run(5s);
        const frame::Ack before = talk->lastAck();
        talk->holdCommits();
        talk->finish("a1");
        talk->run(2s);
        QVERIFY(talk->lastAck() == before);

        talk->flush();
        QVERIFY(talk->lastAck().received > before.received);
        QCOMPARE(talk->lastAck().cursor.seq, talk->log().head());
    }

    void aLostAckIsMadeUpForByTheNext()
    {
        const auto talk = streaming();
        talk->loseAcks(4);
        talk->grow("a1", longText);
        talk->finish("a1");
        talk->run(30s);
        QCOMPARE(talk->replica().item({"a1"}).text.size(), longText.size());
        QVERIFY(talk->replica().item({"a1"}).verdict == change::Verdict::Verified);
    }

    void aCutWithExhaustedCreditLosesNothing_data()
    {
        QTest::addColumn<int>("blow");
        QTest::newRow("link cut") << 0;
        QTest::newRow("client killed") << 1;
        QTest::newRow("gateway killed") << 2;
        QTest::newRow("handed over") << 3;
        QTest::newRow("the gateway has another log") << 4;
    }
    void aCutWithExhaustedCreditLosesNothing()
    {
        QFETCH(int, blow);
        const auto talk = streaming();
        talk->holdCommits();
        talk->grow("a1", longText);
        talk->run(2s);

        if (blow == 0)
            talk->cut();
        else if (blow == 1)
            talk->killClient();
        else if (blow == 2)
            talk->killGateway();
        else if (blow == 3)
            talk->toClient(event::NetworkChanged{});
        else
            talk->log().epoch = "e1";
        if (blow == 4)
            talk->killGateway();
        for (int i = 0; i < 100; ++i) { // the disk goes on working
            talk->flush();
            talk->run(100ms);
        }
        talk->finish("a1");
        for (int i = 0; i < 100; ++i) {
            talk->run(100ms);
            talk->flush();
        }

        QCOMPARE(talk->replica().item({"a1"}).text.size(), longText.size());
        QVERIFY(talk->replica().item({"a1"}).verdict == change::Verdict::Verified);
        QCOMPARE(talk->status().state, ConnectionState::Online);
    }

    void noMoreIsInFlightThanTheWindow()
    {
        const auto talk = streaming();
        for (int i = 0; i < 20; ++i) {
            talk->grow("a1", longText);
            talk->run(100ms);
        }
        talk->finish("a1");
        talk->run(5s);
        QVERIFY(talk->replica().item({"a1"}).verdict == change::Verdict::Verified);
        QVERIFY(talk->mostInFlight() <= limits::creditWindow + limits::frameBytesUsual);
    }

    void belowTheBudgetAllComesBeforeSynced()
    {
        const auto talk = muchMissed(100);
        talk->setMissedBytes(1000);
        talk->goOnline();
        talk->run(5s);
        for (int i = 0; i < 100; ++i)
            QVERIFY(placeOfText(*talk, nameOf(i)) < placeOfSynced(*talk));
    }

    void aboveTheBudgetTheLogComesFirst()
    {
        const auto talk = muchMissed(100);
        talk->toClient(event::FocusChanged{{"c" + nameOf(7)}});
        talk->goOnline();
        talk->run(5s);

        const std::size_t synced = placeOfSynced(*talk);
        QVERIFY(placeOfText(*talk, nameOf(7)) > synced);
        for (int i = 0; i < 100; ++i) {
            QVERIFY(talk->replica().item({nameOf(i)}).verdict == change::Verdict::Verified);
            QVERIFY(i == 7 || placeOfText(*talk, nameOf(i)) > placeOfText(*talk, nameOf(7))); // looked at
            QVERIFY(i < 50 || i == 57 ||
                    placeOfText(*talk, nameOf(i)) < placeOfText(*talk, nameOf(i - 50))); // the newest
        }
        QCOMPARE(talk->bytesSent(), std::uint64_t(100 * 40 + 10)); // each once
        QCOMPARE(talk->notes().count(Note::DuplicateTail), std::size_t(0));
    }

    /// A client that never gets further than a little does get there.
    void aLinkThatAlwaysDiesConverges_data()
    {
        QTest::addColumn<bool>("isAbove");
        QTest::newRow("within the budget") << false;
        QTest::newRow("above it") << true;
    }
    void aLinkThatAlwaysDiesConverges()
    {
        QFETCH(bool, isAbove);
        const auto talk = muchMissed(100);
        talk->setMissedBytes(isAbove ? std::uint64_t(1) << 40U : 0);
        talk->goOnline();
        int links = 0;
        const auto isThere = [&] {
            return talk->replica().events() == talk->log().events() && talk->replica().isComplete();
        };
        for (; links < 200 && !isThere(); ++links) {
            for (int frames = 0; frames < 25 && talk->deliverOne(); ++frames) {
            }
            talk->cut();
            talk->toClient(event::RetryNow{});
        }
        QVERIFY2(isThere(), std::to_string(links).c_str());
        QVERIFY(links > 5);
    }

    /// Nobody would ask for it: to the client it grows, to the gateway it is a finished one.
    void anAnswerComesThatEndsBeforeItsBeginningIsTold()
    {
        const auto talk = muchMissed(200);
        talk->goOnline();
        talk->deliverOne();
        talk->finish("z");
        talk->run(5s);
        QVERIFY(talk->replica().item({"z"}).verdict == change::Verdict::Verified);
    }

    void aTextLookedAtLaterComesBeforeTheOthers()
    {
        const auto talk = muchMissed(200);
        talk->goOnline();
        while (placeOfSynced(*talk) == talk->sent().size() && talk->deliverOne()) {
        }
        for (int frames = 0; frames < 20 && talk->deliverOne(); ++frames) {
        }
        talk->toClient(event::FocusChanged{{"c" + nameOf(3)}});
        talk->run(5s);
        QVERIFY(placeOfText(*talk, nameOf(3)) < placeOfText(*talk, nameOf(120)));
        QVERIFY(talk->replica().item({nameOf(0)}).verdict == change::Verdict::Verified);
    }

    void everyLinkHearsWhatIsLookedAt()
    {
        const auto talk = streaming();
        talk->toClient(event::FocusChanged{{"c1"}});
        QCOMPARE(talk->focuses(), 1);
        talk->toClient(event::FocusChanged{{"c1"}}); // nothing new
        QCOMPARE(talk->focuses(), 1);
        talk->cut();
        talk->run(5s);
        QCOMPARE(talk->focuses(), 2);
    }

    /// A text of control characters becomes six times as long on its way, and the frame stays a usual one.
    void noTailIsLongerThanAUsualFrame_data()
    {
        QTest::addColumn<QByteArray>("piece");
        QTest::newRow("control characters") << QByteArray("\x01");
        QTest::newRow("quotes") << QByteArray("\"");
        QTest::newRow("characters of four bytes") << QByteArray("🙂");
        QTest::newRow("plain") << QByteArray("a");
        QTest::newRow("all of them") << QByteArray("\x1f\"🙂a\\");
    }
    void noTailIsLongerThanAUsualFrame()
    {
        QFETCH(QByteArray, piece);
        const std::string text = piece.repeated(50'000 / static_cast<int>(piece.size())).toStdString();
        GatewaySession gateway({"e", "g", 0});
        const ItemId longest{std::string(limits::idBytesMax, 'x')};
        const gate::TextState state{longest, 0xffffffffU, text.size(), gate::TextState::Status::Growing};
        gate::event::LinkOpened opened{.link = LinkId(1), .resume = {.tails = {{longest, state.gen, 0}}}};
        opened.texts = {state};
        std::deque<gate::Event> events{opened};
        std::string received;
        while (!events.empty()) {
            const auto step = gateway.on(events.front(), TimePoint(1s));
            events.pop_front();
            for (const gate::Action &each : step.actions) {
                if (const auto *read = std::get_if<gate::action::ReadText>(&each)) {
                    const auto raw = std::string_view(text).substr(read->position.offset);
                    const auto whole = utf8::cut(raw, limits::tailBytesPerFrame);
                    events.push_back(gate::event::TextRead{read->link, read->position, std::string(whole)});
                } else if (const auto *send = std::get_if<gate::action::Send>(&each)) {
                    QVERIFY(codec::encode(send->frame).size() <= limits::frameBytesUsual);
                    if (const auto *tail = std::get_if<frame::Tail>(&send->frame)) {
                        QCOMPARE(tail->offset, received.size());
                        received += tail->text;
                    }
                }
            }
        }
        QCOMPARE(received, text);
    }
};

QTEST_GUILESS_MAIN(FlowTest)
#include "tst_flow.moc"
