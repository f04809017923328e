// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/realreplica.h"

#include "model/store/historyreader.h"
#include "tests/simulation/generatedtext.h"
#include "tests/simulation/storelife.h"

namespace holdfast::sim {

namespace {

/// What is the same whenever the same commits were made.
const std::vector<const char *> queries{
    "SELECT * FROM meta ORDER BY key",          "SELECT * FROM conversation ORDER BY id",
    "SELECT * FROM item ORDER BY id",           "SELECT * FROM part ORDER BY item, start",
    "SELECT * FROM seam ORDER BY item, offset", "SELECT * FROM checkpoint ORDER BY item, length",
    "SELECT * FROM command ORDER BY position"};

std::string differs(const OpenText &is, const OpenText &should)
{
    const bool isSame = is.item == should.item && is.source == should.source &&
                        is.conversation == should.conversation && is.tail.gen() == should.tail.gen() &&
                        is.tail.length() == should.tail.length() && is.tail.sha256() == should.tail.sha256();
    return isSame ? "" : "the open text " + should.item.value + " is another one";
}

std::string differs(const ClientSession::Restored &is, const ClientSession::Restored &should)
{
    if (is.device != should.device)
        return "its device is " + is.device.value + ", not " + should.device.value;
    if (is.cursor != should.cursor)
        return "its cursor is " + toString(is.cursor) + ", not " + toString(should.cursor);
    if (is.telling != should.telling)
        return "its telling came to another end";
    if (is.commands != should.commands || is.parked != should.parked || is.sentBefore != should.sentBefore ||
        is.unseen != should.unseen)
        return "its outbox is another one";
    if (is.nextSeq != should.nextSeq)
        return "its next number is another one";
    if (is.texts.size() != should.texts.size())
        return "other texts are open";
    for (std::size_t i = 0; i < is.texts.size(); ++i) {
        if (std::string words = differs(is.texts[i], should.texts[i]); !words.empty())
            return words;
    }
    return {};
}

/// What was accepted is no business of the outbox any more.
std::string differs(const std::vector<OutboxEntry> &is, const ReplicaState &should)
{
    static_assert(static_cast<int>(CommandState::Parked) == static_cast<int>(ReplicaState::State::Parked));
    auto entry = is.begin();
    for (const ReplicaState::Stored &each : should.commands) {
        if (each.state == ReplicaState::State::Accepted)
            continue;
        if (entry == is.end() || entry->command != each.command || entry->error != each.error ||
            static_cast<int>(entry->state) != static_cast<int>(each.state))
            return "in its outbox " + each.command.id.value + " is not as it should be";
        ++entry;
    }
    return entry == is.end() ? "" : "in its outbox is more than there should be";
}

} // namespace

RealReplica::RealReplica(Judge &judge, Marks &marks, std::uint64_t seed, std::string device,
                         const RealDisk::Image &files)
    : m_judge(judge), m_marks(marks), m_random(seed), m_device(std::move(device)), m_disk(m_random.next())
{
    replace(files);
}

RealReplica::~RealReplica()
{
    m_disk.cut();
    close();
}

void RealReplica::broken(const std::string &detail)
{
    m_judge.broken("store_differs_from_its_model", "the replica of " + m_device + ": " + detail);
}

bool RealReplica::open()
{
    m_disk.use();
    Replica::Options options;
    options.dataDir = m_disk.dir();
    options.wallClock = [] { return WallTime{1'764'000'000'000}; };
    options.newDeviceId = [this] { return m_device; };
    auto opened = Replica::open(std::move(options));
    if (!opened)
        return false;
    m_replica = std::move(*opened);
    if (!m_replica->damagedCopy().empty())
        broken("it was set aside as damaged");
    return true;
}

void RealReplica::close()
{
    m_disk.use();
    m_replica.reset();
}

void RealReplica::replace(const RealDisk::Image &files)
{
    m_disk.cut();
    close();
    m_disk.restart(Blow::Kill);
    m_disk.put(files);
    if (!open())
        return broken("it cannot be opened");
    m_commits.begin(digest());
}

std::uint64_t RealReplica::digest()
{
    m_disk.use();
    return test::digestOf(replicaFile(m_disk.dir()), queries);
}

std::optional<Durability> RealReplica::perform(const std::vector<Change> &changes, Durability durability)
{
    m_disk.use();
    if (!m_replica || !m_replica->perform(changes, durability)) {
        m_commits.fail();
        return std::nullopt;
    }
    return m_commits.add(digest(), durability);
}

ClientSession::Restored RealReplica::restore(const ClientSession::Restored &should)
{
    m_disk.use();
    auto restored = m_replica ? m_replica->restore() : failure(Error::Code::Io, "it is not open");
    if (!restored) {
        broken("it cannot be restored: " + restored.error().detail);
        return should;
    }
    if (const std::string words = differs(*restored, should); !words.empty())
        broken(words);
    m_commits.look(digest());
    return std::move(*restored);
}

std::size_t RealReplica::reopen(Blow blow)
{
    m_disk.cut();
    close();
    m_disk.restart(blow);
    constexpr std::uint64_t again = 5;
    if (blow == Blow::PowerLoss && m_random.below(again) == 0) {
        m_marks.hit(Mark::CrashInRecovery);
        m_disk.arm(test::CrashDisk::Kind::PowerLoss, 1 + m_random.below(30));
        (void)open();
        m_disk.cut();
        close();
        m_disk.restart(blow);
    }
    m_marks.hit(Mark::RealStoreRecovered);
    if (!open()) {
        broken("it cannot be opened again");
        return m_commits.size();
    }
    const CommitHistory::Held held = m_commits.heldBy(digest(), blow);
    if (!held.fault.empty())
        broken(held.fault);
    m_commits.begin(digest());
    return held.commits;
}

void RealReplica::compare(const ReplicaState &model)
{
    m_disk.use();
    const auto reader = HistoryReader::open(m_disk.dir());
    if (!reader)
        return broken("nobody can read it");
    for (const auto &[id, item] : model.items) {
        const auto row = (*reader)->item(id);
        const auto text = (*reader)->text(id, 0);
        if (!row || !*row || !text)
            return broken(id.value + " is not there");
        if ((*row)->isVerified != (item.verdict == change::Verdict::Verified))
            return broken(id.value + " has another verdict");
        if (text->size() != item.length || !isGenerated(id, item.gen, 0, *text))
            return broken("the text of " + id.value + " has " + std::to_string(text->size()) +
                          " bytes or others, not " + std::to_string(item.length));
    }
    const auto outbox = (*reader)->outbox();
    if (!outbox)
        return broken("nobody can read its outbox");
    if (const std::string words = differs(*outbox, model); !words.empty())
        return broken(words);
}

} // namespace holdfast::sim
