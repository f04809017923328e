// SPDX-License-Identifier: Apache-2.0
// In a network namespace of its own, where a link can be switched without harm.
#include "app/link/reachability.h"

#include <QSignalSpy>
#include <QTest>

#include <cstring>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace holdfast;

namespace {

constexpr int patienceMs = 30'000;

bool switchLoopback(bool isUp)
{
    ifreq request{};
    std::strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
    request.ifr_flags = static_cast<short>(isUp ? IFF_UP | IFF_LOOPBACK : IFF_LOOPBACK);
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const bool isDone = ::ioctl(socket, SIOCSIFFLAGS, &request) == 0;
    ::close(socket);
    return isDone;
}

} // namespace

class ReachabilityTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aChangeOfALinkIsOneChange()
    {
        Reachability reachability;
        QSignalSpy changed(&reachability, &Reachability::changed);
        QVERIFY(switchLoopback(true)); // several messages: the link, its addresses, their routes
        QVERIFY(changed.wait(patienceMs));
        QCOMPARE(changed.count(), 1);
        QVERIFY(switchLoopback(false));
        QVERIFY(changed.wait(patienceMs));
        QCOMPARE(changed.count(), 2);
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
    ReachabilityTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_reachability.moc"
