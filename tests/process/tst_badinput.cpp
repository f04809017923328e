// SPDX-License-Identifier: Apache-2.0
// Wrong options, files, tokens, frames and neighbours: each is said in one clear line, with the right exit
// code; nothing is lost, nothing crashes.
#include "tests/process/stage.h"

#include "app/link/credential.h"
#include "model/protocol/codec.h"
#include "model/protocol/limits.h"

#include <QFile>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketHandshakeOptions>

#include <algorithm>

using namespace holdfast;
using namespace holdfast::test;

namespace {

constexpr int deadlineMs = 20'000;

QString text(const char *latin1) { return QString::fromLatin1(latin1); }

/// One line on stderr, ending with the code.
void verifyOneLine(Program &program, int code)
{
    QCOMPARE(program.waitForExit(), code);
    const QByteArray said = program.complaints();
    QVERIFY2(said.count('\n') == 1, said);
}

/// Answers every connection with the same bytes.
class CannedServer : public QTcpServer
{
public:
    explicit CannedServer(const QByteArray &answer)
    {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this, answer] {
            QTcpSocket *socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket, answer] {
                socket->readAll();
                socket->write(answer);
                socket->disconnectFromHost();
            });
        });
    }
};

/// A client of this test's own making, with a good token and any frames.
bool openBare(QWebSocket &socket, quint16 port)
{
    QNetworkRequest request(QUrl(QStringLiteral("ws://127.0.0.1:%1/v1/session").arg(port)));
    request.setRawHeader("Authorization", "Bearer 0123456789abcdef0123456789abcdef");
    request.setRawHeader("Holdfast-Resume", "v=1; device=hostile");
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({text(limits::subprotocol)});
    QSignalSpy connected(&socket, &QWebSocket::connected);
    socket.open(request, options);
    return connected.wait(deadlineMs);
}

} // namespace

class BadInputTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_stage = std::make_unique<Stage>(); }

    void commandLinesThatMakeNoSense_data()
    {
        QTest::addColumn<QString>("program");
        QTest::addColumn<QStringList>("arguments");
        const QString cli = text("holdfast-cli");
        const QString gateway = text("holdfast-gateway");
        QTest::newRow("cli: unknown option") << cli << QStringList{text("--nonsense")};
        QTest::newRow("cli: no command") << cli << QStringList{};
        QTest::newRow("cli: unknown command") << cli << QStringList{text("dance")};
        QTest::newRow("cli: no message") << cli << QStringList{text("send")};
        QTest::newRow("cli: no gateway") << cli << QStringList{text("send"), text("hello")};
        QTest::newRow("cli: http") << cli
                                   << QStringList{text("--gateway"), text("http://x"), text("--token-file"),
                                                  text("/dev/null"), text("send"),     text("x")};
        QTest::newRow("cli: no token file")
            << cli << QStringList{text("--gateway"),    text("ws://127.0.0.1:1"),
                                  text("--token-file"), text("/does/not/exist"),
                                  text("send"),         text("x")};
        QTest::newRow("cli: an unknown backoff")
            << cli << QStringList{text("--backoff"), text("frantic"), text("history")};
        QTest::newRow("cli: a limit that is no number")
            << cli << QStringList{text("--queue-limit"), text("many"), text("history")};
        QTest::newRow("window: queueing neither on nor off")
            << text("holdfast") << QStringList{text("--queueing"), text("maybe")};
        QTest::newRow("cli: lab without upstream") << cli << QStringList{text("lab")};
        QTest::newRow("gateway: unknown option") << gateway << QStringList{text("--nonsense")};
        QTest::newRow("gateway: no token") << gateway << QStringList{};
        QTest::newRow("gateway: token file missing")
            << gateway << QStringList{text("--token-file"), text("/does/not/exist")};
        QTest::newRow("gateway: token too short")
            << gateway << QStringList{text("--token-file"), text("/dev/null")};
        QTest::newRow("gateway: beyond loopback")
            << gateway
            << QStringList{text("--token-file"), text("/dev/null"), text("--listen"), text("0.0.0.0:1")};
        QTest::newRow("gateway: no port")
            << gateway
            << QStringList{text("--token-file"), text("/dev/null"), text("--listen"), text("127.0.0.1")};
    }
    void commandLinesThatMakeNoSense()
    {
        QFETCH(QString, program);
        QFETCH(QStringList, arguments);
        Program wrong(program, arguments);
        verifyOneLine(wrong, 2);
    }

    void aPortThatIsTaken()
    {
        QVERIFY(m_stage->startGateway());
        Program second(text("holdfast-gateway"),
                       {text("--listen"), QStringLiteral("127.0.0.1:%1").arg(m_stage->gatewayPort()),
                        text("--token-file"), m_stage->path(text("token")), text("--data-dir"),
                        m_stage->path(text("other"))});
        verifyOneLine(second, 5);
    }

    void aDataDirectoryThatIsInUse()
    {
        QVERIFY(m_stage->startGateway());
        Program second(text("holdfast-gateway"), {text("--token-file"), m_stage->path(text("token")),
                                                  text("--data-dir"), m_stage->path(text("gateway"))});
        verifyOneLine(second, 6);

        const auto first = m_stage->client({text("follow"), text("--forever"), text("--json")});
        QVERIFY(first->waitForEvent("state").has_value());
        const auto other = m_stage->client({text("send"), text("hello")});
        verifyOneLine(*other, 6);
    }

    void aTokenThatIsRefused()
    {
        QVERIFY(m_stage->startGateway());
        QFile(m_stage->path(text("token"))).remove();
        QFile token(m_stage->path(text("token")));
        QVERIFY(token.open(QIODevice::WriteOnly));
        token.write("another-token-of-32-characters--\n");
        token.close();
        const auto client = m_stage->client({text("send"), text("hello")});
        verifyOneLine(*client, 4);
        Program history(text("holdfast-cli"),
                        {text("--data-dir"), m_stage->path(text("client")), text("history"), text("--json")});
        QCOMPARE((*history.waitForEvent("conversation"))[text("queued")].toInt(), 1); // nothing lost
    }

    void somebodyElseAnswers_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("a portal") << QByteArray(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>");
        QTest::newRow("a redirect") << QByteArray(
            "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n");
        QTest::newRow("another version")
            << QByteArray("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n");
        QTest::newRow("no HTTP") << QByteArray("220 mail.example ESMTP\r\n\r\n");
    }
    void somebodyElseAnswers()
    {
        QFETCH(QByteArray, answer);
        CannedServer server(answer);
        QProcess client;
        client.start(binaryDir() + text("/holdfast-cli"),
                     {text("--gateway"), QStringLiteral("ws://127.0.0.1:%1").arg(server.serverPort()),
                      text("--token-file"), m_stage->path(text("token")), text("--data-dir"),
                      m_stage->path(text("client")), text("send"), text("hello")});
        QSignalSpy finished(&client, &QProcess::finished);
        QVERIFY(finished.count() > 0 || finished.wait(deadlineMs));
        QCOMPARE(client.exitCode(), 3);
        QCOMPARE(client.readAllStandardError().count('\n'), 1);
    }

    void aDamagedReplicaIsSetAside()
    {
        QVERIFY(m_stage->startGateway());
        QCOMPARE(m_stage->client({text("send"), text("What do the ticks mean?")})->waitForExit(), 0);
        QFile file(m_stage->path(text("client/replica.db")));
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.write(QByteArray(4096, 'x'));
        file.close();
        const auto client = m_stage->client({text("follow")});
        QCOMPARE(client->waitForExit(), 0);
        QVERIFY(client->complaints().contains("set aside"));
        Program history(text("holdfast-cli"),
                        {text("--data-dir"), m_stage->path(text("client")), text("history"), text("--json")});
        QVERIFY(history.waitForEvent("conversation").has_value()); // it came back from the gateway
    }

    void aDamagedLogIsNeverTouched()
    {
        QVERIFY(m_stage->startGateway());
        m_stage->gateway().terminate(); // a clean stop: everything is in the file itself
        QCOMPARE(m_stage->gateway().waitForExit(), 0);
        const QString name = m_stage->path(text("gateway/accounts/local/log.db"));
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.write(QByteArray(4096, 'x'));
        file.close();
        Program gateway(text("holdfast-gateway"), {text("--token-file"), m_stage->path(text("token")),
                                                   text("--data-dir"), m_stage->path(text("gateway"))});
        verifyOneLine(gateway, 7);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.read(4096), QByteArray(4096, 'x'));
    }

    void framesThatAreWrong_data()
    {
        QTest::addColumn<QByteArray>("frame");
        QTest::newRow("malformed") << QByteArray("{not json");
        QTest::newRow("out of place") << QByteArray(R"({"t":"synced","cursor":"ab:1"})");
        QTest::newRow("a second hello") << QByteArray(R"({"t":"hello","v":1,"device":"d","tails":[]})");
        QTest::newRow("unknown") << QByteArray(R"({"t":"warp"})");
        QTest::newRow("oversized") << QByteArray(limits::frameBytesToGatewayMax + 1, ' ');
        QTest::newRow("nested") << QByteArray(100'000, '[');
    }
    /// Such a client is closed with a reason; the gateway goes on for the others.
    void framesThatAreWrong()
    {
        QFETCH(QByteArray, frame);
        QVERIFY(m_stage->startGateway());
        QWebSocket socket;
        QSignalSpy closed(&socket, &QWebSocket::disconnected);
        QVERIFY(openBare(socket, m_stage->gatewayPort()));
        socket.sendBinaryMessage(frame);
        QVERIFY(closed.count() > 0 || closed.wait(deadlineMs));
        QVERIFY(socket.closeCode() != QWebSocketProtocol::CloseCodeNormal);

        QVERIFY(m_stage->gateway().isRunning());
        QCOMPARE(
            m_stage->client({text("send"), text("--agent"), text("stream-lab"), text("bytes=100 rate=0")})
                ->waitForExit(),
            0);
    }

    /// What one client writes, all others of the account must be able to read: an event that does not fit
    /// their frames would end each of their links.
    void oneClientCannotLockTheOthersOut()
    {
        QVERIFY(m_stage->startGateway());
        QWebSocket socket;
        QSignalSpy received(&socket, &QWebSocket::binaryMessageReceived);
        QVERIFY(openBare(socket, m_stage->gatewayPort()));
        const std::string huge(100'000, '=');
        socket.sendBinaryMessage(
            QByteArray::fromStdString(codec::encode(frame::Command{.seq = 1,
                                                                   .id = {"command"},
                                                                   .name = "send",
                                                                   .conversation = {"c"},
                                                                   .agent = {"stream-lab"},
                                                                   .title = huge,
                                                                   .text = huge})));
        const auto isAnswered = [&] {
            return std::ranges::any_of(received, [](const QVariantList &each) {
                return each[0].toByteArray().contains("\"t\":\"result\"");
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT(isAnswered(), deadlineMs);
        const auto other =
            m_stage->client({text("send"), text("--agent"), text("stream-lab"), text("bytes=100 rate=0")});
        QCOMPARE(other->waitForExit(20'000), 0);
    }

    void messagesThatCannotBeSentAreSaid()
    {
        QVERIFY(m_stage->startGateway());
        const auto client = m_stage->client({text("send"), text("--agent"), text("my model"), text("hello")});
        verifyOneLine(*client, 2);
    }

    void messagesThatAreRefusedAreSaid()
    {
        QVERIFY(m_stage->startGateway());
        const auto client = m_stage->client({text("send"), text("--agent"), text("nobody"), text("hello")});
        QCOMPARE(client->waitForExit(), 3);
        QVERIFY(client->complaints().contains("unknown_agent"));
        const auto lab =
            m_stage->client({text("send"), text("--agent"), text("stream-lab"), text("bytes=many")});
        QCOMPARE(lab->waitForExit(), 3);
        QVERIFY(lab->complaints().contains("bytes=many"));
    }

private:
    std::unique_ptr<Stage> m_stage;
};

QTEST_GUILESS_MAIN(BadInputTest)
#include "tst_badinput.moc"
