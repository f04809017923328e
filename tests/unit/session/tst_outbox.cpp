// SPDX-License-Identifier: Apache-2.0
// The outbox alone.
#include "model/session/outbox.h"

#include <QTest>

using namespace holdfast;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint start(100s);
constexpr std::int64_t day = 24LL * 60 * 60 * 1000;

/// "m1" in conversation "c"; "c2/m1" in "c2"; "!m1" is high, "?m1" low; "s…" is a stop, "w…" a withdrawal,
/// "c…" goes on behind an answer and "d…" deletes.
frame::Command command(std::string word, std::uint64_t seq = 0)
{
    frame::Command command;
    command.seq = seq;
    command.conversation = {"c"};
    if (const auto slash = word.find('/'); slash != std::string::npos) {
        command.conversation = {word.substr(0, slash)};
        word = word.substr(slash + 1);
    }
    command.priority = word[0] == '!' ? Priority::High : word[0] == '?' ? Priority::Low : Priority::Normal;
    if (command.priority != Priority::Normal)
        word = word.substr(1);
    command.name = "send";
    const std::map<char, const char *> others{
        {'s', "stop"}, {'w', "withdraw"}, {'c', "continue"}, {'d', "delete"}};
    if (const auto other = others.find(word[0]); other != others.end())
        command.name = other->second;
    if (word[0] == 's' || word[0] == 'w')
        command.priority = Priority::Critical;
    if (command.name == "withdraw")
        command.target = {word};
    command.id = {word};
    command.text = "text";
    return command;
}

std::vector<std::string> words(const std::string &line)
{
    const QStringList list = QString::fromStdString(line).split(' ', Qt::SkipEmptyParts);
    std::vector<std::string> words;
    for (const QString &each : list)
        words.push_back(each.toStdString());
    return words;
}

void give(Outbox &outbox, const std::string &line)
{
    for (const std::string &word : words(line)) {
        QVERIFY(outbox.give(command(word), start).admission == Outbox::Admission::Taken);
        outbox.written(command(word).id);
    }
}

std::string idsOf(const std::vector<change::Settle> &settled)
{
    std::string ids;
    for (const auto &each : settled)
        ids += (ids.empty() ? "" : " ") + each.id.value;
    return ids;
}

std::string idsOf(const std::vector<frame::Command> &commands)
{
    std::string ids;
    for (const auto &each : commands)
        ids += (ids.empty() ? "" : " ") + each.id.value;
    return ids;
}

/// Numbers what it may and sends it. \returns the ids in the order in which they left.
std::string send(Outbox &outbox, std::size_t usualMax = 100)
{
    return idsOf(outbox.numbered(outbox.number(usualMax)));
}

Outbox::Settled answer(Outbox &outbox, const char *id, std::uint64_t seq, const char *error = "")
{
    return outbox.settle({seq, {id}, error, 0}, 0);
}

} // namespace

class OutboxTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void leavesByPriorityAndInOrderWithinAConversation_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("leaves");
        QTest::newRow("in order") << "m1 m2 m3"
                                  << "m1 m2 m3";
        QTest::newRow("a stop overtakes") << "m1 m2 s1"
                                          << "s1 m1 m2";
        QTest::newRow("stops in order") << "s1 m1 s2"
                                        << "s1 s2 m1";
        QTest::newRow("high overtakes others") << "a/m1 b/!m2"
                                               << "m2 m1";
        QTest::newRow("low comes last") << "a/?m1 b/m2 c/!m3"
                                        << "m3 m2 m1";
        QTest::newRow("high lifts its conversation") << "a/m1 b/m2 b/!m3 a/m4"
                                                     << "m2 m3 m1 m4";
        QTest::newRow("never its own conversation") << "a/?m1 a/!m2"
                                                    << "m1 m2";
        QTest::newRow("what is behind the lifted is not") << "a/m1 b/!m2 b/?m3"
                                                          << "m2 m1 m3";
        QTest::newRow("in turn as given") << "a/m1 b/m2 a/m3 b/m4"
                                          << "m1 m2 m3 m4";
    }
    void leavesByPriorityAndInOrderWithinAConversation()
    {
        QFETCH(QString, given);
        QFETCH(QString, leaves);
        Outbox outbox({});
        give(outbox, given.toStdString());
        QCOMPARE(send(outbox), leaves.toStdString());
        QVERIFY(outbox.isConsistent());
    }

    void whatIsNotUrgentWaitsForItsQuota()
    {
        Outbox outbox({});
        give(outbox, "m1 m2 s1");
        QCOMPARE(send(outbox, 0), std::string("s1"));
        QCOMPARE(send(outbox, 1), std::string("m1"));
        QCOMPARE(outbox.usualCount(), std::size_t(1));
    }

    void numbersRiseAndLeaveOnlyWhenTheyAreOnDisk()
    {
        Outbox outbox({{command("old", 4)}, 5, {}, {}, {}});
        give(outbox, "m1");
        const change::Number number = outbox.number(10);
        QCOMPARE(number.pairs.front().seq, std::uint64_t(5));
        QCOMPARE(idsOf(outbox.unanswered()), std::string("old"));
        QCOMPARE(idsOf(outbox.numbered(number)), std::string("m1"));
        QVERIFY(outbox.numbered(number).empty()); // once
        QCOMPARE(idsOf(outbox.unanswered()), std::string("old m1"));
    }

    void whatIsNotOnDiskDoesNotLeave()
    {
        Outbox outbox({});
        (void)outbox.give(command("m1"), start);
        QCOMPARE(send(outbox), std::string());
        outbox.written({"m1"});
        QCOMPARE(send(outbox), std::string("m1"));
    }

    void namesTheMessageBeforeThatHasNoAnswer()
    {
        Outbox outbox({});
        give(outbox, "a/m1 b/m2 a/m3");
        const auto number = outbox.number(10);
        QCOMPARE(number.pairs[0].after.value, std::string());
        QCOMPARE(number.pairs[1].after.value, std::string());
        QCOMPARE(number.pairs[2].after.value, std::string("m1"));
        (void)outbox.numbered(number);
        (void)answer(outbox, "m1", 1);
        (void)answer(outbox, "m3", 3);
        give(outbox, "a/m4");
        QVERIFY(outbox.number(10).pairs[0].after.isEmpty()); // everything before it is answered
    }

    void aRefusalBlocksOnlyWhatStandsBehindIt()
    {
        Outbox outbox({});
        give(outbox, "a/m1 b/m2");
        (void)send(outbox);
        give(outbox, "a/m3 b/m4 a/s1");
        const auto settled = answer(outbox, "m1", 1, "unknown_agent");
        QVERIFY(settled.outcome == Outbox::Settled::Outcome::Refused);
        QCOMPARE(settled.changes.size(), std::size_t(2));
        QVERIFY(std::get<change::Settle>(settled.changes[1]) == change::Settle({{"m3"}, "blocked"}));
        QCOMPARE(send(outbox), std::string("s1 m4"));
        QCOMPARE(outbox.parkedCount(), std::size_t(2));
    }

    void anAnswerMustFitNumberAndId()
    {
        Outbox outbox({{command("m1", 3)}, 4, {}, {}, {}});
        QVERIFY(answer(outbox, "other", 3).changes.empty());
        QVERIFY(answer(outbox, "m1", 2).changes.empty());
        QVERIFY(answer(outbox, "m1", 3, "too_large").changes.size() == 1);
        QVERIFY(answer(outbox, "m1", 3).changes.empty());
        QVERIFY(outbox.isEmpty());
    }

    void whatWasNotSentIsWithdrawnHere()
    {
        Outbox outbox({});
        give(outbox, "m1 m2");
        (void)send(outbox, 1);
        QVERIFY(outbox.withdraw({"m2"}) == Outbox::Withdrawal::Done);
        QVERIFY(outbox.withdraw({"m2"}) == Outbox::Withdrawal::Unknown);
        QVERIFY(outbox.withdraw({"m1"}) == Outbox::Withdrawal::Needed);
        QCOMPARE(outbox.depth(), std::size_t(1));
    }

    void aWithdrawalTakesTheMessageOutOfWhatIsResent_data()
    {
        QTest::addColumn<QString>("error");
        QTest::addColumn<int>("outcome");
        QTest::addColumn<QString>("left");
        QTest::newRow("in time") << "" << int(Outbox::Settled::Outcome::Withdrawn) << "m2";
        QTest::newRow("too late") << "too_late" << int(Outbox::Settled::Outcome::TooLate) << "m2";
        QTest::newRow("a gateway that cannot")
            << "unknown" << int(Outbox::Settled::Outcome::TooLate) << "m1 m2";
    }
    void aWithdrawalTakesTheMessageOutOfWhatIsResent()
    {
        QFETCH(QString, error);
        Outbox outbox({});
        give(outbox, "m1 m2");
        (void)send(outbox);
        (void)outbox.give(outbox.withdrawalOf({"m1"}), start);
        outbox.written({"withdraw:m1"});
        QVERIFY(outbox.withdraw({"m1"}) == Outbox::Withdrawal::Pending);
        QCOMPARE(send(outbox), std::string("withdraw:m1"));
        QCOMPARE(idsOf(outbox.unanswered()), std::string("m2 withdraw:m1"));
        QVERIFY(outbox.unanswered()[0].after.isEmpty()); // m1 takes nothing along any more
        const auto settled = answer(outbox, "withdraw:m1", 3, error.toUtf8());
        QTEST(int(settled.outcome), "outcome");
        QCOMPARE(settled.resend.empty(), error != "unknown");
        QTEST(QString::fromStdString(idsOf(outbox.unanswered())), "left");
        QVERIFY(outbox.isConsistent());
    }

    void whatWasSentUnderAnotherNameIsNotOursToWithdrawOrExpire()
    {
        Outbox outbox({});
        give(outbox, "m1 m2");
        (void)send(outbox, 1);
        outbox.beginDevice();
        QVERIFY(outbox.withdraw({"m1"}) == Outbox::Withdrawal::Needed);
        QCOMPARE(idsOf(outbox.parkStale({2 * day})), std::string()); // written at 0: not known when
        QCOMPARE(idsOf(outbox.parkIn({{"c"}})), std::string("m2"));
        QCOMPARE(idsOf(outbox.parkAbove(0)), std::string("m1"));
    }

    void aNewEpochParksWhatItMayNotKnow()
    {
        Outbox outbox({{command("m1", 3), command("m2", 4), command("m3")}, 5, {}, {}, {}});
        const auto parked = outbox.parkAbove(3);
        QCOMPARE(idsOf(parked), std::string("m2"));
        QCOMPARE(outbox.usualCount(), std::size_t(1));
        QCOMPARE(idsOf(outbox.unanswered()), std::string("m1"));
    }

    void expiresOnlyWhatHasNoNumber()
    {
        Outbox outbox({});
        for (const char *word : {"m1", "m2", "m3"}) {
            frame::Command each = command(word);
            each.expiresAtMs = word[1] == '3' ? 0 : 5000;
            (void)outbox.give(each, start);
            outbox.written(each.id);
        }
        (void)send(outbox, 1);
        QCOMPARE(outbox.nextExpiry()->ms, std::int64_t(5000));
        QCOMPARE(idsOf(outbox.parkExpired({4999})), std::string());
        QCOMPARE(idsOf(outbox.parkExpired({5000})), std::string("m2"));
        QVERIFY(!outbox.nextExpiry());
    }

    void anOldMessageAsksTogetherWithWhatStandsBehindIt()
    {
        Outbox outbox({});
        for (const auto &[word, writtenAt] : {std::pair{"a/m1", day}, {"b/m2", 3 * day}, {"a/m3", 3 * day}}) {
            frame::Command each = command(word);
            each.writtenAtMs = writtenAt;
            (void)outbox.give(each, start);
            outbox.written(each.id);
        }
        QCOMPARE(idsOf(outbox.parkStale({2 * day})), std::string());
        QCOMPARE(idsOf(outbox.parkStale({3 * day})), std::string("m1 m3"));
        QCOMPARE(send(outbox), std::string("m2"));
    }

    void strangersAreThoseWhoseMessagesAreNotOurs()
    {
        Outbox outbox({{command("waits"), command("sent", 1)}, 2, {}, {{"parked"}}, {{"accepted"}}});
        const auto added = [](const char *item, const char *conversation) {
            return LogEvent{1, logged::MessageAdded{{conversation}, {item}, 1, "", 0}};
        };
        QVERIFY(outbox.strangersIn({added("sent", "c1"), added("parked", "c2"), added("accepted", "c3")})
                    .empty());
        QCOMPARE(outbox.strangersIn({added("accepted", "c3")}).size(), std::size_t(1)); // it was seen before
        QCOMPARE(outbox.strangersIn({added("x", "c4"), {2, logged::ConversationDeleted{{"c5"}, 0}}}),
                 (std::set<ConversationId>{{"c4"}, {"c5"}}));
    }

    void aFullOutboxRefusesOrDrops_data()
    {
        QTest::addColumn<bool>("drops");
        QTest::addColumn<QString>("given");
        QTest::addColumn<bool>("isTaken");
        QTest::addColumn<QString>("dropped");
        QTest::newRow("refuse") << false << "m4" << false << "";
        QTest::newRow("refuse, but not a stop") << false << "s1" << true << "";
        QTest::newRow("drop the oldest of the lowest") << true << "m4" << true << "m2";
        QTest::newRow("drop what is lowest itself") << true << "?m4" << true << "m2";
        QTest::newRow("a stop drops nothing") << true << "s1" << true << "";
    }
    void aFullOutboxRefusesOrDrops()
    {
        QFETCH(bool, drops);
        QFETCH(QString, given);
        const auto overflow = drops ? OutboxOptions::Overflow::Drop : OutboxOptions::Overflow::Refuse;
        Outbox outbox({}, {.countMax = 3, .overflow = overflow});
        give(outbox, "m1 ?m2 ?m3");
        const auto result = outbox.give(command(given.toStdString()), start);
        QTEST(result.admission == Outbox::Admission::Taken, "isTaken");
        QTEST(QString::fromStdString(idsOf(result.dropped)), "dropped");
        QVERIFY(outbox.isConsistent());
    }
    void onlyMessagesCount_data()
    {
        QTest::addColumn<QString>("others");
        QTest::newRow("stops") << "s1 s2 s3 s4";
        QTest::newRow("withdrawals") << "w1 w2 w3 w4";
        QTest::newRow("continuations and deletions") << "c1 d1 c2 d2";
    }
    void onlyMessagesCount()
    {
        QFETCH(QString, others);
        for (const auto overflow : {OutboxOptions::Overflow::Refuse, OutboxOptions::Overflow::Drop}) {
            Outbox outbox({}, {.countMax = 2, .bytesMax = 8, .overflow = overflow});
            give(outbox, others.toStdString());
            give(outbox, "m1 m2"); // their texts are those eight bytes

            const auto third = outbox.give(command("m3"), start);

            QCOMPARE(third.admission == Outbox::Admission::Taken, overflow == OutboxOptions::Overflow::Drop);
            QCOMPARE(idsOf(third.dropped), third.admission == Outbox::Admission::Taken ? "m1" : "");
            QCOMPARE(outbox.depth(), std::size_t(6));
            QVERIFY(outbox.isConsistent());
        }
    }
    void otherCommandsHaveABoundOfTheirOwn()
    {
        Outbox outbox({});
        for (std::size_t i = 0; i < Outbox::othersMax; ++i)
            give(outbox, "s" + std::to_string(i));

        QVERIFY(outbox.give(command("s-more"), start).admission == Outbox::Admission::Full);
        give(outbox, "m1");
        (void)send(outbox);
        (void)answer(outbox, "s0", 1);
        give(outbox, "s-more");

        QCOMPARE(outbox.depth(), Outbox::othersMax + 1);
        QVERIFY(outbox.isConsistent());
    }
    void bytesAreALimitToo()
    {
        Outbox outbox({}, {.bytesMax = 10, .overflow = OutboxOptions::Overflow::Drop});
        give(outbox, "m1 m2");
        QCOMPARE(idsOf(outbox.give(command("m3"), start).dropped), std::string("m1"));
        frame::Command large = command("m4");
        large.text = std::string(11, 'x');
        QVERIFY(outbox.give(large, start).admission == Outbox::Admission::Full); // and nothing makes room
        QCOMPARE(outbox.depth(), std::size_t(2));
    }
    void whatHasLeftIsNotDropped()
    {
        Outbox outbox({}, {.countMax = 1, .overflow = OutboxOptions::Overflow::Drop});
        give(outbox, "m1");
        (void)send(outbox);
        QCOMPARE(idsOf(outbox.give(command("m2"), start).dropped), std::string("m2"));
        QCOMPARE(idsOf(outbox.unanswered()), std::string("m1"));
    }
};

QTEST_GUILESS_MAIN(OutboxTest)
#include "tst_outbox.moc"
