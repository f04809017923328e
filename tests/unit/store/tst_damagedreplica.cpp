// SPDX-License-Identifier: Apache-2.0
#include "tests/support/storebuilders.h"
#include "tests/support/tempdir.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

namespace {

constexpr std::size_t pageBytes = 4096;

/// A replica with an outbox and enough texts to fill many pages, closed.
std::filesystem::path aFullReplica(const TempDir &dir)
{
    const auto replica = openReplica(dir.path()).value();
    std::vector<Change> changes{change::BeginEpoch{{"e1", 0}}, apply(1, {created()})};
    for (std::uint64_t i = 2; i < 200; ++i) {
        const std::string item = 'a' + std::to_string(i);
        changes.push_back(apply(i, {started(item.c_str())}));
        changes.push_back(tail(item.c_str(), 0, std::string(1500, 'x')));
    }
    changes.insert(changes.end(), {change::Enqueue{command("queued")}, change::Enqueue{command("sent")},
                                   change::Enqueue{command("parked")}, change::Enqueue{command("done")},
                                   change::Number{{{{"sent"}, 1}, {{"parked"}, 2}, {{"done"}, 3}}},
                                   change::Settle{{"parked"}, "too_large"}, change::Settle{{"done"}, ""}});
    return perform(*replica, changes) ? replicaFile(dir.path()) : std::filesystem::path();
}

/// The outbox as words: "id state error".
std::string outboxOf(const TempDir &dir)
{
    const auto reader = HistoryReader::open(dir.path()).value();
    const std::vector<ItemRow> rows = reader->items({"c1"}, {}, 10).value();
    std::string all;
    for (const ItemRow &row : rows) {
        const char *states[] = {"queued", "sent", "accepted", "parked"};
        all += row.id.value + ' ' + states[static_cast<int>(row.delivery.value())] + ' ' + row.deliveryError +
               '\n';
    }
    return all;
}

const char *const rescued = "queued queued \nsent parked lost_by_reset\nparked parked too_large\n";

} // namespace

class DamagedReplicaSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aSoundFileStaysWhereItIs()
    {
        TempDir dir;
        aFullReplica(dir);

        const auto replica = openReplica(dir.path()).value();

        QVERIFY(replica->damagedCopy().empty());
        QCOMPARE(replica->restore()->cursor.seq, 199U);
    }

    void setsGarbageAsideAndBeginsAnew()
    {
        TempDir dir;
        const std::string garbage(9000, 'g');
        putBytes(replicaFile(dir.path()), garbage);
        std::int64_t now = 1700000000000;

        const auto replica = openReplica(dir.path(), &now).value();

        QCOMPARE(replica->damagedCopy().filename().string(),
                 std::string("replica.db.damaged-20231114T221320Z"));
        QVERIFY(bytesOf(replica->damagedCopy()) == garbage);
        QVERIFY(replica->restore()->cursor.isNull());
        QVERIFY(perform(*replica, {change::Enqueue{command("m1")}}));
    }

    void keepsEachDamagedFile()
    {
        TempDir dir;
        std::int64_t now = 1700000000000;
        std::set<std::string> copies;
        for (const char fill : {'a', 'b', 'c'}) {
            putBytes(replicaFile(dir.path()), std::string(5000, fill));
            const auto copy = openReplica(dir.path(), &now).value()->damagedCopy();
            QCOMPARE(bytesOf(copy).front(), fill);
            copies.insert(copy.string());
        }
        QCOMPARE(copies.size(), 3U);
    }

    void rescuesTheOutboxOfATruncatedFile()
    {
        TempDir dir;
        const auto file = aFullReplica(dir);
        std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2 / pageBytes * pageBytes);

        const auto replica = openReplica(dir.path()).value();

        QVERIFY(!replica->damagedCopy().empty());
        QCOMPARE(outboxOf(dir), std::string(rescued));
        QVERIFY(replica->restore()->cursor.isNull()); // the rest comes from the gateway
        QCOMPARE(replica->restore()->commands, (std::vector{command("queued")}));
    }

    void aNewFileIsANewDevice()
    {
        TempDir dir;
        const auto file = aFullReplica(dir);
        const DeviceId before = openReplica(dir.path()).value()->restore()->device;
        std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);

        const auto restored = openReplica(dir.path()).value()->restore();

        QVERIFY(restored->device != before);
        QCOMPARE(restored->nextSeq, 1U);
    }

    void survivesAnyFlippedPage()
    {
        TempDir dir;
        const auto file = aFullReplica(dir);
        const std::string sound = bytesOf(file);
        int rescues = 0;
        for (std::size_t page = 0; page < sound.size() / pageBytes; ++page) {
            TempDir other;
            std::string flipped = sound;
            for (std::size_t i = page * pageBytes; i < (page + 1) * pageBytes; ++i)
                flipped[i] = static_cast<char>(~flipped[i]);
            putBytes(replicaFile(other.path()), flipped);

            const auto replica = openReplica(other.path());

            QVERIFY(replica);
            QVERIFY((*replica)->restore());
            QVERIFY(perform(**replica, {change::Enqueue{command("next")}}));
            rescues += !(*replica)->damagedCopy().empty() &&
                       outboxOf(other) == rescued + std::string("next queued \n");
        }
        QVERIFY(rescues > static_cast<int>(sound.size() / pageBytes) / 2);
    }

    void rescuesAlsoWhatIsOnlyInTheLogOfADamagedFile()
    {
        TempDir dir;
        TempDir killed;
        aFullReplica(dir);
        {
            const auto replica = openReplica(dir.path()).value();
            QVERIFY(perform(*replica, {change::Enqueue{command("late")}}));
            copyAsAfterKill(replicaFile(dir.path()), replicaFile(killed.path()));
        }
        std::string damaged = bytesOf(replicaFile(killed.path()));
        const std::size_t half = damaged.size() / 2 / pageBytes * pageBytes;
        damaged.replace(half, std::string::npos, damaged.size() - half, '\xFF');
        putBytes(replicaFile(killed.path()), damaged);

        const auto replica = openReplica(killed.path());

        QVERIFY(replica);
        QVERIFY(!(*replica)->damagedCopy().empty());
        QCOMPARE(outboxOf(killed), rescued + std::string("late queued \n"));
    }
};

QTEST_GUILESS_MAIN(DamagedReplicaSpec)
#include "tst_damagedreplica.moc"
