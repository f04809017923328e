// SPDX-License-Identifier: Apache-2.0
#include "app/cli/client.h"

#include "app/link/identity.h"
#include "app/link/monotonicclock.h"

#include <QCoreApplication>

namespace holdfast {

ExitCode complainAbout(const Error &error, const QString &dataDir)
{
    const std::string dir = dataDir.toStdString();
    if (error.code == Error::Code::Busy) {
        complain("the data directory " + dir + " is used by another process");
        return ExitCode::DataDirLocked;
    }
    complain("the data directory " + dir + " cannot be used: " + error.detail);
    return ExitCode::StoreUnusable;
}

tl::expected<std::unique_ptr<Client>, ExitCode> Client::open(const CliOptions &options)
{
    Replica::Options store{.dataDir = options.dataDir.toStdString(),
                           .wallClock = &MonotonicClock::wallTime,
                           .newDeviceId = &newHex128};
#ifdef HOLDFAST_TEST_SEAMS
    if (qgetenv("HOLDFAST_TEST_SEAM") == "no-outbox")
        store.outbox = Replica::OutboxMode::Forgotten;
#endif
    auto replica = Replica::open(std::move(store));
    if (!replica)
        return tl::unexpected(complainAbout(replica.error(), options.dataDir));
    if (!(*replica)->damagedCopy().empty())
        complain("the local copy was damaged and set aside as " + (*replica)->damagedCopy().string() +
                 "; the gateway still has the conversations");
    auto restored = (*replica)->restore();
    auto reader = HistoryReader::open(options.dataDir.toStdString());
    if (!restored || !reader)
        return tl::unexpected(complainAbout(restored ? reader.error() : restored.error(), options.dataDir));
    std::unique_ptr<Client> client(new Client(options));
    // The follower is made from what is restored before the session takes it over.
    auto known = ClientSession::Restored{.commands = restored->commands};
    for (const OpenText &text : restored->texts)
        known.texts.push_back({text.item, Tail(text.tail.gen()), text.source});
    client->m_session =
        std::make_unique<ReconnectionController>(std::move(*replica), std::move(*restored), options.session);
    client->m_follower = std::make_unique<Follower>(
        *client->m_session, std::move(*reader), known, options.output, options.ending,
        options.command == QLatin1String("follow") || options.command == QLatin1String("chat")
            ? Follower::Scope::All
            : Follower::Scope::Own);
    return client;
}

ExitCode Client::follow()
{
    QObject::connect(m_follower.get(), &Follower::finished, m_session.get(),
                     [](ExitCode code) { QCoreApplication::exit(static_cast<int>(code)); });
    QObject::connect(&m_reachability, &Reachability::changed, m_session.get(),
                     &ReconnectionController::networkChanged);
    QObject::connect(&m_sleepWatch, &SleepWatch::woke, m_session.get(),
                     &ReconnectionController::networkChanged);
    m_session->setEndpoint(m_options.endpoint);
    return static_cast<ExitCode>(QCoreApplication::exec());
}

} // namespace holdfast
