// SPDX-License-Identifier: Apache-2.0
#include "model/store/migrations.h"
#include "tests/support/storebuilders.h"
#include "tests/support/tempdir.h"

#include <QTest>

using namespace holdfast;
using holdfast::test::TempDir;

using List = std::vector<Database::Migration>;
Q_DECLARE_METATYPE(List)

namespace {

int versionOf(Database &database) { return database.value("PRAGMA user_version")->toInt(); }

/// Everything the schema consists of, in one order.
QStringList schemaOf(Database &database)
{
    QStringList all;
    const auto read = database.each("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name", {},
                                    [&all](const QSqlQuery &row) { all << row.value(0).toString(); });
    return read ? all : QStringList();
}

} // namespace

class MigrationsSpec : public QObject
{
    Q_OBJECT
    static void lists()
    {
        QTest::addColumn<List>("list");
        QTest::newRow("replica") << migrations::ofReplica();
        QTest::newRow("gateway log") << migrations::ofGatewayLog();
    }
private Q_SLOTS:
    void areNumberedWithoutGaps_data() { lists(); }
    void areNumberedWithoutGaps()
    {
        QFETCH(List, list);
        int last = 0;
        for (const Database::Migration &each : list)
            QCOMPARE(each.version, ++last);
        QVERIFY(last > 0);
    }

    void leadFromEveryVersionToTheSameSchema_data() { lists(); }
    void leadFromEveryVersionToTheSameSchema()
    {
        QFETCH(List, list);
        TempDir dir;
        const auto whole = Database::open(dir / "whole.db", Database::Mode::Write, list).value();
        QCOMPARE(versionOf(*whole), list.back().version);
        QVERIFY(schemaOf(*whole).size() > 5);

        for (std::size_t from = 0; from <= list.size(); ++from) {
            const auto file = dir.path() / ("from" + std::to_string(from) + ".db");
            const List part(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(from));
            QCOMPARE(versionOf(*Database::open(file, Database::Mode::Write, part).value()),
                     static_cast<int>(from));

            const auto rest = Database::open(file, Database::Mode::Write, list).value();

            QCOMPARE(versionOf(*rest), list.back().version);
            QCOMPARE(schemaOf(*rest), schemaOf(*whole));
        }
    }

    void refuseAFileOfANewerHoldfast_data() { lists(); }
    void refuseAFileOfANewerHoldfast()
    {
        QFETCH(List, list);
        TempDir dir;
        {
            const auto newer = Database::open(dir / "a.db", Database::Mode::Write, list).value();
            QVERIFY(newer->run("PRAGMA user_version=1000"));
        }
        const std::string before = test::bytesOf(dir / "a.db");

        const auto opened = Database::open(dir / "a.db", Database::Mode::Write, list);

        QCOMPARE(opened.error().code, Error::Code::BadVersion);
        QVERIFY(test::bytesOf(dir / "a.db") == before);
    }

    void theStoresRefuseANewerFileAndSetNothingAside()
    {
        TempDir dir;
        for (const char *name : {"replica.db", "log.db"})
            QVERIFY(
                Database::open(dir / name, Database::Mode::Write).value()->run("PRAGMA user_version=1000"));

        QCOMPARE(test::openReplica(dir.path()).error().code, Error::Code::BadVersion);
        QCOMPARE(GatewayLog::open({dir.path(), "boot", [] { return std::string("e"); }}).error().code,
                 Error::Code::BadVersion);
        QVERIFY(std::filesystem::exists(dir / "replica.db"));
    }

    void oneThatFailsLeavesNothing()
    {
        TempDir dir;
        const std::string good = (dir / "1.sql").string();
        const std::string bad = (dir / "2.sql").string();
        test::putBytes(good, "-- first\nCREATE TABLE one (a);\nCREATE TABLE two (b);\n");
        test::putBytes(bad, "CREATE TABLE three (c);\nCREATE TABLE one (again);\n");

        const auto opened =
            Database::open(dir / "a.db", Database::Mode::Write, {{1, good.c_str()}, {2, bad.c_str()}});

        QCOMPARE(opened.error().code, Error::Code::Io);
        const auto after = Database::open(dir / "a.db", Database::Mode::Write, {{1, good.c_str()}}).value();
        QCOMPARE(versionOf(*after), 1);
        QCOMPARE(schemaOf(*after).size(), 2);
    }
};

QTEST_GUILESS_MAIN(MigrationsSpec)
#include "tst_migrations.moc"
