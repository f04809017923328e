// SPDX-License-Identifier: Apache-2.0
// Every operation of the stores on their disk fails: each once, and each for ever (the loop of SQLite's own
// tests: the first, the second, … until it runs through). A failed sync behaves as on Linux: what could not
// be written is forgotten as if it had been.
#include "model/store/database.h"
#include "tests/simulation/crashvfs.h"
#include "tests/simulation/storelife.h"
#include "tests/support/tempdir.h"

#include <QTest>

#include <cstdio>

using namespace holdfast;
using namespace holdfast::test;

namespace {

using Make = std::unique_ptr<StoreLife> (*)(std::uint64_t, const std::filesystem::path &);
using Boot = StoreLife::Boot;

/// What comes after the fault.
enum class Then {
    Kill,     ///< a new start finds what the old one left
    Power,    ///< the machine goes down at once
    GoOn,     ///< a new start does the rest
    GoOnPower ///< and then the machine goes down
};

struct Case {
    CrashDisk::Fault fault;
    Then then{Then::Kill};
};

class Trial
{
public:
    Trial(Make make, std::uint64_t seed) : m_make(make), m_seed(seed)
    {
        CrashDisk disk(seed);
        const CrashVfs vfs(disk);
        m_rehearsal = rehearse(*life(), disk);
    }

    /// \returns whether the operation existed.
    bool strikeLife(const Case &trial)
    {
        const auto struck = life();
        CrashDisk disk(trial.fault.at);
        const CrashVfs vfs(disk);
        disk.load(m_rehearsal.before);
        if (!struck->open(Boot::Same))
            return note(trial, "cannot be opened"), false;
        disk.arm(trial.fault);
        const Lived lived = live(*struck, m_rehearsal);
        const bool exists = disk.hasStruck();
        if (exists)
            judge(trial, *struck, disk, lived);
        struck->close();
        return exists;
    }
    /// The same while the store is opened, and its file made.
    bool strikeOpening(const Case &trial)
    {
        const auto struck = life();
        CrashDisk disk(trial.fault.at);
        const CrashVfs vfs(disk);
        disk.arm(trial.fault);
        const auto opened = struck->open(Boot::Same);
        const bool exists = disk.hasStruck();
        if (!opened && opened.error().code != Error::Code::Io)
            note(trial, "takes a refusal of the disk for damage: " + opened.error().detail);
        struck->close();
        ++m_cases;
        again(disk, trial.then);
        const auto later = struck->open(Boot::Same);
        if (!later)
            note(trial, "cannot be opened later: " + later.error().detail);
        else if (live(*struck, m_rehearsal).returned != struck->size())
            note(trial, "cannot be used later");
        struck->close();
        return exists;
    }
    std::size_t cases() const { return m_cases; }
    const std::vector<std::string> &violations() const { return m_violations; }

private:
    std::unique_ptr<StoreLife> life() { return m_make(m_seed, m_dir.path()); }
    static void again(CrashDisk &disk, Then then)
    {
        if (then == Then::Power || then == Then::GoOnPower)
            disk.restartAfterPowerLoss();
        else
            disk.restartAfterKill();
    }

    void judge(const Case &trial, StoreLife &struck, CrashDisk &disk, Lived lived)
    {
        ++m_cases;
        const bool hasFailed = lived.tried > lived.returned;
        if (!hasFailed && trial.fault.extent == CrashDisk::Extent::ForEver && struck.performMore())
            return note(trial, "a disk that refuses everything was not noticed");
        disk.arm({}); // the disk is well again
        if (hasFailed && struck.performMore())
            return note(trial, "the store was used again after an error");
        struck.close();
        const bool goesOn = trial.then == Then::GoOn || trial.then == Then::GoOnPower;
        if (goesOn) {
            disk.restartAfterKill();
            const auto opened = struck.open(Boot::Same);
            const auto stored = opened ? storedSteps(struck, m_rehearsal, lived.tried) : std::nullopt;
            if (!stored || *stored < lived.returned)
                return note(trial, "a start after it did not find what had returned");
            lived.returned = *stored;
            lived = live(struck, m_rehearsal, lived);
            if (lived.returned != struck.size())
                return note(trial, "a start after it could not do the rest");
            if (trial.then == Then::GoOnPower)
                disk.cutPower();
            struck.close();
        }
        again(disk, trial.then);
        const bool isPower = trial.then == Then::Power || trial.then == Then::GoOnPower;
        const Found found = examine(struck, m_rehearsal, lived, isPower ? Boot::Other : Boot::Same);
        if (!found.violation.empty())
            note(trial, found.violation);
    }
    void note(const Case &trial, const std::string &what)
    {
        m_violations.push_back("script " + std::to_string(m_seed) + ", fault " +
                               std::to_string(static_cast<int>(trial.fault.kind)) + " extent " +
                               std::to_string(static_cast<int>(trial.fault.extent)) + " at operation " +
                               std::to_string(trial.fault.at) + ", then " +
                               std::to_string(static_cast<int>(trial.then)) + ": " + what);
    }

