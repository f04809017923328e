// SPDX-License-Identifier: Apache-2.0
// How long from "the link may come back" to the first resumed byte on disk, beside the floor: a bare TCP
// connect and HTTP upgrade to the same gateway in the same run. Directly, and through the fault proxy at 50
// and 200 ms round trip.
#include "app/link/credential.h"
#include "app/link/identity.h"
#include "app/link/monotonicclock.h"
#include "app/link/reconnectioncontroller.h"
#include "tests/bench/samples.h"
#include "tests/process/stage.h"

#include <QCoreApplication>
#include <QFile>
#include <QTcpSocket>

#include <cstdio>

using namespace holdfast;
using namespace holdfast::bench;

namespace {

double msSince(TimePoint from)
{
    return static_cast<double>((MonotonicClock::now() - from).count()) / 1000.0;
}

/// A client in this process whose link is taken and given back while an answer streams.
class Measurement : public QObject
{
    Q_OBJECT
public:
    Measurement(ReconnectionController &session, Endpoint endpoint, int rounds)
        : m_session(session), m_endpoint(std::move(endpoint)), m_rounds(rounds)
    {
        connect(&session, &ReconnectionController::committed, this, &Measurement::onCommitted);
        m_pause.setSingleShot(true);
        connect(&m_pause, &QTimer::timeout, this, &Measurement::onPauseOver);
    }
    Samples resumed;
    Samples floor;

private:
    void onCommitted(const std::vector<Change> &changes)
    {
        const bool hasText = std::ranges::any_of(
            changes, [](const Change &each) { return std::holds_alternative<change::WriteTail>(each); });
        if (!hasText || m_stage != Stage::Waiting)
            return;
        if (m_backAt.time_since_epoch().count() != 0)
            resumed.add(msSince(m_backAt));
        m_stage = Stage::Offline;
        QTimer::singleShot(0, this, [this] {
            m_session.goOffline();
            measureFloor();
        });
    }
    /// Connect and upgrade by hand, until the first byte of the answer; that connection is thrown away.
    void measureFloor()
    {
        auto *socket = new QTcpSocket(this);
        const TimePoint from = MonotonicClock::now();
        const auto offer = credential::offer(m_endpoint, newHex128(), MonotonicClock::wallTime().ms);
        connect(socket, &QTcpSocket::connected, this, [socket, offer] {
            socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
            socket->write(
                "GET /v1/session HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Protocol: holdfast.v1\r\nAuthorization: " +
                offer.authorization + "\r\n\r\n");
        });
        connect(socket, &QTcpSocket::readyRead, this, [this, socket, from] {
            floor.add(msSince(from));
            socket->disconnect(this);
            socket->abort();
            socket->deleteLater();
            m_pause.start(120); // text gathers at the gateway meanwhile: its agent writes every 40 ms
        });
        socket->connectToHost(m_endpoint.url.host(), static_cast<quint16>(m_endpoint.url.port()));
    }
    void onPauseOver()
    {
        if (static_cast<int>(resumed.count()) >= m_rounds)
            return QCoreApplication::quit();
        m_stage = Stage::Waiting;
        m_backAt = MonotonicClock::now();
        m_session.goOnline();
    }

    ReconnectionController &m_session;
    Endpoint m_endpoint;
    int m_rounds;
    QTimer m_pause;
    TimePoint m_backAt{};
    enum class Stage { Waiting, Offline } m_stage{Stage::Waiting};
};

bool measure(test::Stage &stage, const Endpoint &endpoint, int roundTripMs, int rounds)
{
    QTemporaryDir dir;
    auto replica = Replica::open({dir.path().toStdString(), &MonotonicClock::wallTime, &newHex128});
    auto restored = replica ? (*replica)->restore() : tl::unexpected(replica.error());
    if (!restored)
        return false;
    ReconnectionController session(std::move(*replica), std::move(*restored), {});
    Measurement measurement(session, endpoint, rounds);
    frame::Command command;
    command.id = {newUuid7()};
    command.name = "send";
    command.conversation = {newUuid7()};
    command.agent = {"stream-lab"};
    command.text = "bytes=100000000 rate=100 seed=7 format=text";
    session.give(command);
    session.setEndpoint(endpoint);
    QCoreApplication::exec();
    const double median = measurement.resumed.quantile(0.5);
    std::printf("%9d %5zu %10.2f %10.2f %12.2f %12.2f %9.2f", roundTripMs, measurement.resumed.count(),
                median, measurement.resumed.quantile(0.95), measurement.floor.quantile(0.5),
                measurement.floor.quantile(0.95), median / measurement.floor.quantile(0.5));
    if (roundTripMs > 0)
        std::printf(" %13.3f", median / (2.0 * roundTripMs));
    std::printf("\n");
    std::fflush(stdout);
    command.id = {newUuid7()};
    command.name = "stop";
    session.give(command);
    session.goOnline();
    (void)stage;
    return true;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 100;
    test::Stage stage;
    if (!stage.startGateway())
        return 1;
    QFile token(stage.path(QStringLiteral("token")));
    if (!token.open(QIODevice::ReadOnly))
        return 1;
    Endpoint endpoint{QUrl(QStringLiteral("ws://127.0.0.1:%1").arg(stage.gatewayPort())),
                      token.readLine().trimmed()};
    std::printf(
        "round trip     n  median ms     p95 ms  floor median    floor p95   x floor  x 2 round trips\n");
    if (!measure(stage, endpoint, 0, rounds) || !stage.startLab())
        return 1;
    endpoint.url.setPort(stage.labPort());
    for (const int roundTripMs : {50, 200}) {
        stage.lab("latency " + QByteArray::number(roundTripMs));
        if (!measure(stage, endpoint, roundTripMs, rounds))
            return 1;
    }
    return 0;
}

#include "reconnect.moc"
