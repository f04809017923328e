// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/doorkeeper.h"

#include "app/link/credential.h"

#include <QTest>

using namespace holdfast;

namespace {

const QByteArray token = "0123456789abcdef";
constexpr std::int64_t now = 1'700'000'000'000;

QByteArray goodHead()
{
    return "GET /v1/session HTTP/1.1\r\nHost: 127.0.0.1:7411\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Protocol: holdfast.v1\r\nAuthorization: Bearer 0123456789abcdef\r\n";
}

int statusFor(const QByteArray &head, int connections = 0)
{
    Doorkeeper keeper({.token = token, .address = QHostAddress::LocalHost});
    const auto request = parseRequestHead(head);
    if (!request)
        return 400;
    const auto verdict = keeper.judge(*request, connections, now);
    const auto *refused = std::get_if<Doorkeeper::Refused>(&verdict);
    return refused ? refused->status : 101;
}

} // namespace

class DoorkeeperTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void admitsAClient() { QCOMPARE(statusFor(goodHead()), 101); }

    void refusesEverythingElse_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<int>("status");
        const QByteArray good = goodHead();
        const auto with = [&](const char *from, const char *to) {
            return QByteArray(good).replace(from, to);
        };
        QTest::newRow("no token") << with("Authorization: Bearer 0123456789abcdef\r\n", "") << 401;
        QTest::newRow("wrong token") << with("0123456789abcdef", "0123456789abcdeX") << 401;
        QTest::newRow("two tokens") << good + "Authorization: Bearer 0123456789abcdef\r\n" << 401;
        QTest::newRow("a web page") << good + "Origin: http://evil.example\r\n" << 403;
        QTest::newRow("a web page of ours, even") << good + "Origin: http://127.0.0.1\r\n" << 403;
        QTest::newRow("DNS rebinding") << with("Host: 127.0.0.1:7411", "Host: evil.example:7411") << 421;
        QTest::newRow("a name that begins like ours")
            << with("Host: 127.0.0.1:7411", "Host: 127.0.0.1.evil.example") << 421;
        QTest::newRow("no host") << with("Host: 127.0.0.1:7411\r\n", "") << 421;
        QTest::newRow("two hosts") << good + "Host: localhost\r\n" << 421;
        QTest::newRow("another path") << with("/v1/session", "/v2/session") << 404;
        QTest::newRow("another method") << with("GET", "POST") << 405;
        QTest::newRow("no upgrade") << with("Upgrade: websocket\r\n", "") << 426;
        QTest::newRow("another version") << with("holdfast.v1", "holdfast.v2") << 426;
        QTest::newRow("HTTP/1.0") << with("HTTP/1.1", "HTTP/1.0") << 400;
        QTest::newRow("a folded header") << with("Upgrade: websocket", "X: a\r\n folded: b") << 400;
        QTest::newRow("garbage") << QByteArray("\x16\x03\x01\x02") << 400;
    }
    void refusesEverythingElse()
    {
        QFETCH(QByteArray, head);
        QTEST(statusFor(head), "status");
    }

    void knowsItsOwnNames()
    {
        for (const char *name : {"localhost:1", "LOCALHOST", "127.0.0.1", "[::1]:99"})
            QCOMPARE(statusFor(QByteArray(goodHead()).replace("127.0.0.1:7411", name)), 101);
    }

    void tooManyConnectionsAreSentAway() { QCOMPARE(statusFor(goodHead(), 100), 503); }

    void aProofIsGoodForOneConnection()
    {
        Doorkeeper keeper({.token = token, .address = QHostAddress::LocalHost});
        const auto offer = credential::offer({QUrl(QStringLiteral("ws://127.0.0.1:1")), token},
                                             "00112233445566778899aabbccddeeff", now);
        const auto request =
            parseRequestHead(QByteArray(goodHead()).replace("Bearer 0123456789abcdef", offer.authorization));
        QVERIFY(std::holds_alternative<Doorkeeper::Admitted>(keeper.judge(*request, 0, now)));
        QVERIFY(std::holds_alternative<Doorkeeper::Refused>(keeper.judge(*request, 0, now + 1)));
    }

    void anAnswerTellsWhy()
    {
        const QByteArray response = toResponse({421, "this gateway is not reached by that name"});
        QVERIFY(response.startsWith("HTTP/1.1 421 Misdirected Request\r\n"));
        QVERIFY(response.endsWith("\r\n\r\nthis gateway is not reached by that name\n"));
        QVERIFY(!response.contains(token));
    }
};

QTEST_GUILESS_MAIN(DoorkeeperTest)
#include "tst_doorkeeper.moc"
