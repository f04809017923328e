// SPDX-License-Identifier: Apache-2.0
// The pace of an account's commands (law 6): what comes faster waits, in order, and holds up nobody else.
#include "model/session/gatewaysession.h"

#include <QTest>

using namespace holdfast;
using namespace std::chrono_literals;

namespace {

constexpr LinkId flooder{1};
constexpr LinkId quiet{2};

/// A gateway with two devices that takes two commands at once and ten a second.
class House
{
public:
    House() : m_session({.epoch = "e0", .generation = "g0", .head = 0, .floor = 0, .pace = {10, 2}})
    {
        enter(flooder, "d1");
        enter(quiet, "d2");
    }

    void enter(LinkId link, const std::string &device)
    {
        gate::event::LinkOpened opened;
        opened.link = link;
        opened.resume.device = {device};
        hear(opened);
    }
    void give(LinkId link, std::uint64_t seq, std::size_t bytes = 0)
    {
        hear(gate::event::FrameReceived{link, frame::Command{.seq = seq, .text = std::string(bytes, 'x')}});
    }
    /// Gives 1 to `count` on the flooder's link.
    void flood(std::uint64_t count)
    {
        for (std::uint64_t seq = 1; seq <= count; ++seq)
            give(flooder, seq);
    }
    void hear(const gate::Event &event)
    {
        const GatewaySession::Step step = m_session.on(event, m_now);
        wake = step.wake;
        for (const gate::Action &each : step.actions) {
            if (const auto *accept = std::get_if<gate::action::Accept>(&each))
                accepted[accept->link].push_back(accept->command.seq);
            else if (const auto *send = std::get_if<gate::action::Send>(&each))
                pongs += std::holds_alternative<frame::Pong>(send->frame) ? 1 : 0;
            else if (const auto *close = std::get_if<gate::action::CloseLink>(&each))
                closed[close->link] = close->code;
        }
    }
    /// The next wake comes, at its time.
    void wakeUp()
    {
        QVERIFY(wake.has_value());
        m_now = wake->at;
        hear(gate::event::TimeCame{});
    }
    void sleep(Duration duration)
    {
        m_now += duration;
        hear(gate::event::TimeCame{});
    }
    TimePoint now() const { return m_now; }

    std::map<LinkId, std::vector<std::uint64_t>> accepted;
    std::map<LinkId, CloseCode> closed;
    int pongs{0};
    std::optional<Wake> wake;

private:
    GatewaySession m_session;
    TimePoint m_now{100s};
};

using Seqs = std::vector<std::uint64_t>;

} // namespace

class CommandQueueSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatIsWithinThePaceGoesAtOnce()
    {
        House house;

        house.flood(2);

        QCOMPARE(house.accepted[flooder], (Seqs{1, 2}));
        QVERIFY(!house.wake.has_value());
    }

    void whatIsFasterWaits_oneAfterTheOtherAndInOrder()
    {
        House house;

        house.flood(5);
        QCOMPARE(house.accepted[flooder], (Seqs{1, 2}));
        QVERIFY(house.wake && house.wake->why == Timer::Commands);

        const TimePoint begun = house.now();
        for (int i = 0; i < 3; ++i)
            house.wakeUp();

        QCOMPARE(house.accepted[flooder], (Seqs{1, 2, 3, 4, 5}));
        QVERIFY(house.now() - begun == 300ms);
        QVERIFY(!house.wake.has_value());
        QVERIFY(house.closed.empty());
    }

    void allThatIsDueGoes_whenTheGatewayHasSlept()
    {
        House house;
        house.flood(9);

        house.sleep(24h);

        QCOMPARE(house.accepted[flooder], (Seqs{1, 2, 3, 4}));
        QVERIFY(house.wake.has_value());
    }

    void aPingIsAnsweredMeanwhile()
    {
        House house;
        house.flood(100);

        house.hear(gate::event::FrameReceived{flooder, frame::Ping{1}});
        house.hear(gate::event::FrameReceived{quiet, frame::Ping{2}});

        QCOMPARE(house.pongs, 2);
        QCOMPARE(house.accepted[flooder].size(), 2U);
    }

    void anotherLinkHasTheNextTurn()
    {
        House house;
        house.flood(100);

        house.give(quiet, 1);
        house.give(quiet, 2);
        for (int i = 0; i < 4; ++i)
            house.wakeUp();

        QCOMPARE(house.accepted[quiet], (Seqs{1, 2}));
        QCOMPARE(house.accepted[flooder], (Seqs{1, 2, 3, 4}));
    }

    void theLinksOfAnAccountShareItsPace()
    {
        House house;

        house.flood(2);
        house.give(quiet, 1);

        QVERIFY(house.accepted[quiet].empty());
    }

    void whatWaitedOnALostLinkIsNotTaken_itComesAgain()
    {
        House house;
        house.flood(5);

        house.hear(gate::event::LinkLost{flooder});
        house.enter(LinkId{3}, "d1");
        for (std::uint64_t seq = 3; seq <= 5; ++seq)
            house.give(LinkId{3}, seq);
        for (int i = 0; i < 3; ++i)
            house.wakeUp();

        QCOMPARE(house.accepted[flooder], (Seqs{1, 2}));
        QCOMPARE(house.accepted[LinkId{3}], (Seqs{3, 4, 5}));
        QVERIFY(!house.wake.has_value());
    }

    void aNewerLinkOfTheDeviceTakesOver_andTheOrderHolds()
    {
        House house;
        house.flood(5);

        house.enter(LinkId{3}, "d1");
        for (std::uint64_t seq = 3; seq <= 5; ++seq)
            house.give(LinkId{3}, seq);
        for (int i = 0; i < 3; ++i)
            house.wakeUp();

        QVERIFY(house.closed[flooder] == CloseCode::Superseded);
        QCOMPARE(house.accepted[flooder], (Seqs{1, 2}));
        QCOMPARE(house.accepted[LinkId{3}], (Seqs{3, 4, 5}));
    }

    void moreThanIsKeptInMemoryEndsTheLink_data()
    {
        QTest::addColumn<int>("commands");
        QTest::addColumn<int>("bytes");
        QTest::addColumn<bool>("isTooMuch");
        const int most = static_cast<int>(limits::commandsWaitingMax);
        const int quarter = static_cast<int>(limits::commandsWaitingBytesMax / 4);
        QTest::newRow("as many as are kept") << most << 0 << false;
        QTest::newRow("one more") << most + 1 << 0 << true;
        QTest::newRow("as long as is kept") << 4 << quarter << false;
        QTest::newRow("longer by one") << 4 << quarter + 1 << true;
    }
    void moreThanIsKeptInMemoryEndsTheLink()
    {
        QFETCH(int, commands);
        QFETCH(int, bytes);
        QFETCH(bool, isTooMuch);
        House house;
        house.give(quiet, 1);
        house.give(quiet, 2);

        for (int seq = 1; seq <= commands; ++seq)
            house.give(flooder, static_cast<std::uint64_t>(seq), static_cast<std::size_t>(bytes));

        QCOMPARE(house.closed.contains(flooder), isTooMuch);
        QVERIFY(!isTooMuch || house.closed[flooder] == CloseCode::Overload);
        QVERIFY(house.accepted[flooder].empty());
        QVERIFY(!house.closed.contains(quiet));
    }
};

QTEST_GUILESS_MAIN(CommandQueueSpec)
#include "tst_commandqueue.moc"
