// SPDX-License-Identifier: Apache-2.0
#include "model/store/database.h"
#include "model/store/migrations.h"
#include "tests/support/storebuilders.h"
#include "tests/support/tempdir.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

namespace {

Result<std::unique_ptr<GatewayLog>> openLog(const std::filesystem::path &dir, const char *boot = "boot-1")
{
    static int epochs = 0;
    return GatewayLog::open({dir, boot, [] { return "epoch-" + std::to_string(++epochs); }});
}

struct Account {
    TempDir dir;
    std::unique_ptr<GatewayLog> log{openLog(dir.path()).value()};

    void restart(const char *boot = "boot-1")
    {
        log.reset();
        log = openLog(dir.path(), boot).value();
    }
    bool appends(const std::vector<LogBody> &events)
    {
        return log->append(events, Durability::Usual).has_value();
    }
    std::string text(const char *item) const { return log->readText({item}, 0, 1U << 30U).value(); }
};

frame::Command numbered(const char *id, std::uint64_t seq, const std::string &text = "Hello")
{
    frame::Command given = command(id, text);
    given.seq = seq;
    return given;
}

/// What a gateway does with a message.
gate::Effects effectsOf(const frame::Command &given)
{
    const std::string answer = "a-" + given.id.value;
    gate::Effects effects;
    effects.events = {message(given.id.value.c_str(), given.text), started(answer.c_str())};
    effects.texts = {{{given.id.value}, given.text}};
    return effects;
}

/// As the gateway does it: dedupe, then effects. \returns the answer.
frame::Result give(GatewayLog &log, const char *device, const frame::Command &given)
{
    const auto known = log.answered({device}, given).value();
    return known ? *known : log.accept({device}, given, effectsOf(given)).value();
}

} // namespace

class GatewayLogSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void beginsEmptyWithAnEpoch()
    {
        Account account;

        QVERIFY(!account.log->epoch().empty());
        QCOMPARE(account.log->head(), 0U);
        QCOMPARE(account.log->ackedCommand({"d1"}).value(), 0U);
        QVERIFY(account.log->read(0, 1000)->events.empty());
        QCOMPARE(account.log->textState({"a1"})->status, gate::TextState::Status::Unknown);
    }

    void keepsTheEpochUnlessHistoryCouldBeGone_data()
    {
        QTest::addColumn<bool>("clean");
        QTest::addColumn<bool>("sameBoot");
        QTest::addColumn<bool>("sameEpoch");
        QTest::newRow("restart") << true << true << true;
        QTest::newRow("killed") << false << true << true;
        QTest::newRow("shut down and booted") << true << false << true;
        QTest::newRow("power was lost") << false << false << false;
    }
    void keepsTheEpochUnlessHistoryCouldBeGone()
    {
        QFETCH(bool, clean);
        QFETCH(bool, sameBoot);
        QFETCH(bool, sameEpoch);
        Account account;
        QVERIFY(account.appends({created()}));
        const std::string before = account.log->epoch();
        if (clean)
            QVERIFY(account.log->closeCleanly());

        account.restart(sameBoot ? "boot-1" : "boot-2");

        QCOMPARE(account.log->epoch() == before, sameEpoch);
        QCOMPARE(account.log->head(), 1U); // seqs go on, whatever the epoch
    }

    void aWriteAfterACleanStopMakesItUnclean()
    {
        Account account;
        QVERIFY(account.appends({created(), started("a1")}));
        const std::string before = account.log->epoch();
        QVERIFY(account.log->closeCleanly());

        QVERIFY(account.log->appendText({"a1"}, 0, "late"));
        account.restart("boot-2");

        QVERIFY(account.log->epoch() != before);
    }

    void anEpochThatWasKeptIsUncleanAgain()
    {
        Account account;
        QVERIFY(account.log->closeCleanly());
        account.restart();
        const std::string before = account.log->epoch();

        account.restart("boot-2");

        QVERIFY(account.log->epoch() != before);
    }

    void keepsWhatWasAppendedWhenKilled()
    {
        Account account;
        const std::vector<LogBody> events{created(), message("m1", "Hi"), started("a1"),
                                          logged::Checkpoint{{"a1"}, 0, 3, "h"}, started("a2")};
        QVERIFY(account.appends(events));
        TempDir copy;
        copyAsAfterKill(account.dir / "log.db", copy / "log.db");

        const auto after = openLog(copy.path()).value();

        const auto read = after->read(0, 1U << 20U);
        QCOMPARE(read->upTo, 5U);
        for (std::size_t i = 0; i < events.size(); ++i)
            QVERIFY((read->events[i] == LogEvent{i + 1, events[i]}));
    }

    void acceptsACommandOnce()
    {
        Account account;

        const frame::Result first = give(*account.log, "d1", numbered("m1", 3));
        const frame::Result again = give(*account.log, "d1", numbered("m1", 3));

        QCOMPARE(first, (frame::Result{3, {"m1"}, "", 2}));
        QCOMPARE(again, first);
        QCOMPARE(account.log->head(), 2U);
        QCOMPARE(account.text("m1"), std::string("Hello"));
        QCOMPARE(account.log->textState({"m1"})->status, gate::TextState::Status::Final);
    }

    void knowsACommandByItsIdAlsoFromARescuedOutbox()
    {
        Account account;
        give(*account.log, "d1", numbered("m1", 3));

        QCOMPARE(give(*account.log, "d1", numbered("m1", 9)), (frame::Result{9, {"m1"}, "", 2}));
        QCOMPARE(give(*account.log, "d2", numbered("m1", 1)), (frame::Result{1, {"m1"}, "", 2}));
        QCOMPARE(account.log->head(), 2U);
    }

    void refusesAnOldSeqWithANewId()
    {
        Account account;
        give(*account.log, "d1", numbered("m1", 3));

        QCOMPARE(give(*account.log, "d1", numbered("other", 3)).error, std::string("device_forked"));
        QCOMPARE(give(*account.log, "d1", numbered("late", 2)).error, std::string("out_of_order"));
        QCOMPARE(account.log->head(), 2U);
    }

    void theHighWaterOnlyRisesAndIsOfEachDevice()
    {
        Account account;
        const auto acked = [&](const char *device) { return account.log->ackedCommand({device}).value(); };

        give(*account.log, "d1", numbered("m1", 3));
        give(*account.log, "d1", numbered("m2", 8));
        QVERIFY(account.log->accept({"d1"}, numbered("m3", 5), {}));

        QCOMPARE(acked("d1"), 8U);
        QCOMPARE(acked("d2"), 0U);
        account.restart();
        QCOMPARE(acked("d1"), 8U);
        QCOMPARE(give(*account.log, "d1", numbered("m1", 3)).error, std::string());
    }

    void aRefusalIsKeptAndAdvancesTheHighWater()
    {
        Account account;
        QCOMPARE(account.log->accept({"d1"}, numbered("m1", 4), {"too_large", {}, {}})->error,
                 std::string("too_large"));

        account.restart();

        QCOMPARE(account.log->ackedCommand({"d1"}).value(), 4U);
        QCOMPARE(account.log->answered({"d1"}, numbered("m1", 4)).value()->error, std::string("too_large"));
        QCOMPARE(account.log->head(), 0U);
    }

    void anAcceptThatFailsLeavesNothing()
    {
        Account account;
        give(*account.log, "d1", numbered("m1", 1));
        gate::Effects twice = effectsOf(numbered("m2", 2));
        twice.events.push_back(message("m1", "the same item again"));

        QVERIFY(!account.log->accept({"d1"}, numbered("m2", 2), twice));

        QCOMPARE(account.log->head(), 2U);
        QCOMPARE(account.log->ackedCommand({"d1"}).value(), 1U);
        QCOMPARE(account.text("m2"), std::string());
        QCOMPARE(give(*account.log, "d1", numbered("m2", 2)).head, 4U);
    }

    void readsInBatches()
    {
        Account account;
        for (int i = 0; i < 500; ++i)
            QVERIFY(account.appends({created(("c" + std::to_string(i)).c_str())}));

        std::uint64_t after = 0;
        int batches = 0;
        while (after < account.log->head()) {
            const auto read = account.log->read(after, 2000);
            QCOMPARE(read->after, after);
            QCOMPARE(read->events.front().seq, after + 1);
            QCOMPARE(read->events.back().seq, read->upTo);
            QVERIFY(read->events.size() < 40);
            after = read->upTo;
            ++batches;
        }

        QVERIFY(batches > 12);
        QCOMPARE(account.log->read(0, 1)->events.size(), 1U); // never none, or nobody would get on
        QCOMPARE(account.log->read(after, 2000)->upTo, after);
    }

    void readsTheStateOfTheTextsThatBegin()
    {
        Account account;
        give(*account.log, "d1", numbered("m1", 1));
        QVERIFY(account.log->appendText({"a-m1"}, 0, "Der"));

        const auto texts = account.log->read(0, 10000)->texts;

        QCOMPARE(texts.size(), 2U);
        QVERIFY((texts[0] == gate::TextState{{"m1"}, 0, 5, gate::TextState::Status::Final, {"c1"}}));
        QVERIFY((texts[1] == gate::TextState{{"a-m1"}, 0, 3, gate::TextState::Status::Growing, {"c1"}}));
    }

    void aTextGrowsOnlyAtItsEnd()
    {
        Account account;
        QVERIFY(account.appends({created(), started("a1")}));
        QCOMPARE(account.log->appendText({"a1"}, 0, "Der ").value(), 4U);
        QCOMPARE(account.log->appendText({"a1"}, 4, "").value(), 4U);
        QCOMPARE(account.log->appendText({"a1"}, 4, "Anker").value(), 9U);

        QCOMPARE(account.log->appendText({"a1"}, 4, "x").error().code, Error::Code::BadOffset);
        QCOMPARE(account.log->appendText({"a1"}, 10, "x").error().code, Error::Code::BadOffset);
        QCOMPARE(account.log->appendText({"nobody"}, 0, "x").error().code, Error::Code::Gone);

        account.restart();
        QCOMPARE(account.text("a1"), std::string("Der Anker"));
        QVERIFY(account.log->takeRuns());
        QVERIFY(account.appends({finished("a1", "Der Anker")}));
        QCOMPARE(account.log->appendText({"a1"}, 9, "x").error().code, Error::Code::Gone);
    }

    void cutsATextAtCharacters_data()
    {
        QTest::addColumn<int>("offset");
        QTest::addColumn<int>("bytesMax");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("all") << 0 << 100 << QByteArray("h\xC3\xA4lt \xF0\x9F\x90\x9A.");
        QTest::newRow("inside two bytes") << 0 << 2 << QByteArray("h");
        QTest::newRow("behind two bytes") << 0 << 3 << QByteArray("h\xC3\xA4");
        QTest::newRow("inside four bytes") << 3 << 6 << QByteArray("lt ");
        QTest::newRow("from inside of a chunk") << 4 << 7 << QByteArray("t \xF0\x9F\x90\x9A.");
        QTest::newRow("at the end") << 11 << 100 << QByteArray("");
        QTest::newRow("beyond") << 50 << 100 << QByteArray("");
    }
    void cutsATextAtCharacters()
    {
        QFETCH(int, offset);
        QFETCH(int, bytesMax);
        QFETCH(QByteArray, text);
        Account account;
        QVERIFY(account.appends({created(), started("a1")}));
        QVERIFY(account.log->appendText({"a1"}, 0, "h\xC3\xA4"));
        QVERIFY(account.log->appendText({"a1"}, 3, "lt "));
        QVERIFY(account.log->appendText({"a1"}, 6, "\xF0\x9F\x90\x9A."));

        const auto read = account.log->readText({"a1"}, static_cast<std::uint64_t>(offset),
                                                static_cast<std::size_t>(bytesMax));

        QCOMPARE(QByteArray::fromStdString(*read), text);
    }

    void mergesTheChunksOfAFinishedText()
    {
        Account account;
        QVERIFY(account.appends({created(), started("a1")}));
        std::string text;
        for (int i = 0; i < 300; ++i) {
            QVERIFY(account.log->appendText({"a1"}, text.size(), "chunk\n"));
            text += "chunk\n";
        }

        QVERIFY(account.appends({finished("a1", text)}));

        QCOMPARE(account.text("a1"), text);
        const auto database = Database::open(account.dir / "log.db", Database::Mode::Read).value();
        QCOMPARE(database->value("SELECT COUNT(*) FROM part")->toInt(), 1);
    }

    void knowsItsConversationsItemsAndOpenRuns()
    {
        Account account;
        QVERIFY(!account.log->hasConversation({"c1"}).value());
        QVERIFY(account.appends(
            {created(), message("m1", "Hi"), started("a1"), started("a2"), finished("a1", "Yes")}));
        QVERIFY(account.log->appendText({"a2"}, 0, "half"));

        account.restart();

        QVERIFY(account.log->hasConversation({"c1"}).value());
        const auto items = account.log->items({"c1"}).value();
        QCOMPARE(items.size(), 3U);
        QVERIFY(items[0].id == ItemId{"m1"} && items[0].role == Role::User);
        QVERIFY(items[2].id == ItemId{"a2"} && items[2].role == Role::Agent);
        const auto runs = account.log->openRuns().value();
        QCOMPARE(runs.size(), 1U);
        QVERIFY(runs[0].start == started("a2"));
        QCOMPARE(runs[0].length, 4U);
    }

    void oneTerminalEventEndsARun()
    {
        Account account;
        QVERIFY(account.appends({created(), started("a1"), finished("a1", "", RunStatus::Cancelled)}));

        QVERIFY(account.log->openRuns()->empty());
        QCOMPARE(account.log->textState({"a1"})->status, gate::TextState::Status::Final);
    }

    void refusesASecondProcess()
    {
        Account account;

        QCOMPARE(openLog(account.dir.path()).error().code, Error::Code::Busy);
    }

    void neverSetsTheOnlyTruthAside()
    {
        TempDir dir;
        putBytes(dir / "log.db", std::string(5000, 'g'));

        QCOMPARE(openLog(dir.path()).error().code, Error::Code::Damaged);
        QVERIFY(bytesOf(dir / "log.db") == std::string(5000, 'g'));
    }

    void saysWhenAStoredEventCannotBeRead()
    {
        Account account;
        QVERIFY(account.appends({created()}));
        account.log.reset();
        QVERIFY(Database::open(account.dir / "log.db", Database::Mode::Write, migrations::ofGatewayLog())
                    .value()
                    ->run("UPDATE event SET json = '{'"));

        account.restart();

        QCOMPARE(account.log->read(0, 1000).error().code, Error::Code::Damaged);
    }
};

QTEST_GUILESS_MAIN(GatewayLogSpec)
#include "tst_gatewaylog.moc"
