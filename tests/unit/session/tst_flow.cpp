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
