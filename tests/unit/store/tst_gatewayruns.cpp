// SPDX-License-Identifier: Apache-2.0
// Whose a run is, and what a log knows that bears on a command (laws 6 to 9).
#include "tests/support/storebuilders.h"

#include <QTest>

#include <utility>

using namespace holdfast;
using namespace holdfast::test;
using Context = gate::CommandContext;

namespace {

class Account
{
public:
    Account() { restart(); }
    void restart()
    {
        log.reset();
        log = open();
    }
    std::unique_ptr<GatewayLog> open()
    {
        return GatewayLog::open(
                   {dir.path(), "boot-1", [this] { return "000000000000000" + std::to_string(++m_names); }})
            .value();
    }
    bool appends(const std::vector<LogBody> &events)
    {
        return log->append(events, Durability::Durable).has_value();
    }
    /// Gives a command with this answer and these effects.
    void settled(const char *id, const char *error, const gate::Effects &effects = {})
    {
        frame::Command command;
        command.id = {id};
        command.seq = ++m_seq;
        command.conversation = {"c1"};
        gate::Effects known = effects;
        known.error = error;
        QVERIFY(log->accept({"d1"}, command, known).has_value());
    }
    Context context(const char *target, const char *id = "new", const char *after = "") const
    {
        frame::Command command;
        command.id = {id};
        command.conversation = {"c1"};
        command.target = {target};
        command.after = {after};
        return log->contextOf(command).value();
    }

    TempDir dir;
    std::unique_ptr<GatewayLog> log;

private:
    int m_names{0};
    std::uint64_t m_seq{0};
};

gate::Effects foretelling(const char *message, gate::Foretold what)
{
    gate::Effects effects;
    effects.foretells = gate::Effects::Foretelling{{message}, what};
    return effects;
}

} // namespace

class GatewayRunsSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aRunBelongsToTheStartThatBeganIt_untilItIsTaken()
    {
        Account account;
        QVERIFY(account.appends({created(), started("a1")}));
        QVERIFY(account.log->appendText({"a1"}, 0, "Der "));

        account.restart();

        QCOMPARE(account.log->appendText({"a1"}, 4, "Anker").error().code, Error::Code::Gone);
        QCOMPARE(account.log->append({finished("a1", "Der ")}, Durability::Durable).error().code,
                 Error::Code::Gone);
        QCOMPARE(account.log->append({logged::Checkpoint{{"a1"}, 0, 4, "h"}}, Durability::Usual).error().code,
                 Error::Code::Gone);
        QCOMPARE(account.log->head(), 2U); // and nothing of it was kept

        const auto taken = account.log->takeRuns().value();
        QCOMPARE(taken.size(), 1U);
        QVERIFY(taken[0].start == started("a1"));
        QVERIFY(account.log->appendText({"a1"}, 4, "Anker"));
        QVERIFY(account.appends({finished("a1", "Der Anker")}));
    }

    void aStartThatWasReplacedWritesAndTellsNothing()
    {
        Account account;
        QVERIFY(account.appends({created(), message("m1", "Hi")}));
        // The lock holds nobody off any more, as on a network file system.
        std::filesystem::remove(account.dir.path() / "log.db.lock");
        const std::unique_ptr<GatewayLog> frozen = std::exchange(account.log, nullptr);
        account.log = account.open();

        frame::Command late;
        late.id = {"m2"};
        late.seq = 1;
        QCOMPARE(frozen->append({message("m3", "Ho")}, Durability::Durable).error().code, Error::Code::Gone);
        QCOMPARE(frozen->accept({"d1"}, late, {}).error().code, Error::Code::Gone);
        QCOMPARE(frozen->compact(0).error().code, Error::Code::Gone);
        QCOMPARE(frozen->closeCleanly().error().code, Error::Code::Gone);
        QVERIFY(frozen->read(0, 1'000));
        QVERIFY(account.appends({message("m4", "Hu")}));
        QCOMPARE(frozen->read(0, 1'000).error().code, Error::Code::Gone);
    }

    void aRunEndsOnce()
    {
        Account account;
        QVERIFY(account.appends({created(), started("a1"), finished("a1", "")}));

        QVERIFY(!account.appends({finished("a1", "", RunStatus::Cancelled)}));
        QCOMPARE(account.log->head(), 3U);
    }

    void whatATargetIs()
    {
        Account account;
        QVERIFY(account.appends(
            {created(), message("m1", "Hi"), started("a1"), started("a2"), finished("a2", "")}));
        account.settled("refused", "unknown_agent");
        account.settled("continued", "");

        QVERIFY(account.context("nobody").target == Context::Target::Unknown);
        QVERIFY(account.context("m1").target == Context::Target::Message);
        QVERIFY(account.context("a1").target == Context::Target::OpenAnswer);
        QVERIFY(account.context("a2").target == Context::Target::EndedAnswer);
        QVERIFY(account.context("refused").target == Context::Target::Refused);
        QVERIFY(account.context("continued").target == Context::Target::Message);
    }

    void whetherTheCommandBeforeWasRefused()
    {
        Account account;
        account.settled("refused", "unknown_agent");
        account.settled("accepted", "");

        QVERIFY(account.context("", "new", "refused").after == Context::After::Refused);
        QVERIFY(account.context("", "new", "accepted").after == Context::After::Fine);
        QVERIFY(account.context("", "new", "lost on the way").after == Context::After::Fine);
    }

    void whichConversationsThereAre()
    {
        Account account;
        QVERIFY(account.context("").conversation == Context::Conversation::Unknown);
        QVERIFY(account.appends({created()}));
        QVERIFY(account.context("").conversation == Context::Conversation::Known);
        QVERIFY(account.appends({logged::ConversationDeleted{{"c1"}, 5}}));
        QVERIFY(account.context("").conversation == Context::Conversation::Deleted);
    }

    void aWordAboutAMessageLivesUntilTheMessageComes()
    {
        Account account;
        account.settled("stop-1", "", foretelling("m7", gate::Foretold::Stop));
        account.settled("withdraw-1", "", foretelling("m8", gate::Foretold::Withdraw));

        account.restart();

        QVERIFY(account.context("", "m7").foretold == gate::Foretold::Stop);
        QVERIFY(account.context("", "m8").foretold == gate::Foretold::Withdraw);
        QVERIFY(!account.context("", "m9").foretold.has_value());
        account.settled("m7", "");
        QVERIFY(!account.context("", "m7").foretold.has_value());
    }
};

QTEST_GUILESS_MAIN(GatewayRunsSpec)
#include "tst_gatewayruns.moc"
