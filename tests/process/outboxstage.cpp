// SPDX-License-Identifier: Apache-2.0
#include "tests/process/outboxstage.h"

namespace holdfast::test {

namespace {
const QString cliName = QStringLiteral("holdfast-cli");
}

QStringList OutboxStage::atHome(const QString &home, const QStringList &words) const
{
    return QStringList{QStringLiteral("--data-dir"), path(home)} + words;
}

int OutboxStage::cli(const QStringList &words) const
{
    return Program(cliName, atHome(QStringLiteral("client"), words)).waitForExit();
}

std::vector<QJsonObject> OutboxStage::entries() const
{
    Program list(cliName,
                 atHome(QStringLiteral("client"), {QStringLiteral("outbox"), QStringLiteral("--json")}));
    std::vector<QJsonObject> entries;
    while (const auto entry = list.waitForEvent("outbox"))
        entries.push_back(*entry);
    return entries;
}

QByteArray OutboxStage::outbox() const
{
    QByteArray lines;
    for (const QJsonObject &each : entries())
        lines += each[QStringLiteral("state")].toString().toUtf8() + ' ' +
                 each[QStringLiteral("reason")].toString().toUtf8() + '\n';
    return lines;
}

QByteArrayList OutboxStage::deliveredMessages() const
{
    const QString home = QStringLiteral("witness");
    const QStringList history{QStringLiteral("history"), QStringLiteral("--json")};
    QStringList arguments = clientArguments();
    arguments.replaceInStrings(path(QStringLiteral("client")), path(home));
    Program(cliName, arguments + QStringList{QStringLiteral("follow")}).waitForExit();
    Program list(cliName, atHome(home, history));
    QByteArrayList messages;
    while (const auto conversation = list.waitForEvent("conversation")) {
        const QString id = (*conversation)[QStringLiteral("conversation")].toString();
        Program items(cliName, atHome(home, history + QStringList{id}));
        while (const auto item = items.waitForEvent("stored")) {
            if ((*item)[QStringLiteral("role")] == QLatin1String("user"))
                messages.append((*item)[QStringLiteral("text")].toString().toUtf8());
        }
    }
    return messages;
}

} // namespace holdfast::test
