// SPDX-License-Identifier: Apache-2.0
#include "app/link/addressrace.h"

#include <QSignalSpy>
#include <QTest>
#include <QWebSocket>
#include <QWebSocketServer>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace holdfast;

namespace {

/// An address that swallows every attempt: a listener whose queue is full, so that Linux drops what comes.
class DeadAddress
{
public:
    static constexpr const char *address = "127.0.0.77";

    explicit DeadAddress(quint16 port) : m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in at{};
        at.sin_family = AF_INET;
        at.sin_port = htons(port);
        ::inet_pton(AF_INET, address, &at.sin_addr);
        const bool isThere = ::bind(m_listener, reinterpret_cast<const sockaddr *>(&at), sizeof at) == 0 &&
                             ::listen(m_listener, 0) == 0;
        for (int &each : m_queued) {
            each = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
            if (isThere)
                ::connect(each, reinterpret_cast<const sockaddr *>(&at), sizeof at);
        }
    }
    ~DeadAddress()
    {
        for (const int each : m_queued)
            ::close(each);
        ::close(m_listener);
    }

private:
    int m_listener;
    int m_queued[3]{};
};

} // namespace

class AddressRaceTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_server =
            std::make_unique<QWebSocketServer>(QStringLiteral("test"), QWebSocketServer::NonSecureMode);
        QVERIFY(m_server->listen(QHostAddress(QStringLiteral("127.0.0.1"))));
        connect(m_server.get(), &QWebSocketServer::newConnection, this, [this] {
            QWebSocket *socket = m_server->nextPendingConnection();
            m_hosts.append(socket->request().rawHeader("Host"));
            connect(socket, &QWebSocket::binaryMessageReceived, socket,
                    [socket](const QByteArray &message) { socket->sendBinaryMessage(message); });
            connect(socket, &QWebSocket::disconnected, this, [this] { ++m_left; });
            connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
        });
    }
    void cleanup()
    {
        m_server.reset();
        m_hosts.clear();
        m_left = 0;
    }

    void theAddressThatAnswersWins_data()
    {
        QTest::addColumn<QStringList>("addresses");
        const QString alive = QStringLiteral("127.0.0.1");
        const QString dead = QString::fromLatin1(DeadAddress::address);
        const QString refusing = QStringLiteral("127.0.0.78");
        QTest::newRow("the only one") << QStringList{alive};
        QTest::newRow("behind a dead one") << QStringList{dead, alive};
        QTest::newRow("behind one that refuses") << QStringList{refusing, alive};
        QTest::newRow("behind both") << QStringList{dead, refusing, alive};
        QTest::newRow("before a dead one") << QStringList{alive, dead};
    }
    void theAddressThatAnswersWins()
    {
        QFETCH(QStringList, addresses);
        const DeadAddress dead(m_server->serverPort());
        AddressRace race(listOf(addresses), m_server->serverPort());
        QWebSocket socket;
        QSignalSpy connected(&socket, &QWebSocket::connected);
        QSignalSpy received(&socket, &QWebSocket::binaryMessageReceived);
        open(socket, race);
        QVERIFY(connected.wait());
        QCOMPARE(m_hosts, QByteArrayList{"gateway.example:" + QByteArray::number(m_server->serverPort())});

        const QByteArray large(3'000'000, 'x'); // many times what may wait in between
        socket.sendBinaryMessage(large);
        QVERIFY(received.wait());
        QCOMPARE(received.first().first().toByteArray(), large);

        socket.abort();
        QTRY_COMPARE(m_left, 1);
    }

    void theServersEndReachesTheClient()
    {
        AddressRace race(listOf({QStringLiteral("127.0.0.1")}), m_server->serverPort());
        QWebSocket socket;
        QSignalSpy connected(&socket, &QWebSocket::connected);
        QSignalSpy disconnected(&socket, &QWebSocket::disconnected);
        open(socket, race);
        QVERIFY(connected.wait());
        m_server.reset(); // and its sockets with it
        QVERIFY(!disconnected.isEmpty() || disconnected.wait());
    }

    void whenNobodyAnswersTheAttemptFailsWithTheReason()
    {
        AddressRace race(listOf({QStringLiteral("127.0.0.78"), QStringLiteral("127.0.0.79")}), 1);
        QWebSocket socket;
        QSignalSpy failed(&socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error));
        open(socket, race);
        QVERIFY(failed.wait());
        QCOMPARE(race.error(), QAbstractSocket::ConnectionRefusedError);
    }

    void aRaceCanBeGivenUpAtAnyTime()
    {
        const DeadAddress dead(m_server->serverPort());
        {
            AddressRace race(listOf({QString::fromLatin1(DeadAddress::address), QStringLiteral("127.0.0.1")}),
                             m_server->serverPort());
            QWebSocket socket;
            open(socket, race);
        }
        QCOMPARE(m_hosts.size(), 0);
    }

private:
    static QList<QHostAddress> listOf(const QStringList &addresses)
    {
        QList<QHostAddress> list;
        for (const QString &each : addresses)
            list.append(QHostAddress(each));
        return list;
    }
    void open(QWebSocket &socket, const AddressRace &race) const
    {
        socket.setProxy(race.proxy());
        const quint16 port = m_server ? m_server->serverPort() : quint16(1);
        socket.open(QUrl(QStringLiteral("ws://gateway.example:%1/").arg(port)));
    }

    std::unique_ptr<QWebSocketServer> m_server;
    QByteArrayList m_hosts;
    int m_left{0};
};

QTEST_GUILESS_MAIN(AddressRaceTest)
#include "tst_addressrace.moc"
