// SPDX-License-Identifier: Apache-2.0
// A gateway that goes (law 17): everybody is told, served until then, and let go one after the other.
#include "model/session/drainplan.h"
#include "model/session/gatewaysession.h"

#include <QTest>

#include <set>

using namespace holdfast;
using namespace std::chrono_literals;

namespace {

constexpr int clients = 20;

class House
{
public:
    House() : m_session({.epoch = "e0", .generation = "g0", .head = 0, .floor = 0}) {}

    void enter(std::uint32_t number)
    {
        gate::event::LinkOpened opened;
        opened.link = static_cast<LinkId>(number);
        opened.resume.device = {"d" + std::to_string(number)};
        hear(opened);
    }
    void hear(const gate::Event &event)
    {
        const GatewaySession::Step step = m_session.on(event, m_now);
        m_wake = step.wake;
        for (const gate::Action &each : step.actions) {
            if (const auto *send = std::get_if<gate::action::Send>(&each)) {
                if (const auto *drain = std::get_if<frame::Drain>(&send->frame))
                    told[send->link] = *drain;
                pongs += std::holds_alternative<frame::Pong>(send->frame) ? 1 : 0;
            } else if (const auto *close = std::get_if<gate::action::CloseLink>(&each)) {
                closed.emplace(close->link, close->code);
                closedAt.insert(m_now);
            }
        }
    }
    /// Lets the time pass until nobody wants to be woken.
    void waitForAll()
    {
        for (int i = 0; i < 10 * clients && m_wake; ++i) {
            m_now = std::max(m_now, m_wake->at);
            hear(gate::event::TimeCame{});
        }
    }

    std::map<LinkId, frame::Drain> told;
    std::map<LinkId, CloseCode> closed;
    std::set<TimePoint> closedAt;
    int pongs{0};

private:
    GatewaySession m_session;
    TimePoint m_now{100s};
    std::optional<Wake> m_wake;
};

} // namespace

class DrainSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void slotsFollowOneAnotherWithinTwoSeconds_data()
    {
        QTest::addColumn<int>("count");
        for (const int count : {1, 2, 20, 1000, 10'000})
            QTest::addRow("%d clients", count) << count;
    }
    void slotsFollowOneAnotherWithinTwoSeconds()
    {
        QFETCH(int, count);
        const auto all = static_cast<std::size_t>(count);
        QCOMPARE(drainSlot(0, all).count(), 0);
        for (std::size_t i = 1; i < all; ++i)
            QVERIFY(drainSlot(i, all) > drainSlot(i - 1, all));
        QVERIFY(drainSlot(all - 1, all) < 2s);
    }

    void everybodyIsToldASlotOfTheirOwn()
    {
        House house;
        for (int i = 1; i <= clients; ++i)
            house.enter(static_cast<std::uint32_t>(i));

        house.hear(gate::event::DrainBegun{10s});

        QCOMPARE(house.told.size(), std::size_t(clients));
        std::set<std::int64_t> slots;
        for (const auto &[link, drain] : house.told) {
            slots.insert(drain.reconnectInMs);
            QCOMPARE(drain.deadlineMs, 10'000);
        }
        QCOMPARE(slots.size(), std::size_t(clients));
        QVERIFY(house.closed.empty());
    }

    void untilItGoesItServes_alsoWhoComesLate()
    {
        House house;
        house.enter(1);
        house.hear(gate::event::DrainBegun{10s});

        house.hear(gate::event::FrameReceived{static_cast<LinkId>(1), frame::Ping{1}});
        house.enter(2);

        QCOMPARE(house.pongs, 1);
        QCOMPARE(house.told.size(), 2U);
    }

    void whenItIsReadyItLetsThemGoOneAfterTheOther()
    {
        House house;
        for (int i = 1; i <= clients; ++i)
            house.enter(static_cast<std::uint32_t>(i));
        house.hear(gate::event::DrainBegun{10s});

        house.hear(gate::event::DrainReady{});
        house.waitForAll();

        QCOMPARE(house.closed.size(), std::size_t(clients));
        for (const auto &[link, code] : house.closed)
            QVERIFY(code == CloseCode::Draining);
        QCOMPARE(house.closedAt.size(), std::size_t(clients));
    }

    void whoComesWhenAllAreLetGoIsLetGoAtOnce()
    {
        House house;
        house.hear(gate::event::DrainBegun{10s});
        house.hear(gate::event::DrainReady{});

        house.enter(1);

        QCOMPARE(house.closed.size(), 1U);
        QVERIFY(house.closed.begin()->second == CloseCode::Draining);
        QVERIFY(house.told.empty());
    }
};

QTEST_GUILESS_MAIN(DrainSpec)
#include "tst_drain.moc"
