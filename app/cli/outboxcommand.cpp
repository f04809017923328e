// SPDX-License-Identifier: Apache-2.0
#include "app/cli/client.h"
#include "app/cli/commands.h"
#include "app/cli/jsonlines.h"
#include "model/store/historyreader.h"

#include <cstdio>

namespace holdfast {

namespace {

QString qt(const std::string &text) { return QString::fromStdString(text); }

void print(const OutboxEntry &entry, CliOptions::Output output)
{
    const frame::Command &command = entry.command;
    if (output == CliOptions::Output::Text) {
        const char *reason = entry.error.empty() ? "" : reasonOf(entry.error);
        std::printf("%s  %-6s  %-8s  %s%s%s\n", command.id.value.c_str(), wordOf(entry.state),
                    toString(command.priority), command.title.c_str(), *reason != '\0' ? "  · " : "", reason);
        return;
    }
    jsonlines::write("outbox", {{QStringLiteral("command"), qt(command.id.value)},
                                {QStringLiteral("name"), qt(command.name)},
                                {QStringLiteral("conversation"), qt(command.conversation.value)},
                                {QStringLiteral("state"), QLatin1String(wordOf(entry.state))},
                                {QStringLiteral("reason"), qt(entry.error)},
                                {QStringLiteral("priority"), QLatin1String(toString(command.priority))},
                                {QStringLiteral("bytes"), static_cast<qint64>(command.text.size())},
                                {QStringLiteral("written_at"), static_cast<qint64>(command.writtenAtMs)},
                                {QStringLiteral("expires_at"), static_cast<qint64>(command.expiresAtMs)}});
}

void printSum(const std::vector<OutboxEntry> &entries, CliOptions::Output output)
{
    std::size_t depth = 0;
    std::size_t bytes = 0;
    for (const OutboxEntry &each : entries) {
        if (each.state == CommandState::Parked)
            continue;
        ++depth;
        bytes += each.command.text.size();
    }
    const std::size_t parked = entries.size() - depth;
    if (output == CliOptions::Output::Json)
        return jsonlines::write("outbox_status", {{QStringLiteral("depth"), static_cast<qint64>(depth)},
                                                  {QStringLiteral("bytes"), static_cast<qint64>(bytes)},
                                                  {QStringLiteral("parked"), static_cast<qint64>(parked)}});
    std::printf("%zu waiting (%zu bytes), %zu need you\n", depth, bytes, parked);
}

ExitCode list(const CliOptions &options)
{
    const auto reader = HistoryReader::open(options.dataDir.toStdString());
    if (!reader)
        return complainAbout(reader.error(), options.dataDir);
    const auto entries = (*reader)->outbox();
    if (!entries)
        return complainAbout(entries.error(), options.dataDir);
    for (const OutboxEntry &each : *entries)
        print(each, options.output);
    printSum(*entries, options.output);
    return ExitCode::Ok;
}

/// Those that are named, or all that are parked.
std::set<CommandId> chosen(const CliOptions &options, const std::vector<OutboxEntry> &entries)
{
    std::set<CommandId> ids;
    for (const QString &word : options.words.mid(1))
        ids.insert({word.toStdString()});
    for (const OutboxEntry &each : entries) {
        if (options.choice == CliOptions::Choice::All && each.state == CommandState::Parked)
            ids.insert(each.command.id);
    }
    return ids;
}

ExitCode decide(const CliOptions &options)
{
    auto client = Client::open(options);
    if (!client)
        return client.error();
    const auto reader = HistoryReader::open(options.dataDir.toStdString());
    const auto entries = reader ? (*reader)->outbox() : tl::unexpected(reader.error());
    if (!entries)
        return complainAbout(entries.error(), options.dataDir);
    ReconnectionController &session = (*client)->session();
    const std::set<CommandId> ids = chosen(options, *entries);
    if (options.words[0] == QLatin1String("send-again")) {
        session.giveAgain(ids);
    } else {
        for (const CommandId &id : ids)
            session.withdraw(id);
    }
    const auto left = (*reader)->outbox();
    if (!left)
        return complainAbout(left.error(), options.dataDir);
    printSum(*left, options.output);
    return (*client)->follower().hasRefused() ? ExitCode::NotTaken : ExitCode::Ok;
}

} // namespace

ExitCode runOutbox(const CliOptions &options)
{
    return options.words.isEmpty() ? list(options) : decide(options);
}

} // namespace holdfast
