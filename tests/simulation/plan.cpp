// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/plan.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>
#include <utility>

namespace holdfast::sim {

namespace {

struct Row {
    Op op;
    const char *word;
    std::array<const char *, std::tuple_size_v<Args>> args; ///< names, nullptr behind the last
};
constexpr std::array<Row, opCount> table{{
    {Op::Give,
     "give",
     {"client", "conversation", "blocks", "answer_blocks", "pace_ms", "ttl_ms", "priority", "incomplete"}},
    {Op::Stop, "stop", {"client", "conversation", "newest"}},
    {Op::Delete, "delete", {"client", "conversation"}},
    {Op::Withdraw, "withdraw", {"client"}},
    {Op::Continue, "continue", {"client", "conversation", "answer_blocks", "pace_ms"}},
    {Op::Ask, "ask", {"client", "conversation", "context"}},
    {Op::Focus, "focus", {"client", "conversation"}},
    {Op::Retry, "retry", {"client"}},
    {Op::Offline, "offline", {"client", "ms"}},
    {Op::ClockJump, "clock_jump", {"client", "ahead_ms", "back_ms"}},
    {Op::NetworkChange, "network_change", {"client"}},
    {Op::Cut, "cut", {"client", "how"}},
    {Op::Hole, "hole", {"client", "direction", "ms"}},
    {Op::Refuse, "refuse", {"client", "ms"}},
    {Op::Hang, "hang", {"client", "ms"}},
    {Op::Flap, "flap", {"client", "ms"}},
    {Op::Slow, "slow", {"client", "latency_ms"}},
    {Op::KillClient, "kill_client", {"client", "points", "ms"}},
    {Op::PowerClient, "power_client", {"client", "ms", "kept_percent"}},
    {Op::PauseClient, "pause_client", {"client", "ms"}},
    {Op::SleepClient, "sleep_client", {"client", "ms"}},
    {Op::KillGateway, "kill_gateway", {"account", "points", "ms", "flushed"}},
    {Op::DrainGateway, "drain_gateway", {"account", "deadline_ms", "ms", "held", "points"}},
    {Op::PowerGateway, "power_gateway", {"account", "ms", "kept_percent"}},
    {Op::PauseGateway, "pause_gateway", {"account", "ms"}},
    {Op::ReplaceGateway, "replace_gateway", {"account", "ms"}},
    {Op::ClockGateway, "clock_gateway", {"account", "ahead_ms", "back_ms"}},
    {Op::Backup, "backup", {"account"}},
    {Op::Restore, "restore", {"account", "ms"}},
    {Op::CopyProfile, "copy_profile", {"client"}},
    {Op::SaveProfile, "save_profile", {"client"}},
    {Op::RestoreProfile, "restore_profile", {"client", "ms"}},
    {Op::LoseClient, "lose_client", {"client"}},
    {Op::DiskFull, "disk_full", {"client", "operation", "ms"}},
    {Op::Damage, "damage", {"client", "permille", "ms"}},
}};

using Field = std::pair<const char *, std::uint64_t Config::*>;
constexpr auto fields = std::to_array<Field>({
    {"seed", &Config::seed},
    {"accounts", &Config::accounts},
    {"clients", &Config::clients},
    {"conversations", &Config::conversations},
    {"safety_ms", &Config::safetyMs},
    {"latency_ms", &Config::latencyMs},
    {"jitter_ms", &Config::jitterMs},
    {"bytes_per_ms", &Config::bytesPerMs},
    {"lifetime_ms", &Config::lifetimeMs},
    {"commit_ms", &Config::commitMs},
    {"events_per_read", &Config::eventsPerRead},
    {"bytes_per_read", &Config::bytesPerRead},
    {"window_bytes", &Config::windowBytes},
    {"cuts_characters", &Config::cutsCharacters},
    {"codec", &Config::codec},
    {"outbox_max", &Config::outboxMax},
    {"outbox_drops", &Config::outboxDrops},
    {"queueing_off", &Config::queueingOff},
    {"preset", &Config::preset},
    {"credit_bytes", &Config::creditBytes},
    {"commands_at_once", &Config::commandsAtOnce},
    {"commands_per_second", &Config::commandsPerSecond},
    {"budget_bytes", &Config::budgetBytes},
    {"real_stores", &Config::realStores},
});

/// "name=number"
std::optional<std::pair<std::string, std::uint64_t>> assignment(const std::string &word)
{
    const auto sign = word.find('=');
    if (sign == std::string::npos)
        return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(word.data() + sign + 1, word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size())
        return std::nullopt;
    return std::pair(word.substr(0, sign), value);
}

Result<> readConfig(std::istringstream &line, Config &config)
{
    for (std::string word; line >> word;) {
        const auto said = assignment(word);
        const auto field = std::ranges::find_if(
            fields, [&](const Field &each) { return said && said->first == each.first; });
        if (field == fields.end())
            return failure(Error::Code::BadArgument, "not a field of the configuration: " + word);
        config.*(field->second) = said->second;
    }
    return {};
}

Result<Entry> readEntry(const std::string &time, std::istringstream &line)
{
    Entry entry;
    const auto [end, error] = std::from_chars(time.data(), time.data() + time.size(), entry.atMs);
    std::string word;
    line >> word;
    const auto row = std::ranges::find_if(table, [&](const Row &each) { return word == each.word; });
    if (error != std::errc() || std::string(end) != "ms" || row == table.end())
        return failure(Error::Code::BadArgument, "not a line of a plan: " + time + ' ' + word);
    entry.op = row->op;
    while (line >> word) {
        const auto said = assignment(word);
        const auto arg = std::ranges::find_if(
            row->args, [&](const char *name) { return said && name && said->first == name; });
        if (arg == row->args.end())
            return failure(Error::Code::BadArgument,
                           "not an argument of " + std::string(row->word) + ": " + word);
        entry.args[static_cast<std::size_t>(arg - row->args.begin())] = said->second;
    }
    return entry;
}

} // namespace

const char *toString(Op op) { return table[static_cast<std::size_t>(op)].word; }

std::string toWords(const Entry &entry)
{
    const Row &row = table[static_cast<std::size_t>(entry.op)];
    std::string words = std::to_string(entry.atMs) + "ms " + row.word;
    for (std::size_t i = 0; i < row.args.size() && row.args[i]; ++i)
        words += std::string(" ") + row.args[i] + '=' + std::to_string(entry.args[i]);
    return words;
}

std::string toWords(const Plan &plan)
{
    std::string words = "config";
    for (const auto &[name, field] : fields)
        words += std::string(" ") + name + '=' + std::to_string(plan.config.*field);
    words += '\n';
    for (const Entry &each : plan.entries)
        words += toWords(each) + '\n';
    return words;
}

Result<Plan> parsePlan(const std::string &words)
{
    Plan plan;
    std::istringstream lines(words);
    for (std::string text; std::getline(lines, text);) {
        std::istringstream line(text.substr(0, text.find('#')));
        std::string first;
        if (!(line >> first))
            continue;
        if (first == "config") {
            if (const auto read = readConfig(line, plan.config); !read)
                return tl::unexpected(read.error());
            continue;
        }
        const auto entry = readEntry(first, line);
        if (!entry)
            return tl::unexpected(entry.error());
        plan.entries.push_back(*entry);
    }
    std::ranges::stable_sort(plan.entries, {}, &Entry::atMs);
    return plan;
}

} // namespace holdfast::sim
