// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/codec.h"
#include "model/protocol/limits.h"
#include "tests/support/builders.h"

#include <QTest>

#include <set>

using namespace holdfast;

Q_DECLARE_METATYPE(holdfast::Frame)

namespace {
constexpr std::size_t roomy = limits::frameBytesToGatewayMax;
using Code = Error::Code;

void addErrorColumns()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
}

void row(const char *name, const QByteArray &bytes, Code code)
{
    QTest::newRow(name) << bytes << static_cast<int>(code);
}

void verifyError()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    const auto frame = codec::decode(bytes.toStdString(), roomy);
    QVERIFY(!frame.has_value());
    QCOMPARE(static_cast<int>(frame.error().code), code);
    QVERIFY(!frame.error().detail.empty());
}

} // namespace

class CodecTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyFrameComesBackAsItWas_data()
    {
        QTest::addColumn<Frame>("frame");
        std::set<std::size_t> kinds;
        int row = 0;
        for (const Frame &each : test::oneFrameOfEachKind()) {
            QTest::addRow("%s %d", codec::nameOf(each), row++) << each;
            kinds.insert(each.index());
        }
        QCOMPARE(kinds.size(), std::variant_size_v<Frame>);
    }
    void everyFrameComesBackAsItWas()
    {
        QFETCH(Frame, frame);
        const std::string bytes = codec::encode(frame);
        QVERIFY(bytes.find('\n') == std::string::npos);
        const auto decoded = codec::decode(bytes, roomy);
        QVERIFY2(decoded.has_value(), decoded ? "" : decoded.error().detail.c_str());
        QVERIFY(*decoded == frame);
    }

    void aTypeFromTheFutureIsKeptAndComesBack()
    {
        const auto body = codec::decodeBody(R"({"type":"MOOD_CHANGED","mood":{"x":[1,2]},"at":3})");
        QVERIFY(body.has_value());
        QCOMPARE(codec::typeOf(*body), std::string("MOOD_CHANGED"));
        QVERIFY(codec::decodeBody(codec::encodeBody(*body)) == body);
    }

    void unknownFieldsAreIgnored()
    {
        QVERIFY(codec::decode(R"({"t":"ping","id":1,"later":{"a":[]}})", roomy) ==
                Result<Frame>(frame::Ping{1}));
    }

    void whatIsNoFrameIsAnError_data()
    {
        addErrorColumns();
        row("nothing", "", Code::BadFrame);
        row("HTML", "<html><body>Please sign in</body></html>", Code::BadFrame);
        row("a list", "[]", Code::BadFrame);
        row("cut", R"({"t":"ping","id":)", Code::BadFrame);
        row("two objects", R"({"t":"ping","id":1}{"t":"ping","id":2})", Code::BadFrame);
        row("no name", R"({"id":1})", Code::BadFrame);
        row("another name", R"({"t":"warp"})", Code::UnknownFrame);
        row("another request", R"({"t":"request","name":"everything"})", Code::UnknownFrame);
        row("a field missing", R"({"t":"ping"})", Code::BadFrame);
        row("a text for a number", R"({"t":"ping","id":"1"})", Code::BadFrame);
        row("a negative number", R"({"t":"ping","id":-1})", Code::BadFrame);
        row("half a number", R"({"t":"ping","id":1.5})", Code::BadFrame);
        row("a number too large", R"({"t":"ping","id":9007199254740993})", Code::BadFrame);
        row("an empty id", R"({"t":"gone","item":""})", Code::BadFrame);
        row("an id with a line break", R"({"t":"gone","item":"a\nb"})", Code::BadFrame);
        row("an id too long", R"({"t":"gone","item":")" + QByteArray(129, 'a') + R"("})", Code::BadFrame);
        row("a cursor without epoch", R"({"t":"synced","cursor":":5"})", Code::BadCursor);
        row("a cursor without number", R"({"t":"synced","cursor":"ab:x"})", Code::BadCursor);
        row("ok against error", R"({"t":"result","seq":1,"id":"a","ok":true,"error":"x","head":1})",
            Code::BadFrame);
        row("a command without number",
            R"({"t":"command","seq":0,"id":"a","name":"send","conversation":"c"})", Code::BadFrame);
        row("bytes that are no UTF-8",
            QByteArray("{\"t\":\"tail\",\"item\":\"a\",\"offset\":0,\"text\":\"\xC3\"}"), Code::BadUtf8);
        row("half a surrogate pair", R"({"t":"tail","item":"a","gen":0,"offset":0,"text":"\ud83d"})",
            Code::BadUtf8);
        row("a generation beyond 32 bits", R"({"t":"tail","item":"a","gen":4294967296,"offset":0,"text":""})",
            Code::BadFrame);
        row("a version beyond 32 bits", R"({"t":"hello","v":4294967297,"device":"d","tails":[]})",
            Code::BadVersion);
        row("a cursor beyond JSON's numbers", R"({"t":"synced","cursor":"ab:9007199254740992"})",
            Code::BadCursor);
        row("a tail that is no object", R"({"t":"ack","cursor":"ab:1","tails":["a"]})", Code::BadFrame);
        row("an agent whose id has a space",
            R"({"t":"agents","agents":[{"id":"my model","name":"","available":true}]})", Code::BadFrame);
        row("too deep",
            QByteArray(R"({"t":"ping","id":1,"x":)") + QByteArray(100'000, '[') + QByteArray(100'000, ']') +
                "}",
            Code::TooDeep);
        row("too large",
            R"({"t":"tail","item":"a","gen":0,"offset":0,"text":")" + QByteArray(300'000, 'a') + R"("})",
            Code::TooLarge);
    }
    void whatIsNoFrameIsAnError() { verifyError(); }

    void whatIsNoBatchIsAnError_data()
    {
        addErrorColumns();
        row("covers backwards", R"({"t":"log","covers":["5","4"],"events":[]})", Code::BadFrame);
        row("covers no pair", R"({"t":"log","covers":["5"],"events":[]})", Code::BadFrame);
        row("an event that is not covered",
            R"({"t":"log","covers":["5","6"],"events":[{"seq":7,"type":"X"}]})", Code::BadFrame);
        row("events out of order",
            R"({"t":"log","covers":["1","9"],"events":[{"seq":7,"type":"X"},{"seq":6,"type":"X"}]})",
            Code::BadFrame);
        row("a run that ends as working",
            R"({"t":"log","covers":["0","1"],"events":[{"seq":1,"type":"RUN_FINISHED","conversation":"c","run":"r","item":"i","status":"working","length":0,"sha256":""}]})",
            Code::BadFrame);
        row("half a pair in an unknown event",
            R"({"t":"log","covers":["0","1"],"events":[{"seq":1,"type":"X","a":[{"b":"\ud83d"}]}]})",
            Code::BadUtf8);
        row("half a pair as a name in an unknown event",
            R"({"t":"log","covers":["0","1"],"events":[{"seq":1,"type":"X","\ude42":1}]})", Code::BadUtf8);
        row("a sign in covers", R"({"t":"log","covers":["+1","2"],"events":[]})", Code::BadFrame);
        row("a space in covers", R"({"t":"log","covers":["1"," 2"],"events":[]})", Code::BadFrame);
        row("numbers in covers", R"({"t":"log","covers":[1,2],"events":[]})", Code::BadFrame);
        row("an event that is no object", R"({"t":"log","covers":["1","2"],"events":[7]})", Code::BadFrame);
        row("an event without type", R"({"t":"log","covers":["1","2"],"events":[{"seq":2}]})",
            Code::BadFrame);
        row("an event twice",
            R"({"t":"log","covers":["1","9"],"events":[{"seq":7,"type":"X"},{"seq":7,"type":"X"}]})",
            Code::BadFrame);
        row("an event at the open end", R"({"t":"log","covers":["5","6"],"events":[{"seq":5,"type":"X"}]})",
            Code::BadFrame);
    }
    void whatIsNoBatchIsAnError() { verifyError(); }

    void anErrorNamesItsField_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("names");
        const auto row = [](const char *names, const QByteArray &bytes) {
            QTest::newRow(names) << bytes << QByteArray(names);
        };
        row("t", R"({"id":1})");
        row("t", R"({"t":"warp"})");
        row("request: name", R"({"t":"request","name":"everything"})");
        row("tail: offset", R"({"t":"tail","item":"a","gen":0,"text":""})");
        row("tail: gen", R"({"t":"tail","item":"a","gen":-1,"offset":0,"text":""})");
        row("synced: cursor", R"({"t":"synced","cursor":"x"})");
        row("hello: v", R"({"t":"hello","v":"1"})");
        row("hello: tails: offset", R"({"t":"hello","v":1,"device":"d","tails":[{"item":"a","gen":0}]})");
        row("log: covers", R"({"t":"log","covers":["a","b"],"events":[]})");
        row("log: events: seq", R"({"t":"log","covers":["1","2"],"events":[{"type":"X"}]})");
        row("log: events: CHECKPOINT: length",
            R"({"t":"log","covers":["1","2"],"events":[{"seq":2,"type":"CHECKPOINT","item":"a","gen":0}]})");
        row("agents: agents: name", R"({"t":"agents","agents":[{"id":"a"}]})");
    }
    void anErrorNamesItsField()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, names);
        const auto frame = codec::decode(bytes.toStdString(), roomy);
        QVERIFY(!frame.has_value());
        const QByteArray detail = QByteArray::fromStdString(frame.error().detail);
        QVERIFY2(detail.startsWith(names + ' ') || detail.startsWith(names + ": "), detail);
    }

    void everyIdOfTheGrammarIsRead()
    {
        const std::string item = "AZaz09._:/@+-";
        QVERIFY(codec::decode(codec::encode(frame::Gone{{item}}), roomy) ==
                Result<Frame>(frame::Gone{{item}}));
    }

    /// So that the session can refuse it by name (law 3) instead of not understanding it.
    void theHelloOfAnotherVersionIsReadAsFarAsItsVersion()
    {
        const auto frame = codec::decode(R"({"t":"hello","v":2,"who":["x"]})", roomy);
        QVERIFY(frame.has_value());
        QCOMPARE(std::get<frame::Hello>(*frame).resume.version, 2);
    }

    void wholeNumbersMayBeWrittenInAnyWay()
    {
        QVERIFY(codec::decode(R"({"t":"ping","id":1e2})", roomy) == Result<Frame>(frame::Ping{100}));
        QVERIFY(codec::decode(R"({"t":"ping","id":7.0})", roomy) == Result<Frame>(frame::Ping{7}));
        QVERIFY(codec::decode(R"({"t":"ping","id":9007199254740991})", roomy) ==
                Result<Frame>(frame::Ping{limits::numberMax}));
    }

    void nestingIsCountedOutsideOfStringsOnly()
    {
        const frame::Tail tail{{"a"}, 0, 0, '"' + std::string(500, '[') + '\\'};
        QVERIFY(codec::decode(codec::encode(tail), roomy) == Result<Frame>(tail));
    }

    void theDeepestFrameIsRead()
    {
        const int room = limits::jsonDepthMax - 1;
        const std::string fits = std::string(std::size_t(room), '[') + std::string(std::size_t(room), ']');
        QVERIFY(codec::decode(R"({"t":"ping","id":1,"x":)" + fits + "}", roomy).has_value());
        const auto deeper = codec::decode(R"({"t":"ping","id":1,"x":[)" + fits + "]}", roomy);
        QVERIFY(!deeper.has_value() && deeper.error().code == Error::Code::TooDeep);
    }

    void noPrefixOfAFrameIsAFrame()
    {
        const std::string whole = codec::encode(frame::Tail{{"a"}, 0, 5, "Grüße"});
        for (std::size_t end = 0; end < whole.size(); ++end)
            QVERIFY(!codec::decode(std::string_view(whole).substr(0, end), roomy).has_value());
    }
};

QTEST_GUILESS_MAIN(CodecTest)
#include "tst_codec.moc"
