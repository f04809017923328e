// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/streamlab.h"
#include "app/gateway/agents/streamlabtext.h"
#include "model/session/random.h"
#include "model/text/prefixhash.h"
#include "model/text/utf8.h"

#include <QJsonDocument>
#include <QSignalSpy>
#include <QTest>

using namespace holdfast;
using Format = StreamLabSpec::Format;

namespace {

StreamLabSpec aSpec(Format format, std::uint64_t bytes = 20'000, std::uint64_t seed = 7)
{
    return {.bytes = bytes, .seed = seed, .format = format};
}

std::string whole(const StreamLabSpec &spec) { return streamLabText(spec, 0, spec.bytes); }

void addFormats()
{
    QTest::addColumn<int>("format");
    QTest::newRow("text") << static_cast<int>(Format::Text);
    QTest::newRow("markdown") << static_cast<int>(Format::Markdown);
    QTest::newRow("json") << static_cast<int>(Format::Json);
}

/// What a run brings until it ends.
struct Outcome {
    std::string text;
    RunStatus status{RunStatus::Working};
    QString detail;
};

Outcome outcomeOf(const std::string &line, std::uint64_t offset = 0)
{
    const auto run = StreamLab().run({{{Turn::Speaker::User, line}}, offset});
    Outcome outcome;
    QObject::connect(run.get(), &AgentRun::textProduced, run.get(),
                     [&outcome](const QByteArray &bytes) { outcome.text += bytes.toStdString(); });
    QObject::connect(run.get(), &AgentRun::finished, run.get(),
                     [&outcome](RunStatus status, const QString &detail) {
                         outcome.status = status;
                         outcome.detail = detail;
                     });
    QSignalSpy finished(run.get(), &AgentRun::finished);
    run->start();
    if (finished.isEmpty())
        finished.wait(30'000);
    return outcome;
}

} // namespace

class StreamLabSpecification : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void givesTheSameBytesOnEveryPlatform_data()
    {
        QTest::addColumn<int>("format");
        QTest::addColumn<QByteArray>("sha256");
        QTest::newRow("text") << static_cast<int>(Format::Text)
                              << QByteArray(
                                     "5b827249ab6adfd09960308c22f0fb0b287c71312a01063812b444be80d31eea");
        QTest::newRow("markdown") << static_cast<int>(Format::Markdown)
                                  << QByteArray(
                                         "629af240a7e15d9dacb8b3a61ab36b71190a8d380c558e0f3fbbc958395b9a29");
        QTest::newRow("json") << static_cast<int>(Format::Json)
                              << QByteArray(
                                     "31d80137fc7721dcfcc4e95538e041f768fa7aae8edcc4f773adab65359852b0");
    }
    void givesTheSameBytesOnEveryPlatform()
    {
        QFETCH(const int, format);
        QFETCH(const QByteArray, sha256);
        PrefixHash hash;

        hash.append(whole(aSpec(static_cast<Format>(format), 2'000'000, 7)));

        QCOMPARE(QByteArray::fromStdString(hash.hex()), sha256);
    }

    void givesExactlyTheBytesThatWereWanted_data() { addFormats(); }
    void givesExactlyTheBytesThatWereWanted()
    {
        QFETCH(const int, format);
        std::vector<std::uint64_t> sizes{4095, 4096, 4097, 4098, 4099, 8191, 8193, 8204, 100'001};
        for (std::uint64_t size = format == static_cast<int>(Format::Json) ? 12 : 0; size < 300; ++size)
            sizes.push_back(size);

        for (const std::uint64_t size : sizes) {
            const std::string text = whole(aSpec(static_cast<Format>(format), size));
            QCOMPARE(text.size(), size);
            QVERIFY(utf8::isValid(text));
        }
    }

    void givesTheSameBytesFromAnyOffsetInAnyPortions_data() { addFormats(); }
    void givesTheSameBytesFromAnyOffsetInAnyPortions()
    {
        QFETCH(const int, format);
        const StreamLabSpec spec = aSpec(static_cast<Format>(format), 30'011);
        const std::string expected = whole(spec);
        Random random(1);

        for (int round = 0; round < 40; ++round) {
            const std::uint64_t from = random.below(spec.bytes);
            std::string text;
            while (from + text.size() < spec.bytes)
                text += streamLabText(spec, from + text.size(), 1 + random.below(9000));
            QVERIFY(text == expected.substr(from));
        }
        for (std::uint64_t at = 0; at < spec.bytes; at += 1 + at / 100)
            QCOMPARE(streamLabText(spec, at, 1), expected.substr(at, 1));
    }

    void givesNothingBehindTheEnd()
    {
        QCOMPARE(streamLabText(aSpec(Format::Text, 100), 100, 10), std::string());
        QCOMPARE(streamLabText(aSpec(Format::Text, 100), UINT64_MAX, UINT64_MAX), std::string());
        QCOMPARE(streamLabText(aSpec(Format::Text, 100), 99, UINT64_MAX).size(), 1U);
    }

    void isOneJsonDocument()
    {
        for (const std::uint64_t bytes : {12U, 13U, 200U, 4096U, 4108U, 4109U, 4200U, 50'000U}) {
            const QByteArray text = QByteArray::fromStdString(whole(aSpec(Format::Json, bytes)));
            QJsonParseError error;
            (void)QJsonDocument::fromJson(text, &error);
            QCOMPARE(error.error, QJsonParseError::NoError);
        }
    }

    void closesEveryFenceOfItsMarkdown()
    {
        const QByteArray text = QByteArray::fromStdString(whole(aSpec(Format::Markdown, 1'000'003)));
        bool isInside = false;
        int fences = 0;

        for (const QByteArray &line : text.split('\n')) {
            if (!line.startsWith("```"))
                continue;
            QCOMPARE(line, isInside ? QByteArray("```") : QByteArray("```cpp"));
            isInside = !isInside;
            ++fences;
        }

        QVERIFY(fences > 1000);
        QVERIFY(!isInside);
        QVERIFY(text.contains("\n## "));
        QVERIFY(text.contains("\n- **"));
    }

    void hasCharactersOfEveryLength()
    {
        const QByteArray text = QByteArray::fromStdString(whole(aSpec(Format::Text)));

        for (const char *character : {"ä", "—", "海", "🙂"})
            QVERIFY(text.contains(character));
    }

    void givesOtherTextForAnotherSeed()
    {
        // Word sequences that are only shifted would show as a common stretch.
        const std::string one = whole(aSpec(Format::Text, 4096, 7));
        const std::string other = whole(aSpec(Format::Text, 8192, 8));

        QCOMPARE(other.find(one.substr(1000, 80)), std::string::npos);
    }

    void readsALine_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("as");
        QTest::newRow("nothing said") << QByteArray() << QByteArray("20000 20 0 1 1");
        QTest::newRow("prose") << QByteArray("Show me something, please.") << QByteArray("20000 20 0 1 1");
        QTest::newRow("all of them") << QByteArray("bytes=2000000 rate=200 chunk=7 seed=9 format=text")
                                     << QByteArray("2000000 200 7 9 0");
        QTest::newRow("as fast as possible") << QByteArray("rate=0") << QByteArray("20000 0 0 1 1");
        QTest::newRow("blanks around")
            << QByteArray("  bytes=5\tformat=markdown\r\n seed=2  ") << QByteArray("5 20 0 2 1");
        QTest::newRow("json") << QByteArray("format=json bytes=12") << QByteArray("12 20 0 1 2");
        QTest::newRow("the last one counts") << QByteArray("bytes=1 bytes=2") << QByteArray("2 20 0 1 1");
        QTest::newRow("the most") << QByteArray("bytes=100000000") << QByteArray("100000000 20 0 1 1");
    }
    void readsALine()
    {
        QFETCH(const QByteArray, line);
        QFETCH(const QByteArray, as);

        const auto spec = parseStreamLabLine(line.toStdString());

        QVERIFY(spec);
        QList<QByteArray> numbers;
        for (const std::uint64_t each : {spec->bytes, spec->rate, spec->chunk, spec->seed})
            numbers.append(QByteArray::number(qulonglong(each)));
        numbers.append(QByteArray::number(static_cast<int>(spec->format)));
        QCOMPARE(numbers.join(' '), as);
    }

    void namesTheWordThatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<QByteArray>("word");
        QTest::newRow("unknown key") << QByteArray("bytes=10 speed=5") << QByteArray("\"speed=5\"");
        QTest::newRow("no key") << QByteArray("bytes=10 please") << QByteArray("\"please\"");
        QTest::newRow("no number") << QByteArray("bytes=ten") << QByteArray("\"bytes=ten\"");
        QTest::newRow("empty") << QByteArray("bytes=") << QByteArray("\"bytes=\"");
        QTest::newRow("negative") << QByteArray("rate=-1") << QByteArray("\"rate=-1\"");
        QTest::newRow("with a unit") << QByteArray("rate=5k") << QByteArray("\"rate=5k\"");
        QTest::newRow("too many bytes") << QByteArray("bytes=100000001") << QByteArray("at most 100000000");
        QTest::newRow("no 64 bits") << QByteArray("seed=99999999999999999999") << QByteArray("\"seed=9999");
        QTest::newRow("too fast") << QByteArray("rate=1000001") << QByteArray("at most 1000000");
        QTest::newRow("piece too large") << QByteArray("chunk=65537") << QByteArray("at most 65536");
        QTest::newRow("unknown format") << QByteArray("format=xml") << QByteArray("\"format=xml\"");
        QTest::newRow("too small for JSON")
            << QByteArray("format=json bytes=11") << QByteArray("\"bytes=11\"");
    }
    void namesTheWordThatIsWrong()
    {
        QFETCH(const QByteArray, line);
        QFETCH(const QByteArray, word);

        const Outcome outcome = outcomeOf(line.toStdString());

        QCOMPARE(outcome.status, RunStatus::Failed);
        QVERIFY2(outcome.detail.toUtf8().contains(word), qPrintable(outcome.detail));
        QVERIFY(outcome.text.empty());
    }

    void keepsTheReasonShort() { QVERIFY(outcomeOf("a=" + std::string(100'000, 'x')).detail.size() < 200); }

    void streamsWhatTheGeneratorSays_fromAnyOffset()
    {
        const std::string expected = whole(aSpec(Format::Markdown, 300'000));

        for (const std::uint64_t offset : {0U, 1U, 4097U, 299'999U, 300'000U, 400'000U}) {
            const Outcome outcome = outcomeOf("bytes=300000 rate=0 seed=7", offset);
            QCOMPARE(outcome.status, RunStatus::Completed);
            QVERIFY(outcome.text == expected.substr(std::min<std::size_t>(offset, expected.size())));
        }
    }

    void goesOnAfterACrash() { QCOMPARE(StreamLab().afterCrash(), AfterCrash::Resume); }
};

QTEST_GUILESS_MAIN(StreamLabSpecification)
#include "tst_streamlab.moc"
