// SPDX-License-Identifier: Apache-2.0
#include "app/cli/commands.h"
#include "app/cli/follower.h"
#include "app/cli/labcommand.h"

#include <QCoreApplication>

#include <csignal>

int main(int argc, char **argv)
{
    using namespace holdfast;
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("holdfast-cli"));
    QCoreApplication::setApplicationVersion(QStringLiteral(HOLDFAST_VERSION));
    std::signal(SIGPIPE, SIG_IGN);

    const QStringList arguments = QCoreApplication::arguments();
    if (commandWord(arguments) == QLatin1String("lab"))
        return runLab(arguments);
    const Result<CliOptions> options = parseCliOptions(arguments);
    if (!options) {
        complain(options.error().detail + " (see --help)");
        return static_cast<int>(ExitCode::Usage);
    }
    if (options->command == QLatin1String("send"))
        return static_cast<int>(runSend(*options));
    if (options->command == QLatin1String("follow"))
        return static_cast<int>(runFollow(*options));
    if (options->command == QLatin1String("chat"))
        return static_cast<int>(runChat(*options));
    if (options->command == QLatin1String("delete"))
        return static_cast<int>(runDelete(*options));
    if (options->asked != CliOptions::Asked::Nobody)
        return static_cast<int>(runAsk(*options));
    if (options->command == QLatin1String("outbox"))
        return static_cast<int>(runOutbox(*options));
    if (options->command == QLatin1String("history"))
        return static_cast<int>(runHistory(*options));
    return static_cast<int>(runAgents(*options));
}
