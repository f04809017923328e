// SPDX-License-Identifier: Apache-2.0
// What a gateway tells its log.
#include "model/protocol/codec.h"
#include "model/store/gatewaylog.h"
#include "model/text/prefixhash.h"
#include "tests/simulation/storelife.h"

#include <algorithm>
#include <map>

namespace holdfast::test {

namespace {

struct Accept {
    DeviceId device;
    frame::Command command;
    gate::Effects effects;
};
struct Append {
    std::vector<LogBody> events;
    Durability durability{Durability::Usual};
};
struct Grow {
    ItemId item;
    std::uint64_t offset{0};
    std::size_t size{0};
};
struct Close {};
using Call = std::variant<Accept, Append, Grow, Close>;

std::string shaOf(const std::string &text)
{
    PrefixHash hash;
    hash.append(text);
    return hash.hex();
}

/// Draws calls as AccountShard and OpenRun make them.
class Caller
{
public:
    explicit Caller(std::uint64_t seed) : m_random(seed) {}

    Call next()
    {
        const std::uint64_t lot = m_random.below(100);
        if (lot < 25 || m_open.empty())
            return accept();
        if (lot < 75)
            return grow();
        if (lot < 85)
            return Append{{checkpoint()}, Durability::Usual};
        if (lot < 97)
            return finish();
        return Close{};
    }

private:
    Call accept()
    {
        Accept accept{{"d" + std::to_string(m_random.below(2))}, {}, {}};
        frame::Command &command = accept.command;
        command.seq = ++m_seqs[accept.device];
        command.id = {"m" + std::to_string(++m_commands)};
        command.name = "send";
        command.conversation = {"c" + std::to_string(m_random.below(3))};
        command.text = truthOf(command.id.value, 0, 1 + m_random.below(800));
        if (m_random.below(6) == 0) {
            accept.effects.error = "too_large";
            return accept;
        }
        const ItemId item{command.id.value};
        logged::RunStarted start;
        start.conversation = command.conversation;
        start.run = {"r" + item.value};
        start.item = {"a" + item.value};
        start.agent = {"guide"};
        accept.effects.events = {
            logged::MessageAdded{command.conversation, item, command.text.size(), shaOf(command.text), 0},
            start};
        accept.effects.texts = {{item, command.text}};
        m_open[start.item] = 0;
        return accept;
    }
    std::map<ItemId, std::uint64_t>::iterator anyOpen()
    {
        auto text = m_open.begin();
        std::advance(text, static_cast<long>(m_random.below(m_open.size())));
        return text;
    }
    Call grow()
    {
        const auto text = anyOpen();
        const std::size_t size = m_random.below(20) == 0 ? 30'000 : 1 + m_random.below(1500);
        const Grow grow{text->first, text->second, size};
        text->second += size;
        return grow;
    }
    LogBody checkpoint()
    {
        const auto text = anyOpen();
        return logged::Checkpoint{text->first, 0, text->second,
                                  shaOf(truthOf(text->first.value, 0, text->second))};
    }
    Call finish()
    {
        const auto text = anyOpen();
        logged::RunFinished end;
        end.conversation = {"c0"};
        end.run = {"r"};
        end.item = text->first;
        end.length = text->second;
        end.sha256 = shaOf(truthOf(text->first.value, 0, text->second));
        m_open.erase(text);
        return Append{{end}, Durability::Durable};
    }

    Random m_random;
    int m_commands{0};
    std::map<DeviceId, std::uint64_t> m_seqs;
    std::map<ItemId, std::uint64_t> m_open;
};

class GatewayLife : public StoreLife
{
public:
    GatewayLife(std::uint64_t seed, std::filesystem::path dir) : m_dir(std::move(dir))
    {
        Random random(seed);
        Caller caller(random.next());
        const std::uint64_t count = 10 + random.below(50);
        for (std::uint64_t i = 0; i < count; ++i)
            m_calls.push_back(caller.next());
    }

