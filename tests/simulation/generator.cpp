// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/plan.h"
#include "tests/simulation/streams.h"

#include <algorithm>

namespace holdfast::sim {

namespace {

constexpr std::uint64_t clientMax = 4;
constexpr std::uint64_t halfAYearMs = 16'000'000'000; ///< longer than tombstones live

/// Draws a plan. Everything that is random about a run is decided here, but for what streams decide (jitter).
class Generator
{
public:
    Generator(std::uint64_t seed, Stores stores) : m_random(stream(seed, "plan")), m_stores(stores)
    {
        m_plan.config.seed = seed;
    }

    Plan draw()
    {
        drawConfig();
        drawLoad();
        drawFaults();
        drawStores();
        drawWire();
        drawPace();
        std::ranges::stable_sort(m_plan.entries, {}, &Entry::atMs);
        return std::move(m_plan);
    }

private:
    std::uint64_t below(std::uint64_t bound) { return m_random.below(bound); }
    bool oneIn(std::uint64_t n) { return below(n) == 0; }
    std::uint64_t oneOf(std::initializer_list<std::uint64_t> values)
    {
        return *(values.begin() + below(values.size()));
    }
    std::uint64_t client() { return below(m_plan.config.accounts * m_plan.config.clients); }

    void drawConfig()
    {
        Config &config = m_plan.config;
        config.accounts = oneIn(4) ? 2 : 1;
        config.clients = oneIn(3) ? 2 + below(clientMax / config.accounts - 1) : 1;
        config.conversations = 1 + below(3);
        config.safetyMs = oneOf({10'000, 20'000, 40'000, 120'000});
        config.latencyMs = oneOf({0, 1, 10, 25, 100, 400, 1'000});
        config.jitterMs = oneIn(2) ? 0 : below(config.latencyMs + 5);
        config.bytesPerMs = oneIn(4) ? oneOf({8, 30, 125}) : 0;
        config.lifetimeMs = oneIn(12) ? 16'000 : 0;
        config.commitMs = oneIn(4) ? oneOf({1, 10, 100}) : 0;
        config.eventsPerRead = oneOf({1, 2, 3, 8, 64});
        config.bytesPerRead = oneOf({16, 40, 128, 512, 4'096, 10'240});
        config.windowBytes = oneIn(4) ? oneOf({2'048, 8'192, 32'768}) : 256 * 1024;
        config.codec = oneIn(8) ? 1 : 0;
        config.cutsCharacters = !config.codec && oneIn(3) ? 1 : 0;
        config.outboxMax = oneIn(10) ? 1 + below(4) : 0;
        config.outboxDrops = below(2);
        config.queueingOff = oneIn(20) ? 1 : 0;
        config.preset = oneIn(3) ? below(4) : 0;
    }

    void add(Op op, const Args &args) { m_plan.entries.push_back({below(m_plan.config.safetyMs), op, args}); }

    void drawLoad()
    {
        const bool isBurst = oneIn(40);
        const std::uint64_t messages = isBurst ? 120 : 1 + below(oneIn(3) ? 30 : 8);
        const bool stops = oneIn(2);
        const bool deletes = oneIn(6);
        const bool withdraws = oneIn(3);
        const bool hasEmpty = oneIn(20); // the gateway refuses a message without text
        const bool hasTtl = oneIn(3);
        const bool hasLong = oneIn(8);
        for (std::uint64_t i = 0; i < messages; ++i) {
            const std::uint64_t whom = client();
            const std::uint64_t where = below(m_plan.config.conversations);
            const std::uint64_t blocks = isBurst ? 1 : hasLong && oneIn(4) ? below(3'000) : below(60);
            add(Op::Give,
                {whom, where, hasEmpty && oneIn(2) ? 0 : 1 + below(12), blocks, oneOf({1, 5, 50, 300, 1'200}),
                 hasTtl && oneIn(2) ? oneOf({300, 2'000, 20'000}) : 0});
            if (stops && oneIn(3))
                add(Op::Stop, {oneIn(2) ? whom : client(), where, below(2), 0, 0});
            if (deletes && oneIn(6))
                drawDelete(where);
            if (withdraws && oneIn(3))
                add(Op::Withdraw, {client(), 0, 0, 0, 0});
        }
    }

    /// Sometimes half a year passes, in which somebody is away.
    void drawDelete(std::uint64_t where)
    {
        const std::uint64_t whom = client();
        const std::uint64_t at = below(m_plan.config.safetyMs);
        m_plan.entries.push_back({at, Op::Delete, {whom, where}});
        if (!oneIn(3))
            return;
        m_plan.entries.push_back({at / 2, Op::Offline, {client(), at + below(20'000)}});
        m_plan.entries.push_back(
            {at + below(5'000), Op::ClockGateway, {whom % m_plan.config.accounts, halfAYearMs, 0}});
    }

    /// Faults of the kinds that are on, by their weights.
    void drawFaults()
    {
        std::vector<std::pair<Op, std::uint64_t>> on;
        for (std::size_t i = static_cast<std::size_t>(Op::Retry);
             i <= static_cast<std::size_t>(Op::LoseClient); ++i) {
            const auto op = static_cast<Op>(i);
            const bool isRare = op >= Op::CopyProfile || op == Op::Restore;
            if (oneIn(isRare ? 5 : 2))
                on.emplace_back(op, 1 + below(isRare ? 30 : 100));
        }
        std::uint64_t sum = 0;
        for (const auto &[op, weight] : on)
            sum += weight;
        if (sum == 0)
            return;
        const std::uint64_t faults = 1 + below(oneIn(3) ? 40 : 12);
        for (std::uint64_t i = 0; i < faults; ++i) {
            std::uint64_t place = below(sum);
            auto drawn = on.begin();
            while (place >= drawn->second)
                place -= (drawn++)->second;
            drawFault(drawn->first);
        }
    }

    /// Of a stream of its own: with models alone the plan of a seed is the same.
    void drawStores()
    {
        Random random = stream(m_plan.config.seed, "stores");
        const bool isReal = m_stores == Stores::Real || random.below(50) == 0;
        if (!isReal)
            return;
        m_plan.config.realStores = 1;
        const std::uint64_t faults = random.below(3);
        const std::uint64_t clients = m_plan.config.accounts * m_plan.config.clients;
        for (std::uint64_t i = 0; i < faults; ++i)
            m_plan.entries.push_back(
                {random.below(m_plan.config.safetyMs),
                 Op::DiskFull,
                 {random.below(clients), 1 + random.below(20), 100 + random.below(3'000)}});
    }

    /// What makes credit run out: a small window, or texts far above the product's. Of a stream of its own,
    /// as the stores. Where links end every 16 s a small window would not let a client come past the floor,
    /// below which each link tells everything anew.
    void drawWire()
    {
        Random random = stream(m_plan.config.seed, "wire");
        constexpr std::array<std::uint64_t, 3> windows{1'024, 4'096, 16'384};
        if (random.below(4) == 0 && m_plan.config.lifetimeMs == 0)
            m_plan.config.creditBytes = windows[random.below(windows.size())];
        if (random.below(200) == 0)
            drawLongTexts(random);
        constexpr std::array<std::uint64_t, 3> budgets{500, 4'000, 20'000};
        if (random.below(3) == 0)
            m_plan.config.budgetBytes = budgets[random.below(budgets.size())];
        if (random.below(3) == 0)
            drawPriorities(random);
        if (random.below(2) == 0)
            drawFocus(random);
        if (random.below(3) == 0)
            drawEnds(random);
        if (random.below(3) == 0)
            drawSome(random, Op::Ask, 12);
        if (random.below(8) == 0)
            drawSome(random, Op::Damage, 3);
    }

    void drawLongTexts(Random &random)
    {
        Config &config = m_plan.config;
        config.bytesPerRead = std::max<std::uint64_t>(config.bytesPerRead, 4'096);
        for (std::uint64_t i = 0; i < 2; ++i)
            m_plan.entries.push_back(
                {random.below(config.safetyMs),
                 Op::Give,
                 {random.below(config.accounts * config.clients), random.below(config.conversations),
                  1 + random.below(12), 10'000 + random.below(30'000), 1 + random.below(50)}});
    }

    /// Slower than the product by so much that few commands are too many. Of a stream of its own, too.
    void drawPace()
    {
        Random random = stream(m_plan.config.seed, "pace");
        if (random.below(10) != 0)
            return;
        m_plan.config.commandsAtOnce = 1 + random.below(4);
        m_plan.config.commandsPerSecond = 2 + random.below(20);
    }

    void drawPriorities(Random &random)
    {
        for (Entry &each : m_plan.entries) {
            if (each.op == Op::Give && random.below(2) == 0)
                each.args[6] = random.below(3);
        }
    }

    void drawFocus(Random &random) { drawSome(random, Op::Focus, 8); }

    /// Answers that end too early, and people who want the rest.
    void drawEnds(Random &random)
    {
        for (Entry &each : m_plan.entries) {
            if (each.op == Op::Give)
                each.args[7] = random.below(4) == 0 ? 1 : 0;
        }
        drawSome(random, Op::Continue, 6);
    }

    void drawSome(Random &random, Op op, std::uint64_t most)
    {
        const Config &config = m_plan.config;
        const std::uint64_t count = 1 + random.below(most);
        for (std::uint64_t i = 0; i < count; ++i) {
            Entry entry{random.below(config.safetyMs), op, {random.below(config.accounts * config.clients)}};
            if (op == Op::Damage) {
                entry.args[1] = random.below(1'000);
                entry.args[2] = random.below(2'000);
            } else {
                // Also one that there is not: it is unknown, or nothing is looked at.
                entry.args[1] = random.below(config.conversations + 1);
                entry.args[2] = op == Op::Ask ? random.below(2) : random.below(60);
                entry.args[3] = 1 + random.below(300);
            }
            m_plan.entries.push_back(entry);
        }
    }

    std::uint64_t points() { return oneIn(4) ? 0 : 1 + below(12); }
    std::uint64_t shortly() { return oneOf({0, 20, 200, 1'500, 5'000}); }
    std::uint64_t duration() { return oneOf({100, 900, 3'000, 7'000, 25'000, 70'000}); }

    void drawFault(Op op)
    {
        const std::uint64_t account = below(m_plan.config.accounts);
        switch (op) {
        case Op::Hole:
            return add(op, {client(), below(3), duration(), 0, 0});
        case Op::Cut:
            return add(op, {client(), below(5), 0, 0, 0});
        case Op::KillClient:
            return add(op, {client(), points(), shortly(), 0, 0});
        case Op::PowerClient:
            return add(op, {client(), shortly(), below(101), 0, 0});
        case Op::KillGateway:
            return add(op, {account, points(), oneIn(8) ? 90'000 : shortly(), below(2), 0});
        case Op::DrainGateway:
            return add(op, {account, oneOf({0, 300, 4'000, 15'000}), shortly(), below(2),
                            oneIn(3) ? 1 + below(8) : 0});
        case Op::PowerGateway:
            return add(op, {account, shortly(), below(101), 0, 0});
        case Op::ReplaceGateway:
        case Op::PauseGateway:
            return add(op, {account, duration(), 0, 0, 0});
        case Op::ClockGateway: // half a year, as much as tombstones live, or less
            return add(op, {account, oneOf({0, 5'000, 108'000'000, halfAYearMs}),
                            oneOf({0, 5'000, 108'000'000, halfAYearMs})});
        case Op::Backup:
            return add(op, {account, 0, 0, 0, 0});
        case Op::Restore:
            add(Op::Backup, {account, 0, 0, 0, 0});
            return add(op, {account, shortly(), 0, 0, 0});
        case Op::RestoreProfile:
            add(Op::SaveProfile, {client(), 0, 0, 0, 0});
            return add(op, {client(), shortly(), 0, 0, 0});
        case Op::Slow:
            return add(op, {client(), oneOf({0, 5, 50, 300, 900}), 0, 0, 0});
        case Op::Give:
        case Op::Stop:
        case Op::Delete:
        case Op::Flap:
        case Op::Withdraw:
        case Op::Continue:
        case Op::Ask:
        case Op::Focus:
        case Op::ClockJump: // thirty hours one way or the other, or a few seconds
            return add(op, {client(), oneOf({0, 3'000, 108'000'000}), oneOf({0, 3'000, 108'000'000})});
        case Op::Retry:
        case Op::Offline:
        case Op::NetworkChange:
        case Op::Refuse:
        case Op::Hang:
        case Op::PauseClient:
        case Op::SleepClient:
        case Op::CopyProfile:
        case Op::SaveProfile:
        case Op::LoseClient:
        case Op::DiskFull:
        case Op::Damage:
            break;
        }
        add(op, {client(), duration(), 0, 0, 0});
    }

    Random m_random;
    Stores m_stores;
    Plan m_plan;
};

} // namespace

Plan generate(std::uint64_t seed, Stores stores) { return Generator(seed, stores).draw(); }

} // namespace holdfast::sim
