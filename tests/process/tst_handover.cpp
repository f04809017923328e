// SPDX-License-Identifier: Apache-2.0
// The networks of the machine change while an answer streams, and nobody notices: the client opens a second
// link while the first one lives. In a network namespace of its own, where addresses come and go without
// harm.
#include "tests/process/stage.h"

#include <QTest>

#include <arpa/inet.h>
#include <cstring>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace holdfast;
using namespace holdfast::test;

namespace {

constexpr qint64 answerBytes = 2'000'000;
constexpr int changes = 5;

class Socket
{
public:
    Socket() : m_descriptor(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {}
    ~Socket() { ::close(m_descriptor); }
    bool control(unsigned long request, ifreq &argument) const
    {
        return ::ioctl(m_descriptor, request, &argument) == 0;
    }

private:
    int m_descriptor;
};

ifreq named(const QByteArray &interface)
{
    ifreq request{};
    std::strncpy(request.ifr_name, interface.constData(), IFNAMSIZ - 1);
    return request;
}

bool bringUpLoopback()
{
    ifreq request = named("lo");
    request.ifr_flags = IFF_UP | IFF_LOOPBACK;
    return Socket().control(SIOCSIFFLAGS, request);
}

bool addAddress(int number)
{
    ifreq request = named("lo:" + QByteArray::number(number));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(0x7f000100U + static_cast<std::uint32_t>(number)); // 127.0.1.number
    std::memcpy(&request.ifr_addr, &address, sizeof address);
    return Socket().control(SIOCSIFADDR, request);
}

} // namespace

class HandoverTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anAnswerGoesOnWithoutAGap()
    {
        QVERIFY(bringUpLoopback());
        Stage stage;
        QVERIFY(stage.startGateway());
        QVERIFY(stage.startLab());
        const auto client =
            stage.client({QStringLiteral("send"), QStringLiteral("--agent"), QStringLiteral("stream-lab"),
                          QStringLiteral("--json"),
                          QStringLiteral("bytes=%1 rate=400 seed=7 format=text").arg(answerBytes)});
        for (int change = 1; change <= changes; ++change) {
            QVERIFY2(client->waitForEvent("tail").has_value(), client->complaints());
            QVERIFY(addAddress(change));
            QVERIFY2(client->waitForEvent("handover").has_value(), client->complaints());
        }
        const auto done = client->waitForEvent("item");
        QVERIFY2(done, client->complaints());
        QVERIFY((*done)[QStringLiteral("verified")].toBool());
        QCOMPARE(client->waitForExit(), 0);
        QCOMPARE(stage.storedText((*done)[QStringLiteral("item")].toString()).size(), answerBytes);
        verifyOnlineAllTheTime(*client);
        verifyTailsJoin(*client);
    }

private:
    static void verifyOnlineAllTheTime(const Program &client)
    {
        QStringList states;
        for (const QJsonObject &o : client.said()) {
            if (o[QStringLiteral("event")] == QLatin1String("state"))
                states.append(o[QStringLiteral("state")].toString());
        }
        QCOMPARE(states, (QStringList{QStringLiteral("connecting"), QStringLiteral("catching_up"),
                                      QStringLiteral("online")}));
    }
    static void verifyTailsJoin(const Program &client)
    {
        qint64 at = 0;
        for (const QJsonObject &o : client.said()) {
            if (o[QStringLiteral("event")] != QLatin1String("tail"))
                continue;
            QCOMPARE(o[QStringLiteral("offset")].toInteger(), at);
            at += o[QStringLiteral("bytes")].toInteger();
        }
        QCOMPARE(at, answerBytes);
    }
};

/// The namespace must be entered before there is a second thread.
int main(int argc, char **argv)
{
    if (::unshare(CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
        std::perror("a network namespace cannot be made here");
        return 1;
    }
    QCoreApplication app(argc, argv);
    HandoverTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_handover.moc"
