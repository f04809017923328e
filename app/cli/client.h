// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/clioptions.h"
#include "app/cli/exitcode.h"
#include "app/cli/follower.h"
#include "app/link/reachability.h"
#include "app/link/reconnectioncontroller.h"
#include "app/link/sleepwatch.h"

#include <memory>

namespace holdfast {

/// A client for one command: replica, session and, on wish, somebody who prints what happens. Thread: main.
class Client
{
public:
    /// Opens the data directory; complains and tells the code to exit with when it cannot.
    static tl::expected<std::unique_ptr<Client>, ExitCode> open(const CliOptions &options);

    ReconnectionController &session() { return *m_session; }
    Follower &follower() { return *m_follower; }
    /// Prints, connects, and runs the event loop until all is done.
    ExitCode follow();

private:
    explicit Client(CliOptions options) : m_options(std::move(options)) {}

    CliOptions m_options;
    std::unique_ptr<ReconnectionController> m_session;
    std::unique_ptr<Follower> m_follower;
    Reachability m_reachability;
    SleepWatch m_sleepWatch;
};

/// \returns the code to exit with for an error of the store, after a complaint.
ExitCode complainAbout(const Error &error, const QString &dataDir);
/// \returns the code to exit with when a message was not taken, after a complaint.
ExitCode complainAbout(const action::RefuseCommand &refusal);

/// "queued", …: for the JSON lines.
const char *wordOf(CommandState state);
/// "closed", …: for the JSON lines.
const char *wordOf(BreakerState state);
/// Why a message is parked, in words; a code of the gateway's stays what it is. Lives as long as `error`.
const char *reasonOf(const std::string &error);

} // namespace holdfast
