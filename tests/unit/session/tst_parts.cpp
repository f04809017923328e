// SPDX-License-Identifier: Apache-2.0
// The parts a client's session is composed of, each by itself.
#include "model/session/backoff.h"
#include "model/session/liveness.h"
#include "model/session/replay.h"
#include "model/session/timertable.h"

#include <QTest>

using namespace holdfast;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint start{1000s};

frame::Log logOf(std::uint64_t after, std::uint64_t upTo)
{
    frame::Log log{after, upTo, {}};
    for (std::uint64_t seq = after + 1; seq <= upTo; ++seq)
        log.events.push_back({seq, logged::Checkpoint{{"a"}, 0, seq, ""}});
    return log;
}

const std::string anotherHash(64, '0');

} // namespace

class PartsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void backoff_isAtOnceFirst_thenBelowItsCeilings()
    {
        for (std::uint64_t seed = 1; seed < 200; ++seed) {
            Backoff backoff({}, Random(seed));
            QCOMPARE(backoff.next(Cause::Reset, start), Duration::zero());
            QVERIFY(backoff.next(Cause::Reset, start) <= 250ms);
            QVERIFY(backoff.next(Cause::Reset, start) <= 500ms);
            for (int i = 0; i < 20; ++i)
                QVERIFY(backoff.next(Cause::Reset, start + 10s) <= 1s);
            QVERIFY(backoff.next(Cause::Reset, start + 31s) <= 2s);
            for (int i = 0; i < 40; ++i)
                QVERIFY(backoff.next(Cause::Reset, start + 1h) <= 20s);
            backoff.reset();
            QCOMPARE(backoff.next(Cause::Reset, start + 2h), Duration::zero());
        }
    }
    void backoff_keepsToItsPreset_data()
    {
        QTest::addColumn<int>("preset");
        QTest::addColumn<std::vector<int>>("steps"); // ms; the last one stays
        QTest::newRow("graceful") << int(BackoffPreset::Graceful)
                                  << std::vector<int>{1000, 2000, 4000, 8000, 8000};
        QTest::newRow("emergency") << int(BackoffPreset::Emergency)
                                   << std::vector<int>{500, 1000, 2000, 4000, 4000};
        QTest::newRow("rolling") << int(BackoffPreset::Rolling)
                                 << std::vector<int>{100, 500, 1000, 2000, 2000};
    }
    void backoff_keepsToItsPreset()
    {
        QFETCH(int, preset);
        QFETCH(std::vector<int>, steps);
        for (std::uint64_t seed = 1; seed < 50; ++seed) {
            Backoff backoff({.preset = static_cast<BackoffPreset>(preset)}, Random(seed));
            QCOMPARE(backoff.next(Cause::Reset, start), Duration::zero());
            for (const int step : steps) {
                const Duration delay = backoff.next(Cause::Reset, start);
                QVERIFY(delay >= std::chrono::milliseconds(step) / 2 &&
                        delay <= std::chrono::milliseconds(step));
            }
        }
    }

    void backoff_doesNotHurryWhereHurryingCannotHelp()
    {
        Backoff backoff({}, Random(1));
        QVERIFY(backoff.next(Cause::NotHoldfast, start) >= 500ms);
        for (int i = 1; i < Backoff::hopelessBeforeOpen; ++i) {
            QVERIFY(backoff.next(Cause::NotHoldfast, start) <= 8s);
            QVERIFY(!backoff.isOpen());
        }
        QCOMPARE(backoff.next(Cause::NotHoldfast, start), Duration(60s));
        QVERIFY(backoff.isOpen());
        QVERIFY(backoff.next(Cause::Refused, start) <= 20s); // somebody else's answer is gone
        QVERIFY(!backoff.isOpen());
    }

    void backoff_spreadsAHerd()
    {
        std::vector<Duration> delays;
        for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
            Backoff backoff({}, Random(seed));
            for (int i = 0; i < 4; ++i)
                (void)backoff.next(Cause::Reset, start);
            delays.push_back(backoff.next(Cause::Reset, start));
        }
        std::ranges::sort(delays);
        QVERIFY(delays[250] < 350ms &&
                delays[250] > 150ms); // a quarter of the herd in a quarter of the second
        QVERIFY(delays[750] < 850ms && delays[750] > 650ms);
    }
    void backoff_givesConnectingMoreTimeLater()
    {
        Backoff backoff({}, Random(1));
        QCOMPARE(backoff.connectDeadline(), Duration(2s));
        for (int i = 0; i < 10; ++i)
            (void)backoff.next(Cause::Reset, start);
        QCOMPARE(backoff.connectDeadline(), Duration(8s));
    }

    void liveness_asksAfterTenSecondsAndWaitsFour()
    {
        Liveness liveness;
        liveness.start(start, {});
        QVERIFY(liveness.pingAt(Liveness::Mode::Idle) == start + 10s);
        liveness.expectAnswer(start + 10s);
        QVERIFY(!liveness.pingAt(Liveness::Mode::Idle));
        QVERIFY(liveness.deadAt(Liveness::Mode::Idle) == start + 14s);
        liveness.heard(start + 12s); // any byte is a sign of life
        QVERIFY(liveness.deadAt(Liveness::Mode::Idle) == start + 16s);
        liveness.answered(start);
        QVERIFY(liveness.deadAt(Liveness::Mode::Idle) == start + 32s);
    }
    void liveness_whileStreamingFourSecondsFromTheLastByte()
    {
        Liveness liveness;
        liveness.start(start, {});
        QVERIFY(liveness.pingAt(Liveness::Mode::Streaming) == start + 1s);
        liveness.expectAnswer(start + 1s);
        QVERIFY(liveness.deadAt(Liveness::Mode::Streaming) == start + 4s);
    }

    void liveness_learnsHowLongAnAnswerTakes()
    {
        using Mode = Liveness::Mode;
        Liveness liveness;
        const auto patience = [&liveness] {
            liveness.restart(start);
            liveness.expectAnswer(start);
            return liveness.deadAt(Mode::Idle) - start;
        };
        QCOMPARE(patience(), Duration(4s));
        QCOMPARE(*liveness.suspectAt(Mode::Idle) - start, Duration(2s));
        liveness.answered(start + 2s);
        QCOMPARE(patience(), Duration(8s));
        liveness.answered(start + 1min);
        QCOMPARE(patience(), Duration(32s)); // at most
        liveness.answered(start + 10ms);
        QCOMPARE(patience(), Duration(4s)); // at least
        liveness.start(start, 3s);
        QCOMPARE(patience(), Duration(6s)); // a link that took long to open
        liveness.start(start, 100ms);
        liveness.expectAnswer(start, 80 * 1024); // a slow link needs ten seconds for that
        QCOMPARE(liveness.deadAt(Mode::Idle) - start, Duration(14s));
    }

    void timers_theEarliestWins()
    {
        TimerTable timers;
        QVERIFY(!timers.earliest());
        timers.set(Timer::Ping, start + 2s);
        timers.set(Timer::Retry, start + 1s);
        QVERIFY(timers.earliest() == Wake({start + 1s, Timer::Retry}));
        QVERIFY(!timers.take(Timer::Retry, start));
        QVERIFY(timers.take(Timer::Retry, start + 1s));
        QVERIFY(timers.earliest() == Wake({start + 2s, Timer::Ping}));
    }

    void replay_batchesCoverWhatTheySay_data()
    {
        QTest::addColumn<quint64>("after");
        QTest::addColumn<quint64>("upTo");
        QTest::addColumn<quint64>("cursor"); // afterwards
        QTest::addColumn<quint64>("applied");
        QTest::addColumn<bool>("asks");
        QTest::newRow("the next one") << quint64(10) << quint64(12) << quint64(12) << quint64(2) << false;
        QTest::newRow("known") << quint64(3) << quint64(10) << quint64(10) << quint64(0) << false;
        QTest::newRow("half known") << quint64(8) << quint64(13) << quint64(13) << quint64(3) << false;
        QTest::newRow("a hole") << quint64(11) << quint64(13) << quint64(10) << quint64(0) << true;
        QTest::newRow("empty, but it covers")
            << quint64(10) << quint64(10) << quint64(10) << quint64(0) << false;
    }
    void replay_batchesCoverWhatTheySay()
    {
        QFETCH(quint64, after);
        QFETCH(quint64, upTo);
        QFETCH(bool, asks);
        Replay replay({"e", 10}, {});
        const Replay::Effects effects = replay.onLog(logOf(after, upTo));
        QTEST(quint64(replay.cursor().seq), "cursor");
        QTEST(quint64(effects.events), "applied");
        QCOMPARE(!effects.frames.empty(), asks);
    }
    void replay_asksForAHoleOnce()
    {
        Replay replay({"e", 10}, {});
        QCOMPARE(replay.onLog(logOf(20, 21)).frames.size(), std::size_t(1));
        QVERIFY(replay.onLog(logOf(21, 22)).frames.empty());
        QVERIFY(replay.onLinkReady({}).frames.empty());
        QCOMPARE(replay.onLog(logOf(22, 23)).frames.size(), std::size_t(1));
    }
    void replay_aTextThatDiffersIsFetchedAgainOnce()
    {
        Replay replay({"e", 0}, {});
        (void)replay.onLog({0, 1, {{1, logged::RunStarted{{"c"}, {"r"}, {"a"}, {"guide"}, 0, 0}}}});
        (void)replay.onTail({{"a"}, 0, 0, "Anker"});
        logged::RunFinished end;
        end.item = {"a"};
        end.length = 5;
        end.sha256 = anotherHash;
        const auto first = replay.onLog({1, 2, {{2, end}}});
        QVERIFY(std::ranges::count(first.notes, Note::ItemRepaired) == 1);
        QCOMPARE(first.frames.size(), std::size_t(1));
        const auto second = replay.onTail({{"a"}, 0, 0, "Anker"});
        QVERIFY(std::ranges::count(second.notes, Note::ItemUnverifiable) == 1);
        QVERIFY(std::get<change::FinishItem>(second.changes.back()).verdict == change::Verdict::Unverified);
    }
    void replay_anEmptyTextWithAnotherHashIsNotFetchedAgain()
    {
        Replay replay({"e", 0}, {});
        const frame::Log log{0,
                             2,
                             {{1, logged::RunStarted{.item = {"a"}}},
                              {2, logged::RunFinished{.item = {"a"}, .sha256 = anotherHash}}}};
        const auto effects = replay.onLog(log);
        QVERIFY(effects.frames.empty()); // there is nothing to fetch
        QVERIFY(replay.isConsistent());
        QCOMPARE(effects.notes, std::vector<Note>{Note::ItemUnverifiable});
    }

    void replay_aBreakLeavesASeamAndTheNextByteClosesIt()
    {
        Replay replay({"e", 0}, {});
        (void)replay.onLog({0, 1, {{1, logged::RunStarted{{"c"}, {"r"}, {"a"}, {"guide"}, 0, 0}}}});
        (void)replay.onTail({{"a"}, 0, 0, "An"});
        QCOMPARE(replay.onLinkLost().changes.size(), std::size_t(1));
        QVERIFY(replay.onLinkLost().changes.empty());
        const auto effects = replay.onTail({{"a"}, 0, 2, "ker"});
        QVERIFY(std::holds_alternative<change::CloseSeam>(effects.changes.back()));
        QVERIFY(replay.isStreaming());
    }
    void replay_textFromElsewhereIsIgnored()
    {
        Replay replay({"e", 0}, {});
        QVERIFY(replay.onTail({{"x"}, 0, 0, "?"}).changes.empty());
        QVERIFY(replay.onGone({{"x"}}).changes.empty());
    }
};

QTEST_GUILESS_MAIN(PartsTest)
#include "tst_parts.moc"
