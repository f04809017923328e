// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/reallog.h"

#include "model/protocol/codec.h"
#include "model/store/migrations.h"
#include "tests/simulation/generatedtext.h"
#include "tests/simulation/storelife.h"

namespace holdfast::sim {

namespace {

/// What is the same whenever the same commits were made.
const std::vector<const char *> queries{
    "SELECT * FROM meta ORDER BY key",        "SELECT * FROM lineage ORDER BY from_seq",
    "SELECT * FROM event ORDER BY seq",       "SELECT * FROM device ORDER BY id",
    "SELECT * FROM command ORDER BY id",      "SELECT * FROM conversation ORDER BY id",
    "SELECT * FROM item ORDER BY id",         "SELECT * FROM foretold ORDER BY message",
    "SELECT * FROM part ORDER BY item, start"};

constexpr std::size_t everything = 1U << 30U; ///< that read() gives at once
constexpr std::size_t eventsPerPage = 200;    ///< as it does

template<class Value>
Result<> done(const Result<Value> &result)
{
    return result ? Result<>() : tl::unexpected(result.error());
}

gate::Effects effectsOf(const LogState::Transaction &transaction)
{
    gate::Effects effects;
    effects.error = transaction.answer->result.error;
    effects.events = transaction.events;
    effects.foretells = transaction.foretelling;
    for (const LogBody &body : transaction.events) {
        if (const auto *message = std::get_if<logged::MessageAdded>(&body))
            effects.texts.push_back({message->item, generatedText(message->item, 0, 0, message->length)});
    }
    return effects;
}

} // namespace

RealLog::RealLog(Judge &judge, Marks &marks, std::uint64_t seed, std::string account)
    : m_judge(judge), m_marks(marks), m_random(seed), m_account(std::move(account)), m_disk(m_random.next())
{
    m_disk.use();
    mustBe(Database::open(file(), Database::Mode::Write, migrations::ofGatewayLog()).has_value(),
           "cannot be made");
    m_commits.begin(digest());
}

RealLog::~RealLog()
{
    m_disk.cut();
    m_disk.use();
    m_logs.clear();
}

void RealLog::mustBe(bool isSame, const char *what)
{
    if (!isSame)
        m_judge.broken("store_differs_from_its_model", "the log of account " + m_account + ": " + what);
}

GatewayLog *RealLog::of(Process process)
{
    m_disk.use();
    const auto found = m_logs.find(process);
    mustBe(found != m_logs.end(), "is not open");
    return found == m_logs.end() ? nullptr : found->second.get();
}

std::uint64_t RealLog::digest()
{
    m_disk.use();
    return test::digestOf(file(), queries);
}

/// A process that was frozen has it open, too, as where the lock of a file does not hold (network file
/// systems).
Result<> RealLog::open(Process process, const LogState::Start &start, const LogState &before)
{
    std::error_code ignored;
    std::filesystem::remove(file().string() + ".lock", ignored);
    GatewayLog::Options options;
    options.dir = m_disk.dir();
    options.bootId = start.boot;
    options.newEpoch = [isNew = start.epoch != before.epoch, &start]() mutable {
        return std::exchange(isNew, false) ? start.epoch : start.lineage;
    };
    auto opened = GatewayLog::open(std::move(options));
    if (!opened)
        return tl::unexpected(opened.error());
    mustBe((*opened)->epoch() == start.epoch, "began or kept its epoch where the model did not");
    mustBe((*opened)->head() == before.head(), "has another head");
    mustBe((*opened)->floor() == before.floor, "has another floor");
    m_logs[process] = std::move(*opened);
    return {};
}

Result<> RealLog::write(Process process, const LogState::Transaction &transaction, Durability durability,
                        const LogState &before)
{
    if (transaction.start)
        return open(process, *transaction.start, before);
    GatewayLog *log = of(process);
    if (!log)
        return failure(Error::Code::Io, "it is not open");
    if (transaction.leases == LogState::Leases::Taken)
        return done(log->takeRuns());
    if (transaction.compactsAtMs)
        return done(log->compact(*transaction.compactsAtMs));
    if (transaction.stop == LogState::Stop::Clean)
        return log->closeCleanly();
    if (const auto &growth = transaction.growth) {
        const std::string text = generatedText(growth->item, before.state(growth->item).gen, growth->from,
                                               growth->length - growth->from);
        return done(log->appendText(growth->item, growth->from, text));
    }
    if (!transaction.answer)
        return done(log->append(transaction.events, durability));
    const frame::Result &should = transaction.answer->result;
    frame::Command command;
    command.seq = should.seq;
    command.id = should.id;
    const auto result = log->accept(transaction.answer->device, command, effectsOf(transaction));
    mustBe(!result || *result == should, "answers a command otherwise");
    return done(result);
}

Durability RealLog::perform(Process process, const LogState::Transaction &transaction, Durability durability,
                            const LogState &before)
{
    m_disk.use();
    if (const auto written = write(process, transaction, durability, before); !written)
        mustBe(false, ("does not take what its model takes: " + written.error().detail).c_str());
    return m_commits.add(digest(), durability);
}

void RealLog::refuses(Process process, const LogState::Transaction &transaction, const LogState &before)
{
    const auto written = write(process, transaction, Durability::Usual, before);
    mustBe(!written && written.error().code == Error::Code::Gone, "takes what its model refuses");
    mustBe(m_commits.heldBy(digest(), Blow::Kill).fault.empty(), "keeps what it refuses");
}

void RealLog::close(Process process)
{
    m_disk.use();
    m_logs.erase(process);
}

void RealLog::leaves(Process process)
{
    close(process);
    m_commits.begin(digest()); // the last to close it syncs it
}

/// Who closes it while another process has it open writes nothing.
void RealLog::isKilled(Process process)
{
    if (!m_logs.contains(process))
        return;
    if (m_logs.size() > 1)
        return close(process);
    m_disk.cut();
    close(process);
    m_disk.restart(Blow::Kill);
    mustBe(m_commits.heldBy(digest(), Blow::Kill).fault.empty(), "has lost something in a kill");
}

std::size_t RealLog::losePower()
{
    m_disk.cut();
    m_disk.restart(Blow::PowerLoss);
    m_marks.hit(Mark::RealLogRecovered);
    const CommitHistory::Held held = m_commits.heldBy(digest(), Blow::PowerLoss);
    mustBe(held.fault.empty(), held.fault.c_str());
    m_commits.begin(digest());
    return held.commits;
}

void RealLog::replace(const RealDisk::Image &files)
{
    m_disk.restart(Blow::Kill);
    m_disk.put(files);
    m_commits.begin(digest());
}

void RealLog::read(Process process, const gate::event::LogRead &should)
{
    const GatewayLog *log = of(process);
    const auto is = log ? log->read(should.after, everything) : failure(Error::Code::Io, "");
    if (!is || is->events.size() < should.events.size())
        return mustBe(false, "has fewer events");
    for (std::size_t i = 0; i < should.events.size(); ++i)
        mustBe(is->events[i].seq == should.events[i].seq &&
                   codec::encodeBody(is->events[i].body) == codec::encodeBody(should.events[i].body),
               "has another event");
    for (const gate::TextState &text : should.texts)
        mustBe(std::ranges::find(is->texts, text) != is->texts.end(), "begins another text");
    const auto lineage = log->lineageAt(should.upTo);
    mustBe(lineage && *lineage == should.lineage, "was written by another start");
}

/// The model may end inside of a character.
void RealLog::read(Process process, const TailPosition &position, const std::string &should)
{
    constexpr std::size_t restOfCharacter = 3;
    const GatewayLog *log = of(process);
    const auto is = log ? log->readText(position.item, position.offset, should.size()) : std::string();
    mustBe(is && should.starts_with(*is) && is->size() + restOfCharacter >= should.size(),
           "reads another text");
}

void RealLog::read(Process process, const gate::TextState &should)
{
    const GatewayLog *log = of(process);
    const auto is = log ? log->textState(should.item) : gate::TextState();
    mustBe(is && *is == should, "has another state of a text");
}

void RealLog::answer(Process process, const DeviceId &device, const frame::Command &command,
                     const std::optional<frame::Result> &should)
{
    const GatewayLog *log = of(process);
    const auto is = log ? log->answered(device, command) : std::optional<frame::Result>();
    const bool isSame = is && is->has_value() == should.has_value() &&
                        (!should || ((*is)->seq == should->seq && (*is)->id == should->id &&
                                     (*is)->error == should->error && (*is)->head <= should->head));
    mustBe(isSame, "remembers another answer"); // who was replaced knows an older head
}

void RealLog::bear(Process process, const frame::Command &command, const gate::CommandContext &should)
{
    const GatewayLog *log = of(process);
    const auto is = log ? log->contextOf(command) : gate::CommandContext();
    mustBe(is && is->conversation == should.conversation && is->after == should.after &&
               is->target == should.target && is->foretold == should.foretold,
           "knows something else that bears on a command");
}

void RealLog::greet(Process process, const DeviceId &device, const Cursor &cursor, const LogState &model)
{
    const GatewayLog *log = of(process);
    const auto acked = log ? log->ackedCommand(device) : 0;
    const auto lineage = log ? log->lineageAt(cursor.seq) : std::string();
    mustBe(acked && *acked == model.acked(device), "has another high-water");
    mustBe(lineage && *lineage == model.lineageAt(cursor.seq), "has another lineage");
}

void RealLog::compare(Process process, const LogState &model)
{
    for (gate::event::LogRead page; page.after < model.head(); page.after = page.upTo) {
        page = model.read(LinkId::None, page.after, eventsPerPage);
        read(process, page);
    }
    for (const auto &[id, text] : model.texts) {
        const gate::TextState state = model.state(id);
        read(process, state);
        read(process, {id, state.gen, 0}, generatedText(id, state.gen, 0, state.length));
    }
    const GatewayLog *log = of(process);
    const auto is = log ? log->openRuns() : std::vector<GatewayLog::OpenRun>();
    const auto should = model.openRuns();
    mustBe(
        is && std::ranges::equal(
                  *is, should, {}, [](const auto &run) { return run.start.item; }, &logged::RunStarted::item),
        "has other open runs");
    mustBe(test::integrityOf(file()) == "ok", "is damaged");
}

} // namespace holdfast::sim
