// SPDX-License-Identifier: Apache-2.0
// Law 12: whatever has left the log, a client that comes from anywhere ends with the same.
#include "model/protocol/codec.h"
#include "model/protocol/limits.h"
#include "model/session/random.h"
#include "model/store/database.h"
#include "tests/support/storebuilders.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

namespace {

constexpr std::int64_t day = 24LL * 3600 * 1000;

/// What a client makes of events: the part of a replica that comes from the log.
struct Fold {
    std::map<std::string, std::string> conversations;                 ///< and their titles
    std::map<std::string, std::pair<std::string, std::string>> items; ///< their conversation, how they ended
    std::map<std::string, std::string> state;                         ///< by conversation and key

    void take(const LogBody &body)
    {
        if (const auto *c = std::get_if<logged::ConversationCreated>(&body))
            conversations[c->conversation.value] = c->title;
        else if (const auto *m = std::get_if<logged::MessageAdded>(&body))
            items[m->item.value] = {m->conversation.value, m->sha256};
        else if (const auto *r = std::get_if<logged::RunStarted>(&body))
            items[r->item.value] = {r->conversation.value, "working"};
        else if (const auto *f = std::get_if<logged::RunFinished>(&body))
            items[f->item.value] = {f->conversation.value, f->sha256};
        else if (const auto *s = std::get_if<logged::StateSnapshot>(&body))
            state[s->conversation.value + ' ' + s->key] = s->json;
        else if (const auto *d = std::get_if<logged::ConversationDeleted>(&body))
            forget(d->conversation.value);
    }
    void forget(const std::string &conversation)
    {
        conversations.erase(conversation);
        std::erase_if(items, [&](const auto &each) { return each.second.first == conversation; });
        std::erase_if(state, [&](const auto &each) { return each.first.starts_with(conversation + ' '); });
    }
    friend bool operator==(const Fold &, const Fold &) = default;
};

struct Account {
    TempDir dir;
    std::unique_ptr<GatewayLog> log{open()};
    std::vector<LogBody> said; ///< everything, also what has left the log

    std::unique_ptr<GatewayLog> open()
    {
        return GatewayLog::open({dir.path(), "boot-1", [] { return std::string("e1"); }}).value();
    }
    bool says(const LogBody &body)
    {
        said.push_back(body);
        return log->append({body}, Durability::Usual).has_value();
    }
    std::vector<LogEvent> after(std::uint64_t seq) const
    {
        std::vector<LogEvent> events;
        while (seq < log->head()) {
            const auto read = log->read(seq, 1'000).value();
            if (read.upTo == seq)
                return {}; // it would never end
            events.insert(events.end(), read.events.begin(), read.events.end());
            seq = read.upTo;
        }
        return events;
    }
    Fold foldOf(std::uint64_t seq) const
    {
        Fold fold;
        for (std::uint64_t i = 0; i < seq; ++i)
            fold.take(said[i]);
        return fold;
    }
    Fold foldFrom(std::uint64_t cursor) const
    {
        Fold fold = foldOf(cursor);
        for (const LogEvent &event : after(cursor))
            fold.take(event.body);
        return fold;
    }
    std::int64_t count(const char *sql)
    {
        log.reset();
        const std::int64_t count =
            Database::open(dir.path() / "log.db", Database::Mode::Read).value()->value(sql)->toLongLong();
        log = open();
        return count;
    }
};

/// A log as it might have come about: conversations with messages, answers, checkpoints, snapshots,
/// deletions.
bool saysSomething(Account &account, Random &random, int &items)
{
    const std::string c = "c" + std::to_string(random.below(4));
    const std::string refused = account.log->refusal({c}).value();
    if (refused == "deleted")
        return true;
    if (!refused.empty())
        return account.says(logged::ConversationCreated{{c}, {"guide"}, "title of " + c, 1});
    const auto open = account.log->openRuns().value();
    const auto isHere = [&](const GatewayLog::OpenRun &run) { return run.start.conversation.value == c; };
    const auto run = std::ranges::find_if(open, isHere);
    switch (random.below(7)) {
    case 0:
        return account.says(message(("m" + std::to_string(++items)).c_str(), "Hi", c.c_str()));
    case 1:
        return account.says(started(("a" + std::to_string(++items)).c_str(), 0, c.c_str()));
    case 2:
    case 3:
        return run == open.end() ||
               account.says(logged::Checkpoint{run->start.item, 0, random.below(99), "5ha"});
    case 4: {
        if (run == open.end())
            return true;
        logged::RunFinished end = finished(run->start.item.value.c_str(), "text");
        end.conversation = {c};
        return account.says(end);
    }
    case 5:
        return account.says(logged::StateSnapshot{
            {c}, random.below(2) == 0 ? "memory" : "workflow", "{\"n\":" + std::to_string(++items) + '}', 1});
    default:
        return random.below(8) != 0 || account.says(logged::ConversationDeleted{{c}, day});
    }
}

} // namespace

class CompactionSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void fromAnyCursorTheSameComesOut()
    {
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            Random random(seed);
            Account account;
            int items = 0;
            for (int i = 0; i < 120; ++i)
                QVERIFY(saysSomething(account, random, items));
            const Fold whole = account.foldOf(account.said.size());
            for (std::uint64_t cursor = 0; cursor <= account.said.size(); ++cursor)
                QVERIFY2(account.foldFrom(cursor) == whole, qPrintable(QStringLiteral("seed %1").arg(seed)));
            QVERIFY(account.after(0).size() < account.said.size());

