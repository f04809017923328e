// SPDX-License-Identifier: Apache-2.0
#include "app/cli/client.h"
#include "app/cli/commands.h"
#include "app/cli/jsonlines.h"
#include "model/store/historyreader.h"

#include <cstdio>
#include <limits>

namespace holdfast {

namespace {

QString qt(const std::string &text) { return QString::fromStdString(text); }

void print(const ConversationRow &row, CliOptions::Output output)
{
    if (output == CliOptions::Output::Text) {
        std::printf("%s  %s\n", row.id.value.c_str(), row.title.c_str());
        return;
    }
    jsonlines::write("conversation", {{QStringLiteral("conversation"), qt(row.id.value)},
                                      {QStringLiteral("agent"), qt(row.agent.value)},
                                      {QStringLiteral("title"), qt(row.title)},
                                      {QStringLiteral("queued"), row.queued}});
}

void print(const ItemRow &row, const std::string &text, CliOptions::Output output)
{
    const char *role = row.role == Role::User ? "user" : "agent";
    if (output == CliOptions::Output::Text) {
        std::printf("[%s] %s%s\n", role, text.c_str(), row.isOnlyHere ? " (only on this device)" : "");
        return;
    }
    jsonlines::write("stored", {{QStringLiteral("item"), qt(row.id.value)},
                                {QStringLiteral("role"), QLatin1String(role)},
                                {QStringLiteral("status"), QLatin1String(toString(row.status))},
                                {QStringLiteral("length"), static_cast<qint64>(row.length)},
                                {QStringLiteral("verified"), row.isVerified},
                                {QStringLiteral("only_here"), row.isOnlyHere},
                                {QStringLiteral("delivery"),
                                 row.delivery ? QLatin1String(wordOf(*row.delivery)) : QLatin1String()},
                                {QStringLiteral("text"), qt(text)}});
}

ExitCode printItems(const HistoryReader &reader, const ConversationId &conversation,
                    const CliOptions &options)
{
    const auto items = reader.items(conversation, {}, std::numeric_limits<int>::max());
    if (!items)
        return complainAbout(items.error(), options.dataDir);
    for (const ItemRow &row : *items) {
        const auto text = reader.text(row.id, 0);
        if (!text)
            return complainAbout(text.error(), options.dataDir);
        print(row, *text, options.output);
    }
    return ExitCode::Ok;
}

} // namespace

ExitCode runHistory(const CliOptions &options)
{
    const auto reader = HistoryReader::open(options.dataDir.toStdString());
    if (!reader)
        return complainAbout(reader.error(), options.dataDir);
    if (!options.item.isEmpty()) {
        const auto text = (*reader)->text({options.item.toStdString()}, 0);
        if (!text)
            return complainAbout(text.error(), options.dataDir);
        std::fwrite(text->data(), 1, text->size(), stdout);
        return ExitCode::Ok;
    }
    if (!options.words.isEmpty())
        return printItems(**reader, {options.words[0].toStdString()}, options);
    const auto conversations = (*reader)->conversations();
    if (!conversations)
        return complainAbout(conversations.error(), options.dataDir);
    for (const ConversationRow &row : *conversations)
        print(row, options.output);
    return ExitCode::Ok;
}

} // namespace holdfast
