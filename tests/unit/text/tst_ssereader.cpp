// SPDX-License-Identifier: Apache-2.0
#include "model/text/ssereader.h"

#include <QTest>

using namespace holdfast;

namespace {

constexpr std::size_t plenty = 4096;

/// Events as "type:data|type:data|", for rows that can be read.
QByteArray shown(const std::vector<SseReader::Event> &events)
{
    std::string text;
    for (const SseReader::Event &event : events)
        text += event.type + ':' + event.data + '|';
    return QByteArray::fromStdString(text);
}

/// The same bytes in portions of `portion`.
std::vector<SseReader::Event> readIn(std::size_t portion, std::string_view bytes)
{
    SseReader reader(plenty);
    std::vector<SseReader::Event> all;
    for (std::size_t at = 0; at < bytes.size(); at += portion) {
        const auto some = reader.read(bytes.substr(at, portion));
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

} // namespace

class SseReaderSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsTheStandardsExamples_inAnyPortions_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("events");
        QTest::newRow("one line") << QByteArray("data: This is the first message.\n\n")
                                  << QByteArray("message:This is the first message.|");
        QTest::newRow("several data lines are one text")
            << QByteArray("data: YHOO\ndata: +2\ndata: 10\n\n") << QByteArray("message:YHOO\n+2\n10|");
        QTest::newRow("named events") << QByteArray("event: add\ndata: 73\n\nevent: remove\ndata: 2\n\n")
                                      << QByteArray("add:73|remove:2|");
        QTest::newRow("a name holds for one event")
            << QByteArray("event: add\ndata: 1\n\ndata: 2\n\n") << QByteArray("add:1|message:2|");
        QTest::newRow("an empty name is none")
            << QByteArray("event:\ndata: 1\n\n") << QByteArray("message:1|");
        QTest::newRow("comment, id, data")
            << QByteArray(": test\n\ndata: first\nid: 1\n\ndata:second\nid\n\n")
            << QByteArray("message:first|message:second|");
        QTest::newRow("data without colon is an empty text")
            << QByteArray("data\n\ndata\ndata\n\ndata:") << QByteArray("message:|message:\n|");
        QTest::newRow("only one blank is taken off")
            << QByteArray("data:  two\n\n") << QByteArray("message: two|");
        QTest::newRow("CR ends lines") << QByteArray("data: a\rdata: b\r\r") << QByteArray("message:a\nb|");
        QTest::newRow("CRLF ends lines")
            << QByteArray("data: a\r\ndata: b\r\n\r\n") << QByteArray("message:a\nb|");
        QTest::newRow("all three mixed")
            << QByteArray("data: a\rdata: b\ndata: c\r\n\r\n") << QByteArray("message:a\nb\nc|");
        QTest::newRow("LF behind CRLF is an empty line")
            << QByteArray("data: a\r\n\n") << QByteArray("message:a|");
        QTest::newRow("byte order mark") << QByteArray("\xEF\xBB\xBF"
                                                       "data: a\n\n")
                                         << QByteArray("message:a|");
        QTest::newRow("only the first one") << QByteArray("data: a\n\xEF\xBB\xBF"
                                                          "data: b\n\n")
                                            << QByteArray("message:a|");
        QTest::newRow("unknown fields")
            << QByteArray("retry: 10\ndata: a\nfoo: b\nDATA: c\n\n") << QByteArray("message:a|");
        QTest::newRow("an event without data is none")
            << QByteArray("event: add\n\nid: 2\n\n") << QByteArray();
        QTest::newRow("colons in the data")
            << QByteArray("data: {\"a\":1}\n\n") << QByteArray("message:{\"a\":1}|");
        QTest::newRow("characters of several bytes")
            << QByteArray("data: Größe — 🙂 海\n\n") << QByteArray("message:Größe — 🙂 海|");
        QTest::newRow("a NUL is a character")
            << QByteArray("data: a\0b\n\n", 11) << QByteArray("message:a\0b|", 12);
        QTest::newRow("no end, no event") << QByteArray("data: a\n") << QByteArray();
    }
    void readsTheStandardsExamples_inAnyPortions()
    {
        QFETCH(const QByteArray, bytes);
        QFETCH(const QByteArray, events);

        for (std::size_t portion = 1; portion <= static_cast<std::size_t>(bytes.size()); ++portion)
            QCOMPARE(shown(readIn(portion, bytes.toStdString())), events);
    }

    void tellsAnEndOfFileThatCutsAnEvent_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("isInside");
        QTest::newRow("nothing came") << QByteArray() << false;
        QTest::newRow("between events") << QByteArray("data: a\n\n") << false;
        QTest::newRow("behind a comment") << QByteArray("data: a\n\n: alive\n") << false;
        QTest::newRow("in a line") << QByteArray("data: a\n\ndat") << true;
        QTest::newRow("behind a line") << QByteArray("data: a\n") << true;
    }
    void tellsAnEndOfFileThatCutsAnEvent()
    {
        QFETCH(const QByteArray, bytes);
        QFETCH(const bool, isInside);
        SseReader reader(plenty);

        (void)reader.read(bytes.toStdString());

        QCOMPARE(reader.isInsideEvent(), isInside);
    }

    void stopsAtALineThatIsTooLong()
    {
        SseReader reader(100);

        const auto events = reader.read("data: a\n\n: " + std::string(200, 'x') + "\ndata: b\n\n");

        QCOMPARE(shown(events), QByteArray("message:a|"));
        QCOMPARE(reader.state(), SseReader::State::TooLarge);
    }

    void stopsAtAnEventThatIsTooLarge_evenOfShortLines()
    {
        SseReader reader(100);
        std::string bytes;
        for (int i = 0; i < 50; ++i)
            bytes += "data: xx\n";

        const auto events = reader.read(bytes + "\n");

        QVERIFY(events.empty());
        QCOMPARE(reader.state(), SseReader::State::TooLarge);
        QVERIFY(reader.read("data: a\n\n").empty());
    }

    void takesManyEventsWithinTheLimit()
    {
        SseReader reader(100);
        std::size_t count = 0;

        for (int i = 0; i < 1000; ++i)
            count += reader.read("data: " + std::string(50, 'x') + "\n\n").size();

        QCOMPARE(count, 1000U);
        QCOMPARE(reader.state(), SseReader::State::Good);
    }
};

QTEST_APPLESS_MAIN(SseReaderSpec)
#include "tst_ssereader.moc"
