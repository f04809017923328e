// SPDX-License-Identifier: Apache-2.0
// What it would cost to bring a client up to date decides how it is told (law 3).
#include "tests/support/storebuilders.h"
#include "tests/support/tempdir.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

class MissedBytesSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_log.reset();
        m_log = GatewayLog::open({m_dir.path(), "boot-1", [] { return std::string("e1"); }}).value();
    }

    void isEventsAndTextsAndNoCheckpoints()
    {
        appends({created()});
        const std::uint64_t before = m_log->head();
        appends({started("a1"), logged::Checkpoint{{"a1"}, 0, 1'000'000, "ab"}});
        logged::RunFinished end = finished("a1", "");
        end.length = 300'000;
        appends({end});

        const std::uint64_t missed = m_log->missedBytes(before, 2'000'000).value();
        QVERIFY(missed > 300'000 && missed < 302'000);
        QCOMPARE(m_log->missedBytes(m_log->head(), 2'000'000).value(), std::uint64_t(0));
    }

    void looksNoFurtherThanEnough()
    {
        const std::uint64_t before = m_log->head();
        for (int i = 0; i < 1000; ++i)
            appends({started(("b" + std::to_string(i)).c_str())});
        const std::uint64_t missed = m_log->missedBytes(before, 1000).value();
        QVERIFY(missed > 1000 && missed < 10'000);
    }

private:
    void appends(const std::vector<LogBody> &events)
    {
        QVERIFY(m_log->append(events, Durability::Usual).has_value());
    }
    TempDir m_dir;
    std::unique_ptr<GatewayLog> m_log;
};

QTEST_GUILESS_MAIN(MissedBytesSpec)
#include "tst_missedbytes.moc"