            // 180 days later the tombstones go: whoever has not seen them is below the floor, and begins
            // anew.
            QVERIFY(account.log->compact(day + 181 * day) == GatewayLog::Compacted::Everything);
            for (std::uint64_t cursor = account.log->floor(); cursor <= account.said.size(); ++cursor)
                QVERIFY(account.foldFrom(cursor) == whole);
            QVERIFY(account.foldFrom(0) == whole);
        }
    }

    void checkpointsLeaveOneAndWithTheEndNone()
    {
        Account account;
        QVERIFY(account.says(created()) && account.says(started("a1")));
        for (std::uint64_t length = 1; length < 50; ++length)
            QVERIFY(account.says(logged::Checkpoint{{"a1"}, 0, length, "5ha"}));
        QCOMPARE(account.after(0).size(), std::size_t(3));

        QVERIFY(account.says(finished("a1", "")));

        QCOMPARE(account.after(0).size(), std::size_t(3));
        QCOMPARE(account.log->head(), std::uint64_t(52)); // numbers stay
    }

    void aDeletedConversationKeepsOnlyItsTombstone()
    {
        Account account;
        QVERIFY(account.says(created()) && account.says(started("a1")));
        QVERIFY(account.log->appendText({"a1"}, 0, "secret").has_value());

        QVERIFY(account.says(logged::ConversationDeleted{{"c1"}, 5}));

        QCOMPARE(account.after(0).size(), std::size_t(1));
        QVERIFY(account.log->openRuns()->empty());
        QCOMPARE(account.log->refusal({"c1"}).value(), std::string("deleted"));
        QVERIFY(account.log->readText({"a1"}, 0, 100)->empty());
        QCOMPARE(account.count("SELECT COUNT(*) FROM part"), 0);
    }

    void tombstonesLive180Days()
    {
        Account account;
        QVERIFY(account.says(created()) && account.says(logged::ConversationDeleted{{"c1"}, day}));
        QVERIFY(account.log->compact(182 * day).has_value());
        QCOMPARE(account.after(0).size(),
                 std::size_t(1)); // the last event never goes: numbers would come back
        QVERIFY(account.says(created("c2")));

        QVERIFY(account.log->compact(181 * day).has_value());
        QCOMPARE(account.log->floor(), std::uint64_t(0));
        QVERIFY(account.log->compact(182 * day).has_value());

        QCOMPARE(account.log->floor(), std::uint64_t(2));
        QCOMPARE(account.after(0).size(), std::size_t(1));
        QCOMPARE(account.log->refusal({"c1"}).value(), std::string("deleted")); // and never comes back
        account.log = nullptr;
        account.log = account.open();
        QCOMPARE(account.log->floor(), std::uint64_t(2));
    }

    void answersToCommandsLive180Days_theNewestAndTheHighWaterForEver()
    {
        Account account;
        frame::Command first = command("k1");
        first.seq = 7;
        QVERIFY(account.log->accept({"d1"}, first, {}).has_value());
        QVERIFY(account.log->compact(day).has_value());
        QVERIFY(account.log->compact(180 * day).has_value());
        QVERIFY(account.log->answered({"d1"}, first)->has_value());

        QVERIFY(account.log->compact(182 * day).has_value());
        QCOMPARE((*account.log->answered({"d1"}, first))->error, std::string()); // it may not have heard it

        frame::Command last = command("k2");
        last.seq = first.seq + limits::answersKept;
        QVERIFY(account.log->accept({"d1"}, last, {}).has_value());
        QVERIFY(account.log->compact(182 * day).has_value());

        QCOMPARE(account.log->ackedCommand({"d1"}).value(), last.seq);
        QCOMPARE((*account.log->answered({"d1"}, first))->error, std::string("out_of_order"));
    }

    void theFileDoesNotGrowWithPieces()
    {
        constexpr std::size_t bytes = 50'000'000;
        Account account;
        QVERIFY(account.says(created()) && account.says(started("a1")));
        const std::string piece(5'000, 'x');
        PrefixHash hash;
        for (std::size_t at = 0; at < bytes; at += piece.size()) {
            QVERIFY(account.log->appendText({"a1"}, at, piece).has_value());
            hash.append(piece);
            if (at % 20'000 == 0)
                QVERIFY(
                    account.log->append({logged::Checkpoint{{"a1"}, 0, at, hash.hex()}}, Durability::Usual)
                        .has_value());
        }
        logged::RunFinished end = finished("a1", "");
        end.length = bytes;
        end.sha256 = hash.hex();
        QVERIFY(account.says(end));
        while (account.log->compact(0).value() == GatewayLog::Compacted::InPart) {
        }

        QCOMPARE(account.after(0).size(), std::size_t(3));
        account.log.reset();
        const auto size = std::filesystem::file_size(account.dir.path() / "log.db");
        qInfo("%zu bytes of text are %zu bytes of file", bytes, std::size_t(size));
        QVERIFY(size < bytes + bytes / 10);
        account.log = account.open();
    }

    void whatADeletedConversationHeldIsGivenBack()
    {
        Account account;
        QVERIFY(account.says(created()) && account.says(started("a1")));
        QVERIFY(account.log->appendText({"a1"}, 0, std::string(5'000'000, 'x')).has_value());
        QVERIFY(account.says(logged::ConversationDeleted{{"c1"}, 5}));
        for (int i = 0; i < 10; ++i)
            QVERIFY(account.log->compact(0).has_value());

        account.log.reset();
        QVERIFY(std::filesystem::file_size(account.dir.path() / "log.db") < 1'000'000);
        account.log = account.open();
    }

    void aLogFromBeforeCompactionIsUnderstood()
    {
        TempDir dir;
        {
            const auto old =
                Database::open(dir.path() / "log.db", Database::Mode::Write,
                               {{1, ":/migrations/gateway-1.sql"}, {2, ":/migrations/gateway-2.sql"}})
                    .value();
            std::uint64_t seq = 0;
            for (const LogBody &body : std::vector<LogBody>{
                     created(), message("m1", "Hi"), started("a1"), logged::Checkpoint{{"a1"}, 0, 2, "5ha"},
                     finished("a1", "Yes"), started("a2"), logged::Checkpoint{{"a2"}, 0, 2, "5ha"}})
                QVERIFY(old->run("INSERT INTO event (seq, json) VALUES (?, ?)",
                                 {bound(++seq), bound(codec::encodeBody(body))}));
            QVERIFY(old->run("INSERT INTO conversation (id) VALUES ('c1')"));
            QVERIFY(
                old->run("INSERT INTO item (id, conversation, seq, role, length, is_final, status) VALUES "
                         "('m1', 'c1', 2, 0, 2, 1, 'completed'), ('a1', 'c1', 3, 1, 3, 1, 'completed'), "
                         "('a2', 'c1', 6, 1, 0, 0, 'working')"));
        }
        Account account;
        account.log = GatewayLog::open({dir.path(), "boot-1", [] { return std::string("e1"); }}).value();

        QCOMPARE(account.after(0).size(), std::size_t(6)); // the checkpoint of what had ended is gone
        const std::string body = account.log->answer(frame::GetHistory{1, {"c1"}, 0})->json;
        QVERIFY(body.find(sha256("Yes")) != std::string::npos &&
                body.find(sha256("Hi")) != std::string::npos);
        QVERIFY(account.log->takeRuns());
        QVERIFY(account.says(logged::Checkpoint{{"a2"}, 0, 4, "5ha"}));
        QCOMPARE(account.after(0).size(), std::size_t(6));
        QVERIFY(account.says(logged::ConversationDeleted{{"c1"}, 5}));
        QCOMPARE(account.after(0).size(), std::size_t(1));
    }

    void answersWhatItIsAsked()
    {
        Account account;
        QVERIFY(account.says(created()));
        for (int i = 0; i < 90; ++i)
            QVERIFY(account.says(message(("m" + std::to_string(i)).c_str(), "Hi")));
        QVERIFY(account.says(logged::StateSnapshot{{"c1"}, "memory", R"({"a":1})", 1}));
        QVERIFY(account.says(logged::StateSnapshot{{"c1"}, "memory", R"({"z":1,"a":2})", 1}));
        QVERIFY(account.says(logged::StateSnapshot{{"c1"}, "tools", R"({})", 1}));

        const auto page = account.log->answer(frame::GetHistory{3, {"c1"}, 0}).value();
        QCOMPARE(page.id, std::uint64_t(3));
        QVERIFY(page.json.ends_with("\"next\":41}") && page.json.size() < 16 * 1024);
        const auto last = account.log->answer(frame::GetHistory{4, {"c1"}, 81}).value();
        QVERIFY(last.json.ends_with("\"next\":0}") && last.json.find("\"m80\"") != std::string::npos);
        QCOMPARE(account.log->answer(frame::GetContext{5, {"c1"}})->json,
                 std::string(R"({"memory":{"a":2,"z":1},"tools":{}})"));
        QCOMPARE(account.log->answer(frame::GetContext{6, {"c9"}})->error,
                 std::string("unknown_conversation"));
        QVERIFY(account.says(logged::ConversationDeleted{{"c1"}, 5}));
        QCOMPARE(account.log->answer(frame::GetHistory{7, {"c1"}, 0})->error, std::string("deleted"));
    }
};

QTEST_GUILESS_MAIN(CompactionSpec)
#include "tst_compaction.moc"
