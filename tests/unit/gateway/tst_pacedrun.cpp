// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/pacedrun.h"

#include <QSignalSpy>
#include <QTest>

using namespace holdfast;
using namespace std::chrono_literals;

namespace {

/// A run over "0123…" whose time is told by the test.
class Stage
{
public:
    explicit Stage(PacedRun::Source source, std::uint64_t offset = 0)
        : m_run(withText(std::move(source)), offset, [this] { return m_now; })
    {
        QObject::connect(&m_run, &AgentRun::textProduced, &m_run, [this](const QByteArray &bytes) {
            m_text += bytes;
            m_largest = std::max(m_largest, bytes.size());
        });
        QObject::connect(&m_run, &AgentRun::finished, &m_run,
                         [this](RunStatus status) { m_ends.append(toString(status)); });
    }
    PacedRun &run() { return m_run; }
    void advance(Duration by) { m_now += by; }
    const QByteArray &text() const { return m_text; }
    qsizetype largestPiece() const { return m_largest; }
    const QList<QByteArray> &ends() const { return m_ends; }

private:
    static PacedRun::Source withText(PacedRun::Source source)
    {
        source.read = [](std::uint64_t offset, std::uint64_t length) {
            std::string text;
            for (std::uint64_t at = offset; at < offset + length; ++at)
                text += static_cast<char>('0' + at % 10);
            return text;
        };
        return source;
    }

    TimePoint m_now{};
    PacedRun m_run;
    QByteArray m_text;
    qsizetype m_largest{0};
    QList<QByteArray> m_ends;
};

} // namespace

class PacedRunSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void handsOutWhatTheTimeSays_howeverLateTheTicksAre()
    {
        Stage stage({.bytes = 10'000, .bytesPerSecond = 1000, .read = {}});
        stage.run().start();

        stage.advance(1500ms);
        QTRY_COMPARE(stage.text().size(), 1500);
        stage.advance(4s);
        QTRY_COMPARE(stage.text().size(), 5500);

        QVERIFY(stage.ends().isEmpty());
        QVERIFY(stage.text().startsWith("0123456789012"));
    }

    void endsOnceWhenAllIsOut()
    {
        Stage stage({.bytes = 10'000, .bytesPerSecond = 1000, .read = {}});
        stage.run().start();

        stage.advance(1h);
        QTRY_COMPARE(stage.ends(), QList<QByteArray>{"completed"});
        stage.run().stop();

        QCOMPARE(stage.text().size(), 10'000);
        QCOMPARE(stage.ends().size(), 1);
    }

    void catchesUpInPortions_afterALongSleep()
    {
        Stage stage({.bytes = 1'000'000, .bytesPerSecond = 1000, .read = {}});
        stage.run().start();

        stage.advance(24h);
        QTRY_COMPARE(stage.ends(), QList<QByteArray>{"completed"});

        QCOMPARE(stage.text().size(), 1'000'000);
        QVERIFY(stage.largestPiece() <= 16 * 1024);
    }

    void keepsToThePieceThatWasWanted()
    {
        Stage stage({.bytes = 5000, .bytesPerSecond = 0, .pieceBytes = 7, .read = {}});

        stage.run().start();
        QTRY_COMPARE(stage.ends(), QList<QByteArray>{"completed"});

        QCOMPARE(stage.text().size(), 5000);
        QCOMPARE(stage.largestPiece(), 7);
    }

    void beginsAtItsOffset()
    {
        Stage stage({.bytes = 10'000, .bytesPerSecond = 1000, .read = {}}, 9004);
        stage.run().start();

        stage.advance(500ms);
        QTRY_COMPARE(stage.text().size(), 500);

        QVERIFY(stage.text().startsWith("456789"));
    }

    void completesWithoutAByte_whenAllIsStoredAlready()
    {
        Stage stage({.bytes = 100, .bytesPerSecond = 1000, .read = {}}, 100);

        stage.run().start();
        QTRY_COMPARE(stage.ends(), QList<QByteArray>{"completed"});

        QVERIFY(stage.text().isEmpty());
    }

    void stopsInTheMiddle()
    {
        Stage stage({.bytes = 10'000, .bytesPerSecond = 1000, .read = {}});
        stage.run().start();
        stage.advance(1s);
        QTRY_COMPARE(stage.text().size(), 1000);

        stage.run().stop();

        QCOMPARE(stage.ends(), QList<QByteArray>{"cancelled"});
    }

    void endsOnce_whenItIsStoppedByWhoTakesTheLastByte()
    {
        Stage stage({.bytes = 100, .bytesPerSecond = 0, .read = {}});
        connect(&stage.run(), &AgentRun::textProduced, &stage.run(), &AgentRun::stop);

        stage.run().start();
        QTRY_COMPARE(stage.text().size(), 100);

        QCOMPARE(stage.ends(), QList<QByteArray>{"cancelled"});
    }

    void isCancelled_whenItIsStoppedBeforeItBegan()
    {
        Stage stage({.bytes = 100, .bytesPerSecond = 0, .read = {}});

        stage.run().stop();
        stage.run().start();

        QCOMPARE(stage.ends(), QList<QByteArray>{"cancelled"});
        QVERIFY(stage.text().isEmpty());
    }
};

QTEST_GUILESS_MAIN(PacedRunSpec)
#include "tst_pacedrun.moc"
