// SPDX-License-Identifier: Apache-2.0
// Law 13: what differs is noticed at the next checkpoint, and costs no more than what follows the last place
// that was right.
#include "model/session/replay.h"

#include <QTest>

using namespace holdfast;

namespace {

constexpr std::uint64_t step = 16 * 1024;    ///< between checkpoints
constexpr std::uint64_t frameBytes = 10'000; ///< so that checkpoints fall inside of frames

std::string hashOf(const std::string &text, std::uint64_t length)
{
    PrefixHash hash;
    hash.append(std::string_view(text).substr(0, length));
    return hash.hex();
}

std::string textOf(std::size_t bytes)
{
    std::string text;
    while (text.size() < bytes)
        text += std::to_string(text.size()) + ' ';
    text.resize(bytes);
    return text;
}

/// A gateway that sends one text, once or again, over a network that may change a byte; and what the client
/// has written down.
class Stream
{
public:
    explicit Stream(std::size_t bytes) : m_text(textOf(bytes))
    {
        say(logged::RunStarted{{"c"}, {"r"}, {"a"}, {"x"}});
    }

    void say(const LogBody &body)
    {
        ++m_seq;
        take(m_replay.onLog({m_seq - 1, m_seq, {{m_seq, body}}}));
    }
    void checkpoint(std::uint64_t length)
    {
        say(logged::Checkpoint{{"a"}, 0, length, hashOf(m_text, length)});
    }
    void finish()
    {
        logged::RunFinished end;
        end.item = {"a"};
        end.length = m_text.size();
        end.sha256 = hashOf(m_text, m_text.size());
        say(end);
    }
    /// Sends what is asked for until everything was sent; a checkpoint follows the text it is of, as it does
    /// live. \param damage  where a byte changes on the way, every time or only the first time.
    void run(std::uint64_t damage, int times)
    {
        for (std::uint64_t said = 0; m_sent < m_text.size();) {
            const std::uint64_t size =
                std::min<std::uint64_t>({frameBytes, m_text.size() - m_sent, step - m_sent % step});
            std::string piece = m_text.substr(m_sent, size);
            if (damage >= m_sent && damage < m_sent + size && times-- > 0)
                piece[damage - m_sent] ^= 1;
            m_travelled += size;
            m_sent += size;
            take(m_replay.onTail({{"a"}, 0, m_sent - size, piece}));
            if (m_sent % step == 0 && m_sent > said) {
                said = m_sent;
                checkpoint(m_sent);
            }
        }
    }

    const std::string &text() const { return m_text; }
    const std::string &written() const { return m_written; }
    std::uint64_t travelled() const { return m_travelled; }
    int repairs() const { return m_repairs; }
    std::optional<change::Verdict> verdict() const { return m_verdict; }

private:
    void take(const Replay::Effects &effects)
    {
        for (const Change &each : effects.changes) {
            if (const auto *tail = std::get_if<change::WriteTail>(&each))
                m_written.replace(tail->offset, std::string::npos, tail->text);
            else if (const auto *cut = std::get_if<change::RestartTail>(&each))
                m_written.resize(cut->offset);
            else if (const auto *end = std::get_if<change::FinishItem>(&each))
                m_verdict = end->verdict;
        }
        for (const Frame &each : effects.frames)
            m_sent = std::get<frame::GetPart>(each).position.offset;
        m_repairs += effects.repairs;
    }

    Replay m_replay{{"e", 0}, {}};
    std::string m_text;
    std::string m_written;
    std::uint64_t m_seq{0};
    std::uint64_t m_sent{0};
    std::uint64_t m_travelled{0};
    int m_repairs{0};
    std::optional<change::Verdict> m_verdict;
};

} // namespace

class RepairSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aChangedByteCostsWhatFollowsTheLastCheckpoint()
    {
        Stream stream(2'000'000);

        stream.run(1'000'000, 1);
        stream.finish();

        QCOMPARE(stream.written(), stream.text());
        QVERIFY(stream.verdict() == change::Verdict::Verified);
        QCOMPARE(stream.repairs(), 1);
        QVERIFY(stream.travelled() <= stream.text().size() + step);
    }

    void aCheckpointInsideAFrameIsComparedThere()
    {
        Stream stream(3 * step);
        stream.checkpoint(5'000);
        stream.checkpoint(7'000);

        stream.run(6'000, 1); // both checkpoints are inside of the first frame

        stream.finish();
        QCOMPARE(stream.written(), stream.text());
        QCOMPARE(stream.repairs(), 1);
        QCOMPARE(stream.travelled(), 3 * step + frameBytes - 5'000);
    }

    void withoutACheckpointBehindItTheEndIsCompared()
    {
        Stream stream(step + 100);

        stream.run(step + 50, 1);
        stream.finish();
        stream.run(0, 0);

        QCOMPARE(stream.written(), stream.text());
        QVERIFY(stream.verdict() == change::Verdict::Verified);
        QCOMPARE(stream.travelled(), step + 200);
    }

    void whatIsNeverRightIsKeptAndMarked()
    {
        Stream stream(3 * step);

        stream.run(step + 5, 1'000);
        stream.finish();
        stream.run(step + 5, 1'000);

        QVERIFY(stream.verdict() == change::Verdict::Unverified);
        QCOMPARE(stream.written().size(), stream.text().size());
        QVERIFY(stream.repairs() <= 8);
        QVERIFY(stream.travelled() <= 4 * stream.text().size());
    }

    void aCheckpointThatLiesDoesNotCostTheText()
    {
        Stream stream(3 * step);
        stream.say(logged::Checkpoint{{"a"}, 0, 9'000, std::string(64, '0')});

        stream.run(0, 0);
        stream.finish();

        QVERIFY(stream.verdict() == change::Verdict::Verified);
        QCOMPARE(stream.written(), stream.text());
    }

    void aTextOfADeletedConversationIsWaitedForNoMore()
    {
        Replay replay({"e", 0}, {});
        (void)replay.onLog({0,
                            2,
                            {{1, logged::RunStarted{{"c1"}, {"r"}, {"a"}, {"x"}}},
                             {2, logged::RunStarted{{"c2"}, {"r"}, {"b"}, {"x"}}}}});

        const auto effects = replay.onLog({2, 3, {{3, logged::ConversationDeleted{{"c1"}, 1}}}});

        QCOMPARE(replay.positions(9).size(), std::size_t(1));
        QVERIFY(effects.changes.back() == Change(change::FinishItem{{"a"}, change::Verdict::Gone}));
    }

    void aCheckpointOfAnotherGenerationSaysNothing()
    {
        Stream stream(step - 1);
        stream.say(logged::Checkpoint{{"a"}, 7, 9'000, std::string(64, '0')});

        stream.run(0, 0);

        QCOMPARE(stream.repairs(), 0);
    }
};

QTEST_APPLESS_MAIN(RepairSpec)
#include "tst_repair.moc"
