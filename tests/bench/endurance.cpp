// SPDX-License-Identifier: Apache-2.0
// What a client keeps and burns: memory of client and gateway over many reconnects, beside what they had
// after the first hundred; then the processor time of a client that waits for a gateway that is gone, beside
// a process that only waits.
#include "app/link/identity.h"
#include "app/link/monotonicclock.h"
#include "app/link/reconnectioncontroller.h"
#include "tests/process/stage.h"

#include <QCoreApplication>
#include <QFile>
#include <QTimer>

#include <cstdio>
#include <sys/resource.h>
#include <unistd.h>

using namespace holdfast;

namespace {

constexpr int warmUp = 100;

/// Resident memory of a process, KiB.
long residentKib(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/statm").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').at(1).toLong() * (::sysconf(_SC_PAGESIZE) / 1024);
}

/// Processor time of this process so far, ms.
double processorMs()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto ms = [](const timeval &t) { return double(t.tv_sec) * 1000.0 + double(t.tv_usec) / 1000.0; };
    return ms(usage.ru_utime) + ms(usage.ru_stime);
}

/// Takes the link and gives it back, `rounds` times; each time until everything is in step again.
class Endurance : public QObject
{
    Q_OBJECT
public:
    Endurance(ReconnectionController &session, qint64 gateway, int rounds)
        : m_session(session), m_gateway(gateway), m_rounds(rounds)
    {
        connect(&session, &ReconnectionController::statusChanged, this,
                [this](const ConnectionStatus &status) {
                    if (status.state == ConnectionState::Online)
                        QTimer::singleShot(0, this, &Endurance::next);
                });
    }

private:
    void next()
    {
        if (m_done == warmUp)
            report("after the first");
        if (m_done++ == m_rounds) {
            report("after");
            return QCoreApplication::quit();
        }
        m_session.goOffline();
        m_session.goOnline();
    }
    void report(const char *when)
    {
        std::printf("%-16s %6d reconnects: client %7ld KiB, gateway %7ld KiB\n", when,
                    m_done == warmUp ? warmUp : m_rounds, residentKib(::getpid()), residentKib(m_gateway));
        std::fflush(stdout);
    }

    ReconnectionController &m_session;
    qint64 m_gateway;
    int m_rounds;
    int m_done{0};
};

void waitFor(int seconds, const char *what)
{
    const double before = processorMs();
    QTimer::singleShot(seconds * 1000, QCoreApplication::instance(), &QCoreApplication::quit);
    QCoreApplication::exec();
    std::printf("%-36s %8.1f ms of processor time in %d s\n", what, processorMs() - before, seconds);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 10'000;
    const int seconds = argc > 2 ? std::atoi(argv[2]) : 600;
    test::Stage stage;
    QTemporaryDir dir;
    auto replica = Replica::open({dir.path().toStdString(), &MonotonicClock::wallTime, &newHex128});
    auto restored = replica ? (*replica)->restore() : tl::unexpected(replica.error());
    QFile token(stage.path(QStringLiteral("token")));
    if (!stage.startGateway() || !restored || !token.open(QIODevice::ReadOnly))
        return 1;
    ReconnectionController session(std::move(*replica), std::move(*restored), {});
    {
        Endurance endurance(session, stage.gateway().pid(), rounds);
        session.setEndpoint(
            {QUrl(QStringLiteral("ws://127.0.0.1:%1").arg(stage.gatewayPort())), token.readLine().trimmed()});
        QCoreApplication::exec();
    }
    stage.gateway().killHard();
    waitFor(seconds, "a client whose gateway is gone");
    session.goOffline();
    waitFor(seconds / 10, "the same client, switched off");
    return 0;
}

#include "endurance.moc"
