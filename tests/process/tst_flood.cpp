// SPDX-License-Identifier: Apache-2.0
// A client that gives commands faster than its account may (law 6), on a real gateway: it waits for all of
// its answers, and nobody else does. All is judged by the order of what comes.
#include "tests/process/stage.h"

#include "model/protocol/codec.h"
#include "model/protocol/limits.h"

#include <QSignalSpy>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketHandshakeOptions>

using namespace holdfast;
using namespace holdfast::test;

namespace {

constexpr int deadlineMs = 60'000;

/// A client of this test's own making: what comes is sorted, what is given is asked of nobody.
class BareClient
{
public:
    explicit BareClient(const QByteArray &device) : m_device(device)
    {
        QObject::connect(&m_socket, &QWebSocket::binaryMessageReceived, &m_socket,
                         [this](const QByteArray &message) { take(message); });
    }

    bool open(quint16 port)
    {
        QNetworkRequest request(QUrl(QStringLiteral("ws://127.0.0.1:%1/v1/session").arg(port)));
        request.setRawHeader("Authorization", "Bearer 0123456789abcdef0123456789abcdef");
        request.setRawHeader("Holdfast-Resume", "v=1; device=" + m_device);
        QWebSocketHandshakeOptions options;
        options.setSubprotocols({QString::fromLatin1(limits::subprotocol)});
        QSignalSpy connected(&m_socket, &QWebSocket::connected);
        m_socket.open(request, options);
        return connected.wait(deadlineMs);
    }
    /// Stops what nobody has begun: the cheapest command that the gateway accepts.
    void give(std::uint64_t seq)
    {
        send(frame::Command{.seq = seq,
                            .id = {m_device.toStdString() + std::to_string(seq)},
                            .name = "stop",
                            .conversation = {"c"}});
    }
    void send(const Frame &frame)
    {
        m_socket.sendBinaryMessage(QByteArray::fromStdString(codec::encode(frame)));
    }

    const std::vector<frame::Result> &results() const { return m_results; }
    /// How many had an answer when the pong came.
    const std::optional<std::size_t> &answeredAtPong() const { return m_answeredAtPong; }
    bool isOpen() const { return m_socket.state() == QAbstractSocket::ConnectedState; }

private:
    void take(const QByteArray &message)
    {
        const auto frame = codec::decode({message.constData(), static_cast<std::size_t>(message.size())},
                                         limits::frameBytesToClientMax);
        if (!frame)
            return;
        if (const auto *result = std::get_if<frame::Result>(&*frame))
            m_results.push_back(*result);
        else if (std::holds_alternative<frame::Pong>(*frame))
            m_answeredAtPong = m_results.size();
    }

    QByteArray m_device;
    QWebSocket m_socket;
    std::vector<frame::Result> m_results;
    std::optional<std::size_t> m_answeredAtPong;
};

} // namespace

class FloodTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whoFloodsWaits_andNobodyElse()
    {
        constexpr std::size_t given = 2 * limits::commandsAtOnce;
        Stage stage;
        QVERIFY(stage.startGateway());
        BareClient flooder("flooder");
        BareClient other("other");
        QVERIFY(flooder.open(stage.gatewayPort()));
        QVERIFY(other.open(stage.gatewayPort()));

        for (std::uint64_t seq = 1; seq <= given; ++seq)
            flooder.give(seq);
        flooder.send(frame::Ping{1});
        other.give(1);
        QTRY_COMPARE_WITH_TIMEOUT(other.results().size(), 1U, deadlineMs);

        QVERIFY(flooder.results().size() < given);
        QTRY_VERIFY_WITH_TIMEOUT(flooder.answeredAtPong().has_value(), deadlineMs);
        QVERIFY(*flooder.answeredAtPong() < given);
        QTRY_COMPARE_WITH_TIMEOUT(flooder.results().size(), given, deadlineMs);
        for (std::size_t i = 0; i < given; ++i) {
            QCOMPARE(flooder.results()[i].seq, i + 1);
            QCOMPARE(flooder.results()[i].error, std::string());
        }
        QVERIFY(flooder.isOpen());
    }
};

QTEST_GUILESS_MAIN(FloodTest)
#include "tst_flood.moc"
