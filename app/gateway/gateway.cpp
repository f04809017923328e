// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/gateway.h"

#include "app/link/identity.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QSaveFile>

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace holdfast {

namespace {

/// An embedded gateway that nobody is connected to and that works on nothing ends after this long.
constexpr std::chrono::seconds unneededAfter(20);

int signalPipe[2] = {-1, -1};

void onSignal(int)
{
    const char one = 1;
    [[maybe_unused]] const auto written = ::write(signalPipe[1], &one, 1);
}

void say(const std::string &what) { std::fprintf(stderr, "holdfast-gateway: %s\n", what.c_str()); }

Gateway::ExitCode exitCodeOf(const Error &error)
{
    return error.code == Error::Code::Busy ? Gateway::DataDirLocked : Gateway::StoreUnusable;
}

std::string bootId()
{
    QFile file(QStringLiteral("/proc/sys/kernel/random/boot_id"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().toStdString() : std::string("unknown");
}

} // namespace

Gateway::Gateway(GatewayOptions options, QByteArray token)
    : m_options(std::move(options)), m_token(std::move(token))
{
    m_unneeded.setSingleShot(true);
    m_unneeded.setInterval(unneededAfter);
    connect(&m_unneeded, &QTimer::timeout, this, &Gateway::considerLeaving);
}

Gateway::~Gateway() = default;

Gateway::ExitCode Gateway::start()
{
    const QString dir = m_options.dataDir;
    if (!QDir().mkpath(dir)) {
        say("cannot make the data directory " + dir.toStdString());
        return StoreUnusable;
    }
    QFile::setPermissions(dir, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    auto lock = GatewayLock::take(dir + QStringLiteral("/gateway.lock"));
    if (!lock) {
        say("the data directory " + dir.toStdString() + " cannot be used: " + lock.error().detail);
        return exitCodeOf(lock.error());
    }
    m_lock = std::move(*lock);
    auto log = openLog();
    if (!log) {
        say("the database in " + dir.toStdString() + " cannot be used: " + log.error().detail);
        return exitCodeOf(log.error());
    }
    m_catalog = std::make_unique<AgentCatalog>(dir);
    AccountShard::Dedupe dedupe = AccountShard::Dedupe::On;
#ifdef HOLDFAST_TEST_SEAMS
    if (qgetenv("HOLDFAST_TEST_SEAM") == "no-dedupe")
        dedupe = AccountShard::Dedupe::Off;
#endif
    m_shard = std::make_unique<AccountShard>(std::move(*log), *m_catalog, dedupe);
    connect(m_shard.get(), &AccountShard::failed, this, [this](const Error &error) {
        say("the store failed, so the gateway stops: " + error.detail);
        leave(StoreUnusable);
    });
    m_server = std::make_unique<Server>(*m_shard, m_token);
    if (const auto listening = m_server->listen(m_options.address, m_options.port); !listening) {
        say("cannot listen on port " + std::to_string(m_options.port) + ": " + listening.error().detail);
        return PortTaken;
    }
    if (const auto begun = m_shard->begin(); !begun) {
        say("the database cannot be read: " + begun.error().detail);
        return StoreUnusable;
    }
    watchSignals(); // whoever reads the announcement may stop us at once
    if (const auto announced = announce(); !announced) {
        say("cannot write the port file: " + announced.error().detail);
        return Usage;
    }
    if (m_options.mode == GatewayOptions::Mode::Embedded) {
        connect(m_shard.get(), &AccountShard::connectionsChanged, this, [this] { m_unneeded.start(); });
        m_unneeded.start();
    }
    return Ok;
}

Result<std::unique_ptr<GatewayLog>> Gateway::openLog() const
{
    GatewayLog::Options options{.dir = (m_options.dataDir + QStringLiteral("/accounts/local")).toStdString(),
                                .bootId = bootId(),
                                .newEpoch = &newHex128};
    return GatewayLog::open(std::move(options));
}

Result<> Gateway::announce()
{
    if (const auto written = m_lock->write(m_server->port()); !written)
        return written;
    std::printf("listening %s:%d\n", qPrintable(m_options.address.toString()), m_server->port());
    std::fflush(stdout);
    if (m_options.portFile.isEmpty())
        return {};
    QSaveFile file(m_options.portFile);
    if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::number(m_server->port()) + '\n') < 0 ||
        !file.commit())
        return failure(Error::Code::Io, file.errorString().toStdString());
    return {};
}

/// A signal handler may do next to nothing, so it writes into a pipe that the event loop reads.
void Gateway::watchSignals()
{
    if (::pipe2(signalPipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    m_signals = std::make_unique<QSocketNotifier>(signalPipe[0], QSocketNotifier::Read);
    connect(m_signals.get(), &QSocketNotifier::activated, this, &Gateway::onSignalled);
    for (const int number : {SIGTERM, SIGINT, SIGHUP})
        std::signal(number, &onSignal);
    std::signal(SIGPIPE, SIG_IGN);
}

void Gateway::considerLeaving()
{
    if (m_shard->connectionCount() > 0)
        return; // connectionsChanged() starts the timer anew
    if (m_shard->hasOpenRuns())
        return m_unneeded.start();
    leave(Ok);
}

/// The first signal asks to go, the second one does not ask.
void Gateway::onSignalled()
{
    char signals[16];
    while (::read(signalPipe[0], signals, sizeof signals) > 0) {
    }
    if (m_stage == Stage::Serving)
        drain();
    else
        leave(Ok);
}

/// Nobody new is let in: a socket that a supervisor holds keeps them waiting for the next gateway.
void Gateway::drain()
{
    m_stage = Stage::Draining;
    m_server->close();
    connect(m_shard.get(), &AccountShard::drained, this, &Gateway::leaveWhenDrained);
    connect(m_server.get(), &Server::decided, this, &Gateway::leaveWhenDrained);
    m_shard->drain(m_options.drain);
}

/// Whoever stands in the door is not left standing: a handshake takes a moment, and who does not finish it in
/// one is nobody.
void Gateway::leaveWhenDrained()
{
    constexpr std::chrono::milliseconds moment(500);
    if (!m_shard->isDrained())
        return;
    if (m_server->isDecided())
        return leave(Ok);
    QTimer::singleShot(moment, this, [this] { leave(Ok); });
}

void Gateway::leave(ExitCode code)
{
    if (std::exchange(m_stage, Stage::Leaving) == Stage::Leaving)
        return;
    m_server->close();
    m_shard->end();
    m_signals.reset();
    // One more turn of the event loop, so that the close frames travel.
    QTimer::singleShot(std::chrono::milliseconds(50), this, [code] { QCoreApplication::exit(code); });
}

} // namespace holdfast
