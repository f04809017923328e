// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/process/stage.h"

namespace holdfast::test {

/// A stage whose client is looked at from both ends: what waits in its outbox, and what has been delivered.
class OutboxStage : public Stage
{
public:
    /// A command that connects to nothing. \returns its exit code.
    int cli(const QStringList &words) const;
    /// Delivers what waits. \returns the exit code.
    int deliver() const { return client({QStringLiteral("follow")})->waitForExit(); }
    std::vector<QJsonObject> entries() const;
    /// State and reason of what is in the outbox, one on a line.
    QByteArray outbox() const;
    QString firstInOutbox() const { return entries().at(0)[QStringLiteral("command")].toString(); }
    /// What the gateway's log says was delivered, seen with the eyes of another device.
    QByteArrayList deliveredMessages() const;

private:
    QStringList atHome(const QString &home, const QStringList &words) const;
};

} // namespace holdfast::test