    Result<> open(Boot boot) override;
    void close() override { m_log.reset(); }
    std::size_t size() const override { return m_calls.size(); }
    Result<> perform(std::size_t step) override
    {
        return std::visit([this](const auto &call) { return make(call); }, m_calls[step]);
    }
    Durability durability(std::size_t step) const override
    {
        const auto *append = std::get_if<Append>(&m_calls[step]);
        if (append)
            return append->durability;
        return std::holds_alternative<Grow>(m_calls[step]) ? Durability::Usual : Durability::Durable;
    }
    Result<> performMore() override
    {
        return make(Append{{logged::ConversationCreated{{"c-more"}, {"guide"}, "", 0}}, Durability::Durable});
    }
    std::filesystem::path file() const override { return m_dir / "log.db"; }
    std::vector<const char *> queries() const override
    {
        // Not meta and lineage, nor the lease of an item: each start has a name of its own.
        return {
            "SELECT * FROM event ORDER BY seq",
            "SELECT * FROM device ORDER BY id",
            "SELECT * FROM command ORDER BY id",
            "SELECT * FROM conversation ORDER BY id",
            "SELECT id, conversation, seq, role, run, agent, gen, started, length, is_final, status, sha256 "
            "FROM item ORDER BY id",
            "SELECT * FROM foretold ORDER BY message",
            "SELECT * FROM part ORDER BY item, start"};
    }
    std::string judge(const Outcome &outcome) override;

private:
    Result<> make(const Accept &call)
    {
        const auto done = m_log->accept(call.device, call.command, call.effects);
        return done ? Result<>() : tl::unexpected(done.error());
    }
    Result<> make(const Append &call)
    {
        const auto done = m_log->append(call.events, call.durability);
        return done ? Result<>() : tl::unexpected(done.error());
    }
    Result<> make(const Grow &call)
    {
        const auto done =
            m_log->appendText(call.item, call.offset, truthOf(call.item.value, call.offset, call.size));
        return done ? Result<>() : tl::unexpected(done.error());
    }
    Result<> make(const Close &) { return m_log->closeCleanly(); }
    bool isClose(std::size_t step) const { return std::holds_alternative<Close>(m_calls[step]); }
    std::string judgeEpoch(const Outcome &outcome) const;
    std::string judgeAnswers(const Outcome &outcome) const;
    std::string judgeEvents(const Outcome &outcome) const;
    std::string judgeTexts() const;

