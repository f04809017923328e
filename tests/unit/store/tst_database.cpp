// SPDX-License-Identifier: Apache-2.0
#include "model/store/database.h"
#include "tests/support/tempdir.h"

#include <QTest>

#include <sys/stat.h>

using namespace holdfast;
using holdfast::test::TempDir;

namespace {

std::unique_ptr<Database> opened(const std::filesystem::path &file,
                                 Database::Mode mode = Database::Mode::Write)
{
    auto database = Database::open(file, mode);
    return database ? std::move(*database) : nullptr;
}

std::unique_ptr<Database> withNotes(const std::filesystem::path &file)
{
    auto database = opened(file);
    if (database &&
        !database->run("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text BLOB NOT NULL)"))
        return nullptr;
    return database;
}

int rightsOf(const std::filesystem::path &file)
{
    struct stat is {};
    return ::stat(file.c_str(), &is) == 0 ? static_cast<int>(is.st_mode & 0777U) : -1;
}

} // namespace

class DatabaseSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void makesFilesForTheUserAlone()
    {
        const TempDir dir;
        const auto folder = dir / "new";

        const auto database = withNotes(folder / "a.db");

        QVERIFY(database);
        QCOMPARE(rightsOf(folder), 0700);
        for (const char *name : {"a.db", "a.db-wal", "a.db-shm", "a.db.lock"})
            QCOMPARE(rightsOf(folder / name), 0600);
    }

    void takesTheRightsOfOthersFromAFileThatIsThere()
    {
        const TempDir dir;
        test::putBytes(dir / "a.db", "");
        ::chmod((dir / "a.db").c_str(), 0644);

        const auto database = withNotes(dir / "a.db");

        QCOMPARE(rightsOf(dir / "a.db"), 0600);
        QCOMPARE(rightsOf(dir / "a.db-wal"), 0600);
    }

    void refusesASecondWriter()
    {
        const TempDir dir;
        auto first = opened(dir / "a.db");

        const auto second = Database::open(dir / "a.db", Database::Mode::Write);

        QVERIFY(!second);
        QCOMPARE(second.error().code, Error::Code::Busy);
        first.reset();
        QVERIFY(opened(dir / "a.db"));
    }

    void syncsEachDurableTransactionAndOnlyThose()
    {
        const TempDir dir;
        const auto database = withNotes(dir / "a.db");
        const auto levelIn = [&](Durability durability) {
            int level = -1;
            const auto done = database->transaction(durability, [&]() -> Result<> {
                level = database->value("PRAGMA synchronous")->toInt();
                return {};
            });
            return done ? level : -1;
        };

        QList<int> levels;
        for (int round = 0; round < 3; ++round)
            levels << levelIn(Durability::Usual) << levelIn(Durability::Durable)
                   << levelIn(Durability::Durable);

        QCOMPARE(levels, (QList<int>{1, 2, 2, 1, 2, 2, 1, 2, 2})); // 1 is NORMAL, 2 is FULL
    }

    void writesAheadAndMapsNoMemory()
    {
        const TempDir dir;
        const auto database = withNotes(dir / "a.db");

        QCOMPARE(database->value("PRAGMA journal_mode")->toString(), QStringLiteral("wal"));
        QCOMPARE(database->value("PRAGMA mmap_size")->toInt(), 0);
    }

    void leavesNothingOfATransactionThatFails()
    {
        const TempDir dir;
        const auto database = withNotes(dir / "a.db");

        const auto done = database->transaction(Durability::Usual, [&]() -> Result<> {
            const auto added = database->run("INSERT INTO note (text) VALUES (?)", {bytes("half")});
            return added ? failure(Error::Code::BadArgument, "on purpose") : added;
        });

        QCOMPARE(done.error().code, Error::Code::BadArgument);
        QCOMPARE(database->value("SELECT COUNT(*) FROM note")->toInt(), 0);
    }

    void keepsWhatWasCommittedWhenItsProcessIsKilled()
    {
        const TempDir dir;
        const auto database = withNotes(dir / "a.db");
        QVERIFY(database->run("INSERT INTO note (text) VALUES (?)", {bytes("kept")}));

        test::copyAsAfterKill(dir / "a.db", dir.path() / "after" / "a.db");

        const auto after = opened(dir.path() / "after" / "a.db");
        QCOMPARE(after->value("SELECT text FROM note")->toByteArray(), QByteArray("kept"));
    }

    void keepsEveryByte_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray("");
        QTest::newRow("a NUL inside") << QByteArray("a\0b", 3);
        QTest::newRow("quotes and marks") << QByteArray("'); DROP TABLE note; -- ? ?1 :x");
        QTest::newRow("half a character") << QByteArray("\xC3");
        QTest::newRow("four bytes") << QByteArray("\xF0\x9F\x90\x9A");
        QTest::newRow("large") << QByteArray(300000, 'x');
    }
    void keepsEveryByte()
    {
        QFETCH(QByteArray, text);
        const TempDir dir;
        const auto database = withNotes(dir / "a.db");

        QVERIFY(database->run("INSERT INTO note (text) VALUES (?)", {bytes(text.toStdString())}));

        std::string read;
        QVERIFY(database->each("SELECT text FROM note", {},
                               [&](const QSqlQuery &row) { read = bytesAt(row, 0); }));
        QCOMPARE(QByteArray::fromStdString(read), text);
    }

    void aReaderSeesEachCommitAndCannotWrite()
    {
        const TempDir dir;
        const auto writer = withNotes(dir / "a.db");
        const auto reader = opened(dir / "a.db", Database::Mode::Read);
        QCOMPARE(reader->value("SELECT COUNT(*) FROM note")->toInt(), 0);

        QVERIFY(writer->run("INSERT INTO note (text) VALUES (?)", {bytes("new")}));

        QCOMPARE(reader->value("SELECT COUNT(*) FROM note")->toInt(), 1);
        QVERIFY(!reader->run("INSERT INTO note (text) VALUES ('x')"));
        QVERIFY(!reader->run("PRAGMA user_version=9"));
    }

    void aReaderNeverCheckpoints()
    {
        const TempDir dir;
        auto writer = withNotes(dir / "a.db");
        QVERIFY(writer->run("INSERT INTO note (text) VALUES (?)", {bytes("in the log")}));
        test::copyAsAfterKill(dir / "a.db", dir / "b.db");
        const std::string before = test::bytesOf(dir / "b.db");

        auto reader = opened(dir / "b.db", Database::Mode::Read);
        QCOMPARE(reader->value("SELECT COUNT(*) FROM note")->toInt(), 1);
        (void)reader->run("PRAGMA wal_checkpoint(TRUNCATE)");
        reader.reset();

        QVERIFY(test::bytesOf(dir / "b.db") == before);
        QVERIFY(!test::bytesOf(dir / "b.db-wal").empty());
    }

    void aReaderLooksAtOneMomentInsideOfASnapshot()
    {
        const TempDir dir;
        const auto writer = withNotes(dir / "a.db");
        const auto reader = opened(dir / "a.db", Database::Mode::Read);

        const auto read = reader->snapshot([&]() -> Result<> {
            const int before = reader->value("SELECT COUNT(*) FROM note")->toInt();
            const auto added = writer->run("INSERT INTO note (text) VALUES (?)", {bytes("meanwhile")});
            const int after = reader->value("SELECT COUNT(*) FROM note")->toInt();
            return added && before == after ? Result<>() : failure(Error::Code::BadArgument, "it moved");
        });

        QVERIFY(read);
        QCOMPARE(reader->value("SELECT COUNT(*) FROM note")->toInt(), 1);
    }

    void refusesToReadWhatIsNotThere()
    {
        const TempDir dir;

        const auto reader = Database::open(dir / "none.db", Database::Mode::Read);

        QCOMPARE(reader.error().code, Error::Code::Gone);
        QVERIFY(!std::filesystem::exists(dir / "none.db"));
    }

    void refusesWhatIsNoDatabase()
    {
        const TempDir dir;
        test::putBytes(dir / "a.db", std::string(5000, 'g'));

        const auto database = Database::open(dir / "a.db", Database::Mode::Write);

        QCOMPARE(database.error().code, Error::Code::Damaged);
        QVERIFY(test::bytesOf(dir / "a.db") == std::string(5000, 'g'));
    }

    void looksAtEveryPageAfterDamageHasShown()
    {
        const TempDir dir;
        const auto file = dir / "a.db";
        QVERIFY(withNotes(file)->run("INSERT INTO note (text) VALUES (?)", {bytes("x")}));
        auto database = opened(file);
        QVERIFY(database->run("PRAGMA shrink_memory"));
        std::string damaged = test::bytesOf(file);
        std::fill(damaged.begin() + 4096, damaged.end(), '\xFF'); // all but the first page
        test::putBytes(file, damaged);

        const auto done = database->transaction(Durability::Usual, [&] {
            return database->run("INSERT INTO note (text) VALUES (?)", {bytes("y")});
        });

        QCOMPARE(done.error().code, Error::Code::Damaged);
        QVERIFY(std::filesystem::exists(dir / "a.db.suspect"));
        database.reset();
        QCOMPARE(Database::open(file, Database::Mode::Write).error().code, Error::Code::Damaged);
        std::filesystem::remove(file);
        QVERIFY(opened(file));
        QVERIFY(!std::filesystem::exists(dir / "a.db.suspect")); // it was well, so the suspicion ends
    }

    void saysWhenTheFolderCannotBeMade()
    {
        const TempDir dir;
        test::putBytes(dir / "file", "x");

        const auto database = Database::open(dir.path() / "file" / "a.db", Database::Mode::Write);

        QCOMPARE(database.error().code, Error::Code::Io);
    }

    void isFinalAfterTheDiskRefused()
    {
        const TempDir dir;
        const auto database = withNotes(dir / "a.db");
        QVERIFY(database->value("PRAGMA max_page_count=1")); // that is: as many as there are
        const auto add = [&](int size) {
            return database->transaction(Durability::Usual, [&] {
                return database->run("INSERT INTO note (text) VALUES (?)",
                                     {bytes(std::string(static_cast<std::size_t>(size), 'x'))});
            });
        };

        const auto full = add(100000);
        QVERIFY(database->value("PRAGMA max_page_count=100000"));
        const auto later = add(1);

        QCOMPARE(full.error().code, Error::Code::Io);
        QCOMPARE(later.error().code, Error::Code::Io);
        QCOMPARE(database->value("SELECT COUNT(*) FROM note")->toInt(), 0);
    }
};

QTEST_GUILESS_MAIN(DatabaseSpec)
#include "tst_database.moc"
