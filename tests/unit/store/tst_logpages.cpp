// SPDX-License-Identifier: Apache-2.0
// No page of the log is a longer frame than a usual one (law 10): a ping would wait behind it.
#include "model/protocol/codec.h"
#include "model/protocol/limits.h"
#include "tests/support/storebuilders.h"
#include "tests/support/tempdir.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

namespace {

std::string longId(int number)
{
    std::string id = std::to_string(number);
    id.insert(0, limits::idBytesMax - id.size(), 'x');
    return id;
}

/// Events that are as long as they may be, and some that are as short: a page holds many of those, and each
/// gains its number.
LogBody tombstone(int number) { return logged::ConversationDeleted{{longId(number)}, limits::numberMax}; }
LogBody unknown(int) { return logged::Unknown{"X", R"({"type":"X"})"}; }
LogBody conversation(int number)
{
    return logged::ConversationCreated{
        {longId(number)}, {longId(0)}, std::string(limits::titleBytesMax, '\x01'), limits::numberMax};
}
LogBody message(int number)
{
    return logged::MessageAdded{
        {longId(0)}, {longId(-number)}, limits::numberMax, std::string(64, 'a'), limits::numberMax};
}
LogBody run(int number)
{
    return logged::RunStarted{{longId(0)}, {longId(number)},  {longId(number)}, {longId(0)},
                              1,           limits::numberMax, {longId(number)}};
}
LogBody end(int number)
{
    logged::RunFinished end{{longId(0)}, {longId(number)}, {longId(number)}};
    end.length = limits::numberMax;
    end.sha256 = std::string(64, 'a');
    end.detail = std::string(limits::detailBytesMax, '\x01');
    end.atMs = limits::numberMax;
    return end;
}
LogBody state(int number)
{
    const std::string value(limits::stateBytesMax - 8, 'v');
    return logged::StateSnapshot{
        {longId(0)}, longId(number), R"({"a":")" + value + R"("})", limits::numberMax};
}

using Make = std::vector<LogBody (*)(int)>;

} // namespace

Q_DECLARE_METATYPE(Make)

class LogPagesSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void areUsualFrames_data()
    {
        QTest::addColumn<Make>("makers");
        QTest::newRow("shortest") << Make{unknown};
        QTest::newRow("tombstones") << Make{tombstone};
        QTest::newRow("titles of escapes") << Make{conversation};
        QTest::newRow("messages") << Make{message};
        QTest::newRow("states") << Make{state};
        QTest::newRow("runs and ends") << Make{run, end};
        QTest::newRow("all kinds") << Make{unknown, conversation, message, run, state, unknown, end};
    }
    void areUsualFrames()
    {
        QFETCH(Make, makers);
        TempDir dir;
        const std::string epoch(limits::epochBytesMax, 'e');
        const auto log = GatewayLog::open({dir.path(), "boot", [&] { return epoch; }}).value();
        std::vector<LogBody> events;
        for (int number = 1; events.size() < 1000; ++number) {
            for (const auto &make : makers)
                events.push_back(make(number));
        }
        QVERIFY(log->append(events, Durability::Usual).has_value());

        std::size_t longest = 0;
        std::size_t count = 0;
        for (std::uint64_t after = 0; after < log->head();) {
            const gate::event::LogRead page = log->read(after, GatewayLog::pageBytes).value();
            QVERIFY(page.upTo > after);
            longest = std::max(
                longest, codec::encode(frame::Log{page.after, page.upTo, page.events, page.lineage}).size());
            count += page.events.size();
            after = page.upTo;
        }

        QCOMPARE(count, events.size());
        QVERIFY2(longest <= limits::frameBytesUsual, std::to_string(longest).c_str());
        QVERIFY2(longest > limits::frameBytesUsual / 4,
                 std::to_string(longest).c_str()); // and are worth their head
    }
};

QTEST_GUILESS_MAIN(LogPagesSpec)
#include "tst_logpages.moc"
