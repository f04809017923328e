// SPDX-License-Identifier: Apache-2.0
// Which start of a gateway wrote what: how a log restored from a copy is told from the one it was copied
// from.
#include "tests/support/storebuilders.h"
#include "tests/support/tempdir.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

namespace {

Result<std::unique_ptr<GatewayLog>> openLog(const std::filesystem::path &dir)
{
    static int names = 0;
    return GatewayLog::open({dir, "boot-1", [] { return "name-" + std::to_string(++names); }});
}

struct Account {
    TempDir dir;
    std::unique_ptr<GatewayLog> log{openLog(dir.path()).value()};

    void restart()
    {
        log.reset();
        log = openLog(dir.path()).value();
    }
    bool appends(const std::vector<LogBody> &events)
    {
        return log->append(events, Durability::Usual).has_value();
    }
};

} // namespace

class LineageSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aCopyThatGoesOnIsAnotherHistory()
    {
        Account account;
        QVERIFY(account.appends({started("a1")}));
        account.restart(); // and writes nothing: its name is taken back, or both would go on under it
        account.log.reset();
        const TempDir copy;
        std::filesystem::copy(account.dir.path(), copy.path(), std::filesystem::copy_options::recursive);
        account.restart();
        QVERIFY(account.appends({started("a2"), started("a3")}));
        const auto restored = openLog(copy.path()).value();
        QVERIFY(
            restored->append({started("b2"), started("b3"), started("b4")}, Durability::Usual).has_value());

        QCOMPARE(restored->epoch(), account.log->epoch());
        QCOMPARE(restored->lineageAt(1).value(), account.log->lineageAt(1).value());
        QVERIFY(restored->lineageAt(3).value() != account.log->lineageAt(3).value());
        QCOMPARE(account.log->read(0, 1U << 20U)->lineage, account.log->lineageAt(3).value());
    }

    void aStartThatWritesNothingLeavesNoName()
    {
        Account account;
        QVERIFY(account.appends({started("a1")}));
        const std::string first = account.log->lineageAt(1).value();
        account.restart();
        account.restart();
        QVERIFY(account.appends({started("a2")}));
        const std::string second = account.log->lineageAt(2).value();
        QCOMPARE(account.log->lineageAt(1).value(), first);
        QVERIFY(!first.empty() && second != first);
        QCOMPARE(account.log->lineageAt(0).value(), std::string());
    }
};

QTEST_GUILESS_MAIN(LineageSpec)
#include "tst_lineage.moc"
