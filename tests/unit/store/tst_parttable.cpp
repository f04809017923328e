// SPDX-License-Identifier: Apache-2.0
#include "model/store/migrations.h"
#include "model/store/parttable.h"
#include "tests/support/storebuilders.h"
#include "tests/support/tempdir.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

namespace {

/// The text "0123456789" in chunks of 3, 4 and 3 bytes, between two other texts.
struct Shelf {
    TempDir dir;
    std::unique_ptr<Database> database{
        Database::open(dir / "a.db", Database::Mode::Write, migrations::ofReplica()).value()};
    PartTable parts{*database};
    bool isFilled{parts.append("a", 0, "before") && parts.append("b", 0, "012") &&
                  parts.append("b", 3, "3456") && parts.append("b", 7, "789") &&
                  parts.append("c", 0, "behind")};

    std::string text(std::uint64_t from = 0, std::uint64_t bytesMax = UINT64_MAX) const
    {
        return parts.read("b", from, bytesMax).value();
    }
    int chunks() const { return database->value("SELECT COUNT(*) FROM part WHERE item = 'b'")->toInt(); }
};

} // namespace

class PartTableSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsEveryRange()
    {
        const Shelf shelf;
        const std::string whole = "0123456789";
        QVERIFY(shelf.isFilled);

        for (std::size_t from = 0; from <= whole.size(); ++from) {
            for (std::size_t count = 0; count <= whole.size() + 2; ++count)
                QCOMPARE(shelf.text(from, count), whole.substr(from, count));
        }
        QCOMPARE(shelf.text(11, 5), std::string());
        QCOMPARE(shelf.text(UINT64_MAX / 2, UINT64_MAX), std::string());
    }

    void truncatesAnywhere()
    {
        const std::string whole = "0123456789";
        for (std::size_t length = 0; length <= whole.size() + 1; ++length) {
            Shelf shelf;
            QVERIFY(shelf.parts.truncate("b", length));
            QCOMPARE(shelf.text(), whole.substr(0, length));
            QCOMPARE(shelf.parts.read("a", 0, 100).value() + shelf.parts.read("c", 0, 100).value(),
                     std::string("beforebehind"));
        }
    }

    void anEmptyAppendTakesNoPlace()
    {
        Shelf shelf;

        QVERIFY(shelf.parts.append("b", 10, ""));
        QVERIFY(shelf.parts.append("b", 10, "."));

        QCOMPARE(shelf.text(), std::string("0123456789."));
    }

    void mergesIntoOne()
    {
        Shelf shelf;

        QVERIFY(shelf.parts.merge("b", 10));
        QVERIFY(shelf.parts.merge("b", 10));

        QCOMPARE(shelf.text(), std::string("0123456789"));
        QCOMPARE(shelf.chunks(), 1);
    }

    void mergesChunksThatReachBeyondALargeOne_data()
    {
        QTest::addColumn<int>("chunkBytes");
        for (const int bytes : {1, 999, 16 * 1024, 40'000, 64 * 1024 - 1})
            QTest::addRow("of %d bytes", bytes) << bytes;
    }
    void mergesChunksThatReachBeyondALargeOne()
    {
        QFETCH(int, chunkBytes);
        constexpr std::size_t large = 64 * 1024;
        const std::size_t length = chunkBytes == 1 ? 10 : 3 * large + 5;
        std::string text;
        for (std::size_t at = 0; at < length; ++at)
            text += static_cast<char>('a' + at * 7 / 3 % 26);
        Shelf shelf;
        QVERIFY(shelf.parts.truncate("b", 0));
        for (std::size_t at = 0; at < length; at += static_cast<std::size_t>(chunkBytes))
            QVERIFY(shelf.parts.append("b", at, text.substr(at, static_cast<std::size_t>(chunkBytes))));

        QVERIFY(shelf.parts.merge("b", length));

        QVERIFY(shelf.text() == text);
        QVERIFY(shelf.text(large - 3, 9) == text.substr(std::min(large - 3, length), 9));
        QVERIFY(shelf.chunks() <= static_cast<int>(length / large + 1));
        QCOMPARE(shelf.parts.read("a", 0, 100).value() + shelf.parts.read("c", 0, 100).value(),
                 std::string("beforebehind"));
    }

    void mergesTheChunksOfAFinishedText()
    {
        Desk desk;
        const std::string text(150000, 'x');
        std::vector<Change> changes{apply(3, {created(), started("a1"), finished("a1", text)})};
        for (std::size_t at = 0; at < text.size(); at += 100)
            changes.push_back(tail("a1", at, text.substr(at, 100)));
        changes.push_back(change::FinishItem{{"a1"}, change::Verdict::Verified});

        QVERIFY(desk.does(changes));

        const auto database = Database::open(replicaFile(desk.dir.path()), Database::Mode::Read).value();
        QCOMPARE(database->value("SELECT COUNT(*) FROM part")->toInt(), 3);
        QVERIFY(desk.text("a1") == text);
        QCOMPARE(desk.reader->text({"a1"}, 149990)->size(), 10U);
    }
};

QTEST_GUILESS_MAIN(PartTableSpec)
#include "tst_parttable.moc"