    Make m_make;
    std::uint64_t m_seed;
    TempDir m_dir;
    Rehearsal m_rehearsal;
    std::size_t m_cases{0};
    std::vector<std::string> m_violations;
};

std::unique_ptr<Database> withNotes(const std::filesystem::path &file)
{
    auto database = Database::open(file, Database::Mode::Write).value();
    return database->run("CREATE TABLE note (text TEXT)") ? std::move(database) : nullptr;
}

Result<> addNote(Database &database)
{
    return database.transaction(Durability::Usual,
                                [&] { return database.run("INSERT INTO note (text) VALUES ('x')"); });
}

} // namespace

class StoreFaultsSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { checkpointOften(); }

    void eachOperationFails_data()
    {
        QTest::addColumn<bool>("isGateway");
        QTest::addColumn<int>("seed");
        QTest::addRow("replica") << false << 3;
        QTest::addRow("gateway's log") << true << 4;
    }
    /// An error is told, the store is final, and a new start finds a prefix with everything that was
    /// promised.
    void eachOperationFails()
    {
        QFETCH(bool, isGateway);
        QFETCH(int, seed);
        Trial trial(isGateway ? gatewayLife : replicaLife, static_cast<std::uint64_t>(seed));

        for (const auto kind : {CrashDisk::Kind::IoError, CrashDisk::Kind::Full}) {
            for (const auto extent : {CrashDisk::Extent::Once, CrashDisk::Extent::ForEver}) {
                for (const auto then : {Then::Kill, Then::Power, Then::GoOn, Then::GoOnPower}) {
                    for (std::uint64_t at = 1; trial.strikeLife({{kind, at, extent}, then}); ++at) {
                    }
                    for (std::uint64_t at = 1; trial.strikeOpening({{kind, at, extent}, then}); ++at) {
                    }
                }
            }
        }

        std::printf("%s: %zu cases\n", QTest::currentDataTag(), trial.cases());
        const auto &violations = trial.violations();
        for (std::size_t i = 0; i < std::min<std::size_t>(violations.size(), 8); ++i)
            std::printf("  %s\n", violations[i].c_str());
        QVERIFY(trial.cases() > 1'000);
        QCOMPARE(violations.size(), std::size_t{0});
    }

    void aSyncThatFailsInACheckpointIsFinal()
    {
        const TempDir dir;
        CrashDisk disk(1);
        const CrashVfs vfs(disk);
        const auto database = withNotes(dir / "a.db");
        disk.arm({CrashDisk::Kind::SyncError, 1, CrashDisk::Extent::ForEver});

        int written = 0;
        while (written < 100 && addNote(*database))
            ++written;

        QVERIFY(written < 100);
        disk.arm({});
        QCOMPARE(addNote(*database).error().code, Error::Code::Io);
    }

    void aStoreWithAFailedSyncMakesNoCheckpointWhenItCloses()
    {
        const TempDir dir;
        CrashDisk disk(1);
        const CrashVfs vfs(disk);
        auto database = withNotes(dir / "a.db");
        disk.arm({CrashDisk::Kind::SyncError, 1, CrashDisk::Extent::ForEver});
        for (int i = 0; i < 100; ++i)
            (void)addNote(*database);
        QVERIFY(!addNote(*database));
        disk.arm({});
        const CrashDisk::Image before = disk.image();

        database.reset();

        QVERIFY(disk.image() == before);
    }
};

QTEST_GUILESS_MAIN(StoreFaultsSpec)
#include "tst_storefaults.moc"
