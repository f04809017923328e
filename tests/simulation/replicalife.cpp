// SPDX-License-Identifier: Apache-2.0
// What a client's session tells its replica.
#include "model/store/replica.h"
#include "model/text/prefixhash.h"
#include "tests/simulation/storelife.h"
#include "tests/support/memorystores.h"

#include <map>

namespace holdfast::test {

namespace {

struct Commit {
    std::vector<Change> changes;
    Durability durability{Durability::Usual};
};

/// Draws commits as ClientSession makes them.
class Writer
{
public:
    explicit Writer(std::uint64_t seed) : m_random(seed) {}

    Commit next()
    {
        const std::uint64_t lot = m_random.below(100);
        if (lot < 15)
            return enqueue();
        if (lot < 28 && m_queued > 0)
            return number();
        if (lot < 40 && !m_sent.empty())
            return settle();
        if (lot < 55 || m_open.empty())
            return begin();
        if (lot < 85)
            return grow();
        if (lot < 94)
            return finish();
        if (lot < 96)
            return {{change::OpenSeams{positions()}}};
        if (lot < 98)
            return {
                {change::StoreAgents{{{{"guide"}, "Guide " + std::to_string(lot), "", "", "", true, ""}}}}};
        return lot == 98 ? fork() : reset();
    }

private:
    Commit enqueue()
    {
        frame::Command command;
        command.id = {"m" + std::to_string(++m_commands)};
        command.name = "send";
        command.conversation = {"c" + std::to_string(m_random.below(3))};
        command.text = truthOf(command.id.value, 0, 1 + m_random.below(600));
        m_waiting.push_back({command.id, 0});
        ++m_queued;
        return {{change::Enqueue{command}}, Durability::Durable};
    }
    Commit number()
    {
        change::Number number;
        for (auto &[id, seq] : m_waiting) {
            if (seq != 0)
                continue;
            seq = m_nextSeq++;
            number.pairs.push_back({id, seq});
            m_sent.push_back(id);
        }
        m_queued = 0;
        return {{number}, Durability::Durable};
    }
    Commit settle()
    {
        const CommandId id = m_sent.front();
        m_sent.erase(m_sent.begin());
        std::erase_if(m_waiting, [&](const auto &each) { return each.id == id; });
        return {{change::Settle{id, m_random.below(5) == 0 ? "too_large" : ""}}};
    }
    change::ApplyLog log(LogBody body) { return {{m_epoch, ++m_seq, "a0"}, {{m_seq, std::move(body)}}}; }
    Commit begin()
    {
        logged::RunStarted start;
        start.conversation = {"c" + std::to_string(m_random.below(3))};
        start.item = {"a" + std::to_string(++m_items)};
        m_open[start.item] = 0;
        return {{log(start)}};
    }
    Commit grow()
    {
        auto text = m_open.begin();
        std::advance(text, static_cast<long>(m_random.below(m_open.size())));
        const std::size_t size = m_random.below(20) == 0 ? 20'000 : 1 + m_random.below(1500);
        Commit commit{{change::WriteTail{text->first, 0, text->second,
                                         truthOf(text->first.value, text->second, size)}}};
        text->second += size;
        return commit;
    }
    Commit finish()
    {
        const auto [item, length] = *m_open.begin();
        m_open.erase(m_open.begin());
        PrefixHash hash;
        hash.append(truthOf(item.value, 0, length));
        logged::RunFinished end;
        end.item = item;
        end.length = length;
        end.sha256 = hash.hex();
        return {{log(end), change::FinishItem{item, change::Verdict::Verified}}};
    }
    Commit fork()
    {
        for (auto &[id, seq] : m_waiting)
            seq = 0;
        m_sent.clear();
        m_queued = m_waiting.size();
        m_nextSeq = 1;
        return {{change::BeginDevice{{"d" + std::to_string(m_items)}}}, Durability::Durable};
    }
    Commit reset()
    {
        m_epoch += "x";
        m_seq = 0;
        return {{change::BeginEpoch{{m_epoch, 0, ""}}}};
    }
    std::vector<TailPosition> positions() const
    {
        std::vector<TailPosition> positions;
        for (const auto &[item, length] : m_open)
            positions.push_back({item, 0, length});
        return positions;
    }

