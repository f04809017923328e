// SPDX-License-Identifier: Apache-2.0
// How long until a broken link is noticed, streaming and idle; and from there until the client is in step
// again at 0, 50 and 200 ms round trip, beside the floor: a bare TCP connect and HTTP request answered,
// through the same lab in the same run.
#include "app/link/monotonicclock.h"
#include "tests/bench/samples.h"
#include "tests/process/stage.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTcpSocket>

#include <cstdio>

using namespace holdfast;
using namespace holdfast::bench;
using namespace holdfast::test;

namespace {

struct Break {
    const char *name;
    const char *strike;
    const char *heal; ///< empty: nothing is to be healed
};
constexpr Break breaks[] = {
    {"RST", "cut rst", ""}, {"FIN", "cut fin", ""}, {"black hole", "blackhole on", "blackhole off"}};
constexpr int noticesWithinMs = 20'000; ///< an idle link is asked seldom

qint64 usOf(const std::optional<QJsonObject> &said)
{
    return said ? (*said)[QStringLiteral("t_us")].toInteger() : 0;
}

bool isLeaving(const QJsonObject &o)
{
    const QString state = o[QStringLiteral("state")].toString();
    return o[QStringLiteral("event")] == QLatin1String("handover") || state == QLatin1String("waiting") ||
           state == QLatin1String("connecting");
}

bool isBack(const QJsonObject &o)
{
    return o[QStringLiteral("event")] == QLatin1String("handover") ||
           o[QStringLiteral("state")] == QLatin1String("online");
}

/// The gateway has let it in, and what it missed is coming.
bool isEntered(const QJsonObject &o)
{
    return o[QStringLiteral("state")] == QLatin1String("catching_up") || isBack(o);
}

qint64 nowUs() { return MonotonicClock::now().time_since_epoch().count(); }

/// Connect, and ask for a page that there is not: two round trips.
double floorMs(quint16 port)
{
    QTcpSocket socket;
    QElapsedTimer timer;
    timer.start();
    socket.connectToHost(QStringLiteral("127.0.0.1"), port);
    if (!socket.waitForConnected())
        return 0;
    socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    socket.waitForReadyRead();
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

bool measure(Stage &stage, const Break &what, bool isStreaming, int roundTripMs, int rounds)
{
    stage.lab("latency " + QByteArray::number(roundTripMs));
    const auto client = stage.client({QStringLiteral("--agent"), QStringLiteral("stream-lab"),
                                      QStringLiteral("--json"), QStringLiteral("chat")});
    if (!client->waitFor(isBack))
        return false;
    if (isStreaming) {
        client->say("send new bytes=100000000 rate=50 seed=7 format=text");
        if (!client->waitForEvent("tail"))
            return false;
    }
    Samples noticed;
    Samples entered;
    Samples back;
    Samples floor;
    for (int i = 0; i < rounds; ++i) {
        const qint64 struckUs = nowUs();
        stage.lab(what.strike);
        const auto leaving = client->waitFor(isLeaving, noticesWithinMs);
        if (!leaving)
            return false;
        noticed.add(static_cast<double>(usOf(leaving) - struckUs) / 1000);
        qint64 fromUs = usOf(leaving);
        if (*what.heal != '\0') {
            fromUs = nowUs();
            stage.lab(what.heal);
        }
        const auto in = isBack(*leaving) ? leaving : client->waitFor(isEntered);
        if (!in)
            return false;
        const auto online = isBack(*in) ? in : client->waitFor(isBack);
        if (!online)
            return false;
        entered.add(std::max(static_cast<double>(usOf(in) - fromUs) / 1000, 0.0));
        back.add(std::max(static_cast<double>(usOf(online) - fromUs) / 1000, 0.0));
        floor.add(floorMs(stage.labPort()));
        if (isStreaming && !client->waitForEvent("tail"))
            return false;
    }
    std::printf("%-11s %-9s %10d %4zu %11.1f %9.1f %10.1f %10.1f %9.1f %9.1f", what.name,
                isStreaming ? "streaming" : "idle", roundTripMs, noticed.count(), noticed.quantile(0.5),
                noticed.quantile(1), entered.quantile(0.5), back.quantile(0.5), back.quantile(1),
                floor.quantile(0.5));
    if (roundTripMs > 0)
        std::printf(" %8.2f %8.2f", entered.quantile(0.5) / (2.0 * roundTripMs),
                    back.quantile(0.5) / (2.0 * roundTripMs));
    std::printf("\n");
    std::fflush(stdout);
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 10;
    std::printf(
        "fault       link      round trip    n  noticed p50  max (ms) let in p50   back p50  max (ms) "
        "floor p50 x 2 RTT: let in, back\n");
    for (const Break &what : breaks) {
        for (const bool isStreaming : {true, false}) {
            for (const int roundTripMs : {0, 50, 200}) {
                Stage stage;
                if (!stage.startGateway() || !stage.startLab() ||
                    !measure(stage, what, isStreaming, roundTripMs, rounds)) {
                    std::fprintf(stderr, "holdfast-bench-recovery: %s was not recovered from\n", what.name);
                    return 1;
                }
            }
        }
    }
    return 0;
}