    std::filesystem::path m_dir;
    std::vector<Call> m_calls;
    std::unique_ptr<GatewayLog> m_log;
    std::string m_epoch; ///< while the calls were made
    int m_starts{0};     ///< since then
    int m_names{0};
};

Result<> GatewayLife::open(Boot boot)
{
    ++m_starts;
    GatewayLog::Options options;
    options.dir = m_dir;
    options.bootId = boot == Boot::Same ? "boot" : "boot-" + std::to_string(m_starts);
    options.newEpoch = [this] { return "epoch-" + std::to_string(++m_names); };
    auto opened = GatewayLog::open(std::move(options));
    if (!opened)
        return tl::unexpected(opened.error());
    m_log = std::move(*opened);
    if (m_starts == 1)
        m_epoch = m_log->epoch();
    const auto taken = m_log->takeRuns(); // as a gateway does before it lets anybody in
    return taken ? Result<>() : tl::unexpected(taken.error());
}

/// Law 2: another boot id and no clean stop, else the epoch stays; and where it stays, nothing may be gone.
std::string GatewayLife::judgeEpoch(const Outcome &outcome) const
{
    if (m_epoch.empty())
        return {}; // it never lived
    const bool isSame = m_log->epoch() == m_epoch;
    if (isSame && outcome.stored < outcome.returned)
        return "the epoch is the same, though something is gone";
    if (outcome.boot == Boot::Same)
        return isSame ? "" : "a kill alone began a new epoch";
    const bool wasClosed = outcome.returned > 0 && isClose(outcome.returned - 1);
    const bool isUnknown = outcome.tried > outcome.returned &&
                           (wasClosed || isClose(outcome.returned)); // the mark may be there, or not
    const bool wasStartedTwice = wasClosed && m_starts > 2;
    if (isUnknown || wasStartedTwice)
        return {};
    if (isSame != wasClosed)
        return wasClosed ? "a clean stop began a new epoch"
                         : "an unclean stop under another boot kept the epoch";
    return {};
}

std::string GatewayLife::judgeAnswers(const Outcome &outcome) const
{
    for (std::size_t i = 0; i < outcome.returned; ++i) {
        const auto *call = std::get_if<Accept>(&m_calls[i]);
        if (!call)
            continue;
        const auto acked = m_log->ackedCommand(call->device);
        const auto answer = m_log->answered(call->device, call->command);
        if (!acked || *acked < call->command.seq)
            return "the high-water is below an answered command";
        if (!answer || !*answer || (*answer)->error != call->effects.error)
            return "an answer was forgotten";
    }
    return {};
}

/// What the first `count` calls have told, without what later ones have replaced (law 12).
std::map<std::uint64_t, std::string> eventsOf(const std::vector<Call> &calls, std::size_t count)
{
    std::map<std::uint64_t, std::string> events;
    std::map<ItemId, std::uint64_t> checkpoints;
    std::uint64_t head = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto *accept = std::get_if<Accept>(&calls[i]);
        const auto *append = std::get_if<Append>(&calls[i]);
        for (const LogBody &body : accept   ? accept->effects.events
                                   : append ? append->events
                                            : std::vector<LogBody>()) {
            events[++head] = codec::encodeBody(body);
            const auto *checkpoint = std::get_if<logged::Checkpoint>(&body);
            const auto *end = std::get_if<logged::RunFinished>(&body);
            if (!checkpoint && !end)
                continue;
            std::uint64_t &last = checkpoints[checkpoint ? checkpoint->item : end->item];
            events.erase(last);
            last = checkpoint ? head : 0;
        }
    }
    return events;
}

std::string GatewayLife::judgeEvents(const Outcome &outcome) const
{
    const auto told = eventsOf(m_calls, outcome.stored);
    if (m_log->head() != (told.empty() ? 0 : told.rbegin()->first))
        return "the head is not that of the events";
    std::map<std::uint64_t, std::string> stored;
    for (std::uint64_t seq = 0; seq < m_log->head();) {
        const auto read = m_log->read(seq, 4096);
        if (!read || read->upTo <= seq)
            return "the log cannot be read";
        seq = read->upTo;
        for (const LogEvent &event : read->events)
            stored[event.seq] = codec::encodeBody(event.body);
    }
    return stored == told ? "" : "the events are not those that were told";
}

std::string GatewayLife::judgeTexts() const
{
    const auto runs = m_log->openRuns();
    if (!runs)
        return "the open runs cannot be read";
    for (const GatewayLog::OpenRun &run : *runs) {
        const auto text = m_log->readText(run.start.item, 0, 1U << 24U);
        if (!text || text->size() != run.length || *text != truthOf(run.start.item.value, 0, run.length))
            return "the text of " + run.start.item.value + " is not what the agent said";
    }
    return {};
}

std::string GatewayLife::judge(const Outcome &outcome)
{
    for (const std::string &verdict :
         {judgeEpoch(outcome), judgeAnswers(outcome), judgeEvents(outcome), judgeTexts()}) {
        if (!verdict.empty())
            return verdict;
    }
    const auto more = performMore();
    return more ? "" : "cannot go on: " + more.error().detail;
}

} // namespace

std::unique_ptr<StoreLife> gatewayLife(std::uint64_t seed, const std::filesystem::path &dir)
{
    return std::make_unique<GatewayLife>(seed, dir);
}

} // namespace holdfast::test
