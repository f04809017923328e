// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/link/endpoint.h"
#include "model/protocol/error.h"
#include "model/session/clientsession.h"

#include <QString>
#include <QStringList>

namespace holdfast {

/// What `holdfast-cli` was told on its command line.
struct CliOptions {
    enum class Output { Text, Json };
    enum class Sending { Connect, QueueOnly };
    enum class Ending { WhenDone, Never };
    enum class Choice { Named, All };

    /// Who answers get_conversation_history or get_agent_context.
    enum class Asked { Nobody, Here, Gateway };

    QString command;   ///< "send", "follow", "chat", "outbox", "history", "context", "delete", "agents"
    QStringList words; ///< what stands behind the command and is no option
    ClientSession::Options session;
    Endpoint endpoint; ///< read for the commands that connect
    QString dataDir;
    QString agent{QStringLiteral("guide")};
    QString conversation;
    QString item;
    Priority priority{Priority::Normal}; ///< of what is sent
    std::chrono::seconds timeToLive{0};  ///< of what is sent; 0: for ever
    Choice choice{Choice::Named};
    Output output{Output::Text};
    Sending sending{Sending::Connect};
    Ending ending{Ending::WhenDone};
    Asked asked{Asked::Nobody};
};

/// Reads them; --help and --version print and end the process. Errors: BadArgument, with a sentence to print.
Result<CliOptions> parseCliOptions(const QStringList &arguments);

/// The first word that is no option or an option's value: the command; empty when there is none.
QString commandWord(const QStringList &arguments);

} // namespace holdfast
