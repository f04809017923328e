// SPDX-License-Identifier: Apache-2.0
// What goes next on a link, and what the client says of it: the lanes and the receipts.
#include "model/protocol/limits.h"
#include "model/session/lanes.h"
#include "model/session/receipts.h"

#include <QTest>

using namespace holdfast;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint start{1000s};
constexpr std::uint64_t frameCost = 10 * 1024;
constexpr Duration merge = limits::tailMergeWindow;
using Status = gate::TextState::Status;

gate::TextState text(const std::string &item, std::uint64_t length, Status status = Status::Growing,
                     const std::string &conversation = {})
{
    return {{item}, 0, length, status, {conversation}};
}

/// Sends the next `frames` of at most 10 KiB. \returns who had each: the item, "log" or "-".
std::vector<std::string> serve(Lanes &lanes, int frames, std::map<std::string, std::uint64_t> &lengths,
                               bool hasLog = false)
{
    std::vector<std::string> order;
    for (int i = 0; i < frames; ++i) {
        const Lanes::Next next = lanes.next(hasLog, start, merge);
        if (next.what == Lanes::Next::What::Log) {
            order.emplace_back("log");
            lanes.logSent(frameCost);
        } else if (next.what == Lanes::Next::What::Text) {
            const std::string &item = next.position.item.value;
            order.push_back(item);
            const std::uint64_t rest = lengths.at(item) - next.position.offset;
            lanes.textSent(next.position, std::min(rest, frameCost), start);
        } else {
            order.emplace_back("-");
        }
    }
    return order;
}

auto count(const std::vector<std::string> &order, const std::string &who)
{
    return std::ranges::count(order, who);
}

Receipts::Entry entry(std::uint64_t cost, std::uint64_t seq)
{
    return {.cost = cost, .cursor = {"e", seq}, .tails = {{{"a"}, 0, cost}}, .isUrgent = false};
}

CommitId commit(std::uint64_t id) { return static_cast<CommitId>(id); }

} // namespace

class LanesTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void lanes_aShortAnswerPassesALongOne()
    {
        Lanes lanes;
        std::map<std::string, std::uint64_t> lengths{{"long", 20'000'000}, {"short", 20'000}};
        lanes.follow(text("long", lengths["long"]), 0, Lanes::Lane::Live);
        serve(lanes, 100, lengths);

        lanes.follow(text("short", lengths["short"]), 0, Lanes::Lane::Live);
        const auto order = serve(lanes, 4, lengths);

        QCOMPARE(count(order, "short"), 2); // all of it, and not more than as much of the other
    }

    void lanes_textsShareByBytesAndNotByFrames()
    {
        Lanes lanes;
        lanes.follow(text("a", 20'000'000), 0, Lanes::Lane::Live);
        lanes.follow(text("b", 20'000'000), 0, Lanes::Lane::Live); // escapes make its frames short
        std::uint64_t ofA = 0;
        std::uint64_t ofB = 0;
        for (int i = 0; i < 1000; ++i) {
            const Lanes::Next next = lanes.next(false, start, merge);
            const bool isA = next.position.item.value == "a";
            const std::uint64_t bytes = isA ? frameCost : 1000;
            lanes.textSent(next.position, bytes, start);
            (isA ? ofA : ofB) += bytes;
        }
        QVERIFY2(ofA <= ofB + frameCost && ofB <= ofA + frameCost, std::to_string(ofA).c_str());
    }

    /// Finished texts wait for whoever grows, but not while `synced` waits for them: then they share, as one.
    void lanes_historyWaits_orSharesAsOne()
    {
        Lanes lanes;
        std::map<std::string, std::uint64_t> lengths{
            {"live", 20'000'000}, {"old", 100'000}, {"older", 100'000}};
        lanes.follow(text("live", lengths["live"]), 0, Lanes::Lane::Live);
        for (const char *each : {"old", "older"})
            lanes.follow(text(each, lengths[each], Status::Final), 0, Lanes::Lane::History);
        QCOMPARE(count(serve(lanes, 100, lengths), "live"), 100);

        lanes.setHistory(Lanes::History::Shares);
        const auto order = serve(lanes, 30, lengths);

        QVERIFY(count(order, "live") >= 14 && count(order, "live") <= 16);
        QVERIFY(count(order, "old") >= 7 && count(order, "older") >= 7);
        serve(lanes, 20, lengths);
        QVERIFY(lanes.isHistoryThrough());
    }

    void lanes_whoWasSilentHasNothingSavedUp()
    {
        Lanes lanes;
        std::map<std::string, std::uint64_t> lengths{{"a", 20'000'000}, {"b", 20'000'000}};
        lanes.follow(text("b", 1), 0, Lanes::Lane::Live);
        lanes.textSent({{"b"}, 0, 0}, 1, start);
        lanes.follow(text("a", lengths["a"]), 0, Lanes::Lane::Live);
        serve(lanes, 50, lengths);

        lanes.grew(text("b", lengths["b"]));
        const auto order = serve(lanes, 40, lengths);

        QCOMPARE(count(order, "a"), 20);
        QCOMPARE(count(order, "b"), 20);
    }

    void lanes_theFocusedConversationHasFourFifths()
    {
        Lanes lanes;
        std::map<std::string, std::uint64_t> lengths{{"a", 20'000'000}, {"b", 20'000'000}};
        lanes.follow(text("a", lengths["a"], Status::Growing, "c1"), 0, Lanes::Lane::Live);
        lanes.follow(text("b", lengths["b"], Status::Growing, "c2"), 0, Lanes::Lane::Live);
        lanes.focus({"c2"});

        const auto order = serve(lanes, 100, lengths);

        QCOMPARE(order.front(), std::string("b"));
        QVERIFY2(count(order, "b") >= 79 && count(order, "b") <= 81,
                 std::to_string(count(order, "b")).c_str());
    }

    /// An event that begins or ends a short answer does not wait behind a long one; and a long replay of the
    /// log does not hold up an answer that streams.
    void lanes_theLogGoesNextButNotAlone()
    {
        Lanes lanes;
        std::map<std::string, std::uint64_t> lengths{{"a", 20'000'000}};
        lanes.follow(text("a", lengths["a"]), 0, Lanes::Lane::Live);
        serve(lanes, 100, lengths);

        const auto order = serve(lanes, 100, lengths, true);

        QCOMPARE(order.front(), std::string("log"));
        QVERIFY(count(order, "a") >= 19 && count(order, "a") <= 21);
    }

    void lanes_finishedTextsWaitForEverythingElse()
    {
        Lanes lanes;
        std::map<std::string, std::uint64_t> lengths{{"live", 50'000}, {"old", 15'000}, {"older", 15'000}};
        lanes.follow(text("old", lengths["old"], Status::Final, "c1"), 0, Lanes::Lane::History);
        lanes.follow(text("older", lengths["older"], Status::Final, "c2"), 0, Lanes::Lane::History);
        lanes.follow(text("live", lengths["live"], Status::Final), 0, Lanes::Lane::Live);

        QCOMPARE(serve(lanes, 10, lengths), (std::vector<std::string>{"live", "live", "live", "live", "live",
                                                                      "old", "older", "old", "older", "-"}));
    }

    void lanes_whatIsLookedAtIsNoHistory()
    {
        Lanes lanes;
        std::map<std::string, std::uint64_t> lengths{{"live", 50'000}, {"old", 15'000}, {"older", 15'000}};
        lanes.follow(text("old", lengths["old"], Status::Final, "c1"), 0, Lanes::Lane::History);
        lanes.follow(text("older", lengths["older"], Status::Final, "c2"), 0, Lanes::Lane::History);
        lanes.follow(text("live", lengths["live"], Status::Final), 0, Lanes::Lane::Live);

        lanes.focus({"c2"});
        const auto order = serve(lanes, 9, lengths);

        QCOMPARE(order.front(), std::string("older"));
        QVERIFY(std::ranges::find(order, "old") > std::ranges::find(order, "live"));
    }

    void lanes_aTextThatGrewByLittleWaitsForMore()
    {
        Lanes lanes;
        lanes.follow(text("a", 0), 0, Lanes::Lane::Live);
        lanes.grew(text("a", 100));
        QVERIFY(lanes.next(false, start, merge).what == Lanes::Next::What::Text); // the first bytes at once
        lanes.textSent({{"a"}, 0, 0}, 100, start);
        lanes.grew(text("a", 200));

        const Lanes::Next early = lanes.next(false, start + merge / 2, merge);
        QVERIFY(early.what == Lanes::Next::What::Nothing);
        QVERIFY(early.later == start + merge);
        QVERIFY(lanes.next(false, start + merge, merge).what == Lanes::Next::What::Text);
        lanes.grew(text("a", 200, Status::Final));
        QVERIFY(lanes.next(false, start, merge).what == Lanes::Next::What::Text); // the end does not wait
    }

    void lanes_areThroughWhenWhatWasThereIsSent()
    {
        Lanes lanes;
        lanes.follow(text("a", 100), 0, Lanes::Lane::Live);
        QVERIFY(!lanes.isLiveThrough());
        lanes.textSent({{"a"}, 0, 0}, 60, start);
        lanes.grew(text("a", 100'000)); // it may grow faster than the link carries it
        QVERIFY(!lanes.isLiveThrough());
        lanes.textSent({{"a"}, 0, 60}, 40, start);
        QVERIFY(lanes.isLiveThrough());
    }

    void receipts_countWhatIsCommitted()
    {
        Receipts receipts({"e", 1});
        receipts.add(entry(100, 2), commit(1));
        receipts.add(entry(200, 3), commit(2));
        QCOMPARE(receipts.owed(), std::uint64_t(0));
        QVERIFY(receipts.take() == (frame::Ack{{"e", 1}, {}, 0}));

        receipts.committed(commit(1));
        QCOMPARE(receipts.owed(), std::uint64_t(100));
        QVERIFY(receipts.take() == (frame::Ack{{"e", 2}, {{{"a"}, 0, 100}}, 100}));
        QCOMPARE(receipts.owed(), std::uint64_t(0));

        receipts.committed(commit(2));
        QVERIFY(receipts.take() == (frame::Ack{{"e", 3}, {{{"a"}, 0, 200}}, 300}));
    }

    /// A duplicate brings nothing to the disk, and counts all the same, but not before its predecessors.
    void receipts_countADuplicateInItsTurn()
    {
        Receipts receipts({"e", 1});
        receipts.add(entry(100, 2), commit(1));
        receipts.add(entry(50, 2), commit(1));
        QCOMPARE(receipts.owed(), std::uint64_t(0));
        receipts.committed(commit(1));
        QCOMPARE(receipts.owed(), std::uint64_t(150));
        receipts.add(entry(50, 2), commit(1));
        QCOMPARE(receipts.owed(), std::uint64_t(200));
    }

    void receipts_beginAtZeroOnEachLink()
    {
        Receipts receipts({"e", 1});
        receipts.add(entry(100, 2), commit(1));
        receipts.committed(commit(1));
        receipts.add(entry(100, 3), commit(2));

        receipts.begin();
        QCOMPARE(receipts.owed(), std::uint64_t(0));
        receipts.committed(commit(2)); // of the link before
        QCOMPARE(receipts.owed(), std::uint64_t(0));
        QVERIFY(receipts.take().cursor == (Cursor{"e", 3})); // and yet it is on the disk
    }

    void receipts_anAckNamesAFewTextsOnly()
    {
        Receipts receipts({"e", 1});
        for (std::size_t i = 0; i < 2 * limits::ackTailsMax; ++i) {
            Receipts::Entry each = entry(10, 1);
            each.tails = {{{"a" + std::to_string(i)}, 0, 1}};
            receipts.add(each, commit(0));
        }
        QCOMPARE(receipts.take().tails.size(), limits::ackTailsMax);
    }
};

QTEST_GUILESS_MAIN(LanesTest)
#include "tst_lanes.moc"