    struct Waiting {
        CommandId id;
        std::uint64_t seq{0};
    };
    Random m_random;
    int m_commands{0};
    int m_items{0};
    std::size_t m_queued{0};
    std::uint64_t m_nextSeq{1};
    std::string m_epoch{"e"};
    std::uint64_t m_seq{0};
    std::vector<Waiting> m_waiting;
    std::vector<CommandId> m_sent;
    std::map<ItemId, std::uint64_t> m_open;
};

class ReplicaLife : public StoreLife
{
public:
    ReplicaLife(std::uint64_t seed, std::filesystem::path dir) : m_dir(std::move(dir))
    {
        Random random(seed);
        Writer writer(random.next());
        const std::uint64_t count = 10 + random.below(50);
        for (std::uint64_t i = 0; i < count; ++i)
            m_commits.push_back(writer.next());
    }

    Result<> open(Boot) override
    {
        Replica::Options options;
        options.dataDir = m_dir;
        options.wallClock = [] { return WallTime{1'700'000'000'000}; };
        options.newDeviceId = [] { return "d1"; };
        auto opened = Replica::open(std::move(options));
        if (!opened)
            return tl::unexpected(opened.error());
        m_replica = std::move(*opened);
        if (!m_replica->damagedCopy().empty())
            return failure(Error::Code::Damaged, "it was set aside");
        return {};
    }
    void close() override { m_replica.reset(); }
    std::size_t size() const override { return m_commits.size(); }
    Result<> perform(std::size_t step) override
    {
        const auto done = m_replica->perform(m_commits[step].changes, m_commits[step].durability);
        return done ? Result<>() : tl::unexpected(done.error());
    }
    Durability durability(std::size_t step) const override { return m_commits[step].durability; }
    Result<> performMore() override
    {
        const auto done = m_replica->perform({change::StoreAgents{}}, Durability::Durable);
        return done ? Result<>() : tl::unexpected(done.error());
    }
    std::filesystem::path file() const override { return replicaFile(m_dir); }
    std::vector<const char *> queries() const override
    {
        return {"SELECT * FROM meta ORDER BY key",          "SELECT * FROM conversation ORDER BY id",
                "SELECT * FROM item ORDER BY id",           "SELECT * FROM part ORDER BY item, start",
                "SELECT * FROM seam ORDER BY item, offset", "SELECT * FROM command ORDER BY position"};
    }
    std::string judge(const Outcome &outcome) override;

private:
    std::filesystem::path m_dir;
    std::vector<Commit> m_commits;
    std::unique_ptr<Replica> m_replica;
};

/// Every number that had left the machine is below the next one.
std::uint64_t numbersGiven(const std::vector<Commit> &commits, std::size_t count)
{
    std::uint64_t highest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        for (const Change &each : commits[i].changes) {
            if (std::holds_alternative<change::BeginDevice>(each))
                highest = 0; // another name, other numbers
            else if (const auto *number = std::get_if<change::Number>(&each))
                highest = std::max(highest, number->pairs.back().seq);
        }
    }
    return highest;
}

std::string differs(const ClientSession::Restored &is, const ClientSession::Restored &should)
{
    if (is.cursor != should.cursor)
        return "the cursor is not that of what is stored";
    if (is.commands != should.commands)
        return "the outbox is another one";
    if (is.nextSeq != should.nextSeq)
        return "the next number is another one";
    if (is.texts.size() != should.texts.size())
        return "other texts are open";
    for (std::size_t i = 0; i < is.texts.size(); ++i) {
        const OpenText &text = is.texts[i];
        PrefixHash truth;
        truth.append(truthOf(text.item.value, 0, text.tail.length()));
        if (text.item != should.texts[i].item || text.tail.length() != should.texts[i].tail.length() ||
            text.tail.sha256() != truth.hex())
            return "the text of " + text.item.value + " is not the beginning of what was sent";
    }
    return {};
}

/// The same steps told to a store in memory must give the same start.
std::string ReplicaLife::judge(const Outcome &outcome)
{
    const auto restored = m_replica->restore();
    if (!restored)
        return "cannot be restored: " + restored.error().detail;
    MemoryReplica memory;
    for (std::size_t i = 0; i < outcome.stored; ++i)
        memory.perform(m_commits[i].changes);
    if (const std::string difference = differs(*restored, memory.restore()); !difference.empty())
        return difference;
    if (restored->nextSeq <= numbersGiven(m_commits, std::max(outcome.returned, outcome.stored)))
        return "a number may be given twice";
    const auto more = performMore();
    return more ? "" : "cannot go on: " + more.error().detail;
}

} // namespace

std::unique_ptr<StoreLife> replicaLife(std::uint64_t seed, const std::filesystem::path &dir)
{
    return std::make_unique<ReplicaLife>(seed, dir);
}

} // namespace holdfast::test
