// SPDX-License-Identifier: Apache-2.0
// Power losses of the real stores. One seed repeats one loss: test_simulation_powerloss --seed N
#include "tests/simulation/crashvfs.h"
#include "tests/simulation/storelife.h"
#include "tests/support/tempdir.h"

#include <QTest>

#include <cstdio>

using namespace holdfast;
using namespace holdfast::test;

namespace {

#ifdef __SANITIZE_ADDRESS__ // ten times slower
constexpr std::uint64_t lossesWanted = 1'000;
#else
constexpr std::uint64_t lossesWanted = 10'000;
#endif

/// Losses of one script: a rehearsal costs as much as two of them.
constexpr std::uint64_t lossesPerScript = 10;

struct Count {
    std::uint64_t losses{0};
    std::uint64_t inRecovery{0};
    std::uint64_t withLoss{0}; ///< where a step that had returned was gone
    std::uint64_t lost{0};     ///< such steps
    std::vector<std::string> violations;
};

class Losses
{
public:
    Losses(const std::filesystem::path &dir, CrashDisk::Syncs syncs) : m_dir(dir), m_syncs(syncs) {}

    /// One script, and the power losses of these seeds.
    void run(std::uint64_t first, std::uint64_t count)
    {
        const std::uint64_t script = first / lossesPerScript;
        const std::string name = std::to_string(script);
        const auto dir = m_dir / name;
        const auto life = [&] {
            return script % 2 == 0 ? replicaLife(script, dir) : gatewayLife(script, dir);
        };
        Rehearsal rehearsal;
        {
            CrashDisk disk(script);
            const CrashVfs vfs(disk);
            const auto rehearsed = life();
            rehearsal = rehearse(*rehearsed, disk);
        }
        for (std::uint64_t seed = first; seed < first + count; ++seed) {
            const auto struck = life();
            lose(*struck, rehearsal, seed);
        }
        std::filesystem::remove_all(dir);
    }
    const Count &count() const { return m_count; }

private:
    void lose(StoreLife &life, const Rehearsal &rehearsal, std::uint64_t seed)
    {
        Random random(seed);
        CrashDisk disk(random.next());
        disk.setSyncs(m_syncs);
        const CrashVfs vfs(disk);
        // Some are lost while the file is made.
        const bool isFresh = random.below(8) == 0;
        if (!isFresh)
            disk.load(rehearsal.before);
        const CrashDisk::Fault loss{CrashDisk::Kind::PowerLoss, 1 + random.below(rehearsal.ops)};
        if (isFresh)
            disk.arm(loss);
        Lived lived;
        if (life.open(StoreLife::Boot::Same)) {
            if (!isFresh)
                disk.arm(loss);
            lived = live(life, rehearsal);
        }
        disk.cutPower();
        life.close();
        ++m_count.losses;
        disk.restartAfterPowerLoss();
        if (random.below(5) == 0) {
            ++m_count.inRecovery;
            disk.arm({CrashDisk::Kind::PowerLoss, 1 + random.below(30)});
            (void)life.open(StoreLife::Boot::Other);
            disk.cutPower();
            life.close();
            disk.restartAfterPowerLoss();
        }
        const Found found = examine(life, rehearsal, lived, StoreLife::Boot::Other);
        life.close();
        m_count.lost += found.lost;
        m_count.withLoss += found.lost > 0 ? 1 : 0;
        if (!found.violation.empty())
            m_count.violations.push_back("seed " + std::to_string(seed) + ": " + found.violation);
    }
    std::filesystem::path m_dir;
    CrashDisk::Syncs m_syncs;
    Count m_count;
};

Count lossesOf(std::uint64_t first, std::uint64_t count, CrashDisk::Syncs syncs)
{
    const TempDir dir;
    Losses losses(dir.path(), syncs);
    for (std::uint64_t seed = first; seed < first + count;) {
        const std::uint64_t end = std::min(first + count, (seed / lossesPerScript + 1) * lossesPerScript);
        losses.run(seed, end - seed);
        seed = end;
    }
    return losses.count();
}

void print(const char *what, const Count &count)
{
    std::printf("%s: %llu power losses, %llu of them again in recovery; %llu lost %llu usual commits, "
                "%zu broke a promise\n",
                what, static_cast<unsigned long long>(count.losses),
                static_cast<unsigned long long>(count.inRecovery),
                static_cast<unsigned long long>(count.withLoss), static_cast<unsigned long long>(count.lost),
                count.violations.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(5, count.violations.size()); ++i)
        std::printf("  %s\n", count.violations[i].c_str());
}

bool speaksOf(const Count &count, std::string_view word)
{
    return std::ranges::any_of(count.violations,
                               [&](const std::string &each) { return each.find(word) != std::string::npos; });
}

} // namespace

class PowerLossSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { checkpointOften(); }

    void everyDurableCommitIsThere_andTheRestIsAPrefix()
    {
        const Count count = lossesOf(0, lossesWanted, CrashDisk::Syncs::Kept);

        print("an honest disk", count);
        QVERIFY2(count.violations.empty(), count.violations.empty() ? "" : count.violations[0].c_str());
        QVERIFY(count.lost > 0); // else nothing was at stake
        QVERIFY(count.inRecovery > lossesWanted / 10);
    }

    void findsDurableCommitsThatWereNotSynced()
    {
        const Count count = lossesOf(0, 400, CrashDisk::Syncs::KeptAtCheckpoints);

        print("no sync at a commit", count);
        QVERIFY(speaksOf(count, "lost what had to survive"));
        QVERIFY(!speaksOf(count, "damaged"));
    }

    void findsWhatADiskThatLiesDestroys()
    {
        const Count count = lossesOf(0, 400, CrashDisk::Syncs::Ignored);

        print("a disk that lies", count);
        QVERIFY(speaksOf(count, "lost what had to survive"));
        QVERIFY(speaksOf(count, "damaged") || speaksOf(count, "cannot be opened again"));
    }
};

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    if (argc == 3 && std::string_view(argv[1]) == "--seed") {
        checkpointOften();
        const Count count = lossesOf(std::stoull(argv[2]), 1, CrashDisk::Syncs::Kept);
        print(argv[2], count);
        return count.violations.empty() ? 0 : 1;
    }
    PowerLossSpec spec;
    return QTest::qExec(&spec, argc, argv);
}
#include "tst_powerloss.moc"
