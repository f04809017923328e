// SPDX-License-Identifier: Apache-2.0
#include "model/items/connectionview.h"

#include <QTest>

using namespace holdfast;
using namespace std::chrono_literals;
using Pill = ConnectionView::Pill;
using Banner = ConnectionView::Banner;

namespace {

constexpr TimePoint start{100s};

ConnectionStatus lost(Cause cause, TimePoint at)
{
    ConnectionStatus status;
    status.state = ConnectionState::Waiting;
    status.cause = cause;
    status.lostAt = at;
    status.retryAt = at;
    return status;
}

ConnectionStatus online()
{
    ConnectionStatus status;
    status.state = ConnectionState::Online;
    return status;
}

/// A view that has been Connected for long.
ConnectionView connected() { return nextView({}, online(), {.startedAt = start}, start + 60s); }

} // namespace

class ConnectionViewTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theTableOfTheDesign_data()
    {
        QTest::addColumn<int>("cause");
        QTest::addColumn<int>("afterMs"); // since the link was lost
        QTest::addColumn<int>("retryInMs");
        QTest::addColumn<int>("pill");
        QTest::addColumn<int>("banner");
        const auto row = [](const char *name, Cause cause, int after, int retryIn, Pill pill, Banner banner) {
            QTest::newRow(name) << static_cast<int>(cause) << after << retryIn << static_cast<int>(pill)
                                << static_cast<int>(banner);
        };
        row("a blip shows nothing", Cause::Reset, 900, 500, Pill::Connected, Banner::None);
        row("reconnecting, no banner yet", Cause::Reset, 1500, 500, Pill::Reconnecting, Banner::None);
        row("reconnecting for long", Cause::Reset, 4500, 500, Pill::Reconnecting, Banner::CannotReach);
        row("waiting is counted down", Cause::TimedOut, 9000, 12000, Pill::Waiting, Banner::CannotReach);
        row("no way out", Cause::Unreachable, 5000, 500, Pill::Offline, Banner::Offline);
        row("refused on this computer", Cause::Refused, 5000, 500, Pill::GatewayStopped,
            Banner::GatewayStopped);
        row("somebody else answered", Cause::NotHoldfast, 2000, 500, Pill::SignInNeeded,
            Banner::SignInNeeded);
    }
    void theTableOfTheDesign()
    {
        QFETCH(int, cause);
        QFETCH(int, afterMs);
        QFETCH(int, retryInMs);
        QFETCH(int, pill);
        QFETCH(int, banner);
        const TimePoint lostAt = start + 60s;
        const TimePoint now = lostAt + std::chrono::milliseconds(afterMs);
        ConnectionStatus status = lost(static_cast<Cause>(cause), lostAt);
        status.retryAt = now + std::chrono::milliseconds(retryInMs);
        const ConnectionView view = nextView(connected(), status, {.startedAt = start}, now);
        QCOMPARE(static_cast<int>(view.pill), pill);
        QCOMPARE(static_cast<int>(view.banner), banner);
        QCOMPARE(view.seconds, (retryInMs + 999) / 1000);
    }

    void sendMakesTheBannerComeAtOnce()
    {
        const TimePoint lostAt = start + 60s;
        const ConnectionContext context{.startedAt = start, .sendAt = lostAt + 1s};
        const ConnectionView view =
            nextView(connected(), lost(Cause::Reset, lostAt), context, lostAt + 1200ms);
        QVERIFY(view.banner == Banner::CannotReach);
    }

    void aBannerStaysLongEnoughToBeRead_thenSaysThatAllIsWell()
    {
        const TimePoint lostAt = start + 60s;
        ConnectionView view =
            nextView(connected(), lost(Cause::Reset, lostAt), {.startedAt = start}, lostAt + 5s);
        QVERIFY(view.banner == Banner::CannotReach);
        view = nextView(view, online(), {.startedAt = start}, lostAt + 5500ms);
        QVERIFY(view.banner == Banner::Reconnected || view.banner == Banner::CannotReach);
        QVERIFY(view.pill == Pill::Connected);
        view = nextView(view, online(), {.startedAt = start}, lostAt + 7s);
        QVERIFY(view.banner == Banner::Reconnected);
        view = nextView(view, online(), {.startedAt = start}, lostAt + 12s);
        QVERIFY(view.banner == Banner::None);
    }

    void aShortBreakLeavesNoTrace()
    {
        const TimePoint lostAt = start + 60s;
        ConnectionView view =
            nextView(connected(), lost(Cause::Reset, lostAt), {.startedAt = start}, lostAt + 300ms);
        view = nextView(view, online(), {.startedAt = start}, lostAt + 400ms);
        QVERIFY(view.pill == Pill::Connected);
        QVERIFY(view.banner == Banner::None);
    }

    void theFirstSecondsSayNothing()
    {
        ConnectionStatus status;
        status.state = ConnectionState::Connecting;
        QVERIFY(nextView({}, status, {.startedAt = start}, start + 2s).pill == Pill::Starting);
        QVERIFY(nextView({}, status, {.startedAt = start}, start + 4s).pill == Pill::Reconnecting);
    }

    void simulatedOfflineAndARefusedKeyAreSaidAtOnce()
    {
        ConnectionStatus status;
        status.state = ConnectionState::Offline;
        status.cause = Cause::Simulated;
        ConnectionView view = nextView(connected(), status, {.startedAt = start}, start + 61s);
        QVERIFY(view.pill == Pill::SimulatedOffline && view.banner == Banner::SimulatedOffline);
        status.state = ConnectionState::AuthFailed;
        view = nextView(connected(), status, {.startedAt = start}, start + 61s);
        QVERIFY(view.pill == Pill::SignInAgain && view.banner == Banner::SignInAgain);
    }

    void askingTwiceAtTheSameTimeChangesNothing()
    {
        const TimePoint lostAt = start + 60s;
        const ConnectionStatus status = lost(Cause::Reset, lostAt);
        const ConnectionView once = nextView(connected(), status, {.startedAt = start}, lostAt + 5s);
        QVERIFY(nextView(once, status, {.startedAt = start}, lostAt + 5s) == once);
    }

    void messagesHeldBackAreSaidAndAreNoOutage()
    {
        ConnectionStatus status = online();
        status.outbox.breaker = BreakerState::Open;
        QVERIFY(nextView(connected(), status, {.startedAt = start}, start + 61s).banner == Banner::None);
        status.outbox.depth = 2;
        const ConnectionView held = nextView(connected(), status, {.startedAt = start}, start + 61s);
        QVERIFY(held.banner == Banner::HeldBack && held.pill == Pill::Connected);
        QVERIFY(nextView(held, online(), {.startedAt = start}, start + 62s).banner == Banner::None);
    }
};

QTEST_GUILESS_MAIN(ConnectionViewTest)
#include "tst_connectionview.moc"
