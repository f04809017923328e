// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/codec.h"
#include "model/protocol/limits.h"

#include <QTest>

using namespace holdfast;

Q_DECLARE_METATYPE(holdfast::Frame)

namespace {
constexpr std::size_t roomy = limits::frameBytesToGatewayMax;
} // namespace

class CodecTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyFrameComesBackAsItWas_data()
    {
        QTest::addColumn<Frame>("frame");
        const auto row = [](const Frame &frame) {
            QTest::addRow("%s %d", codec::nameOf(frame), int(frame.index())) << frame;
        };
        const std::string odd = std::string("ä—🙂\n\t\"\\/") + '\0' + "\x01 end";
        row(frame::Resumed{{"ab", 5}, 9, 3, "gen", 1700000000000, "proof"});
        row(frame::Reset{"epoch", {"cd", 0}, 9, 3, "gen", 1, ""});
        row(frame::Rejected{"busy", 500, true});
        row(frame::Log{
            3,
            9,
            {{4, logged::ConversationCreated{{"c"}, {"guide"}, odd, 7}},
             {5, logged::MessageAdded{{"c"}, {"m"}, 12, "sha", 8}},
             {6, logged::RunStarted{{"c"}, {"r"}, {"a"}, {"openai:127.0.0.1:11434/llama3:8b"}, 2, 9}},
             {7, logged::Checkpoint{{"a"}, 2, 16384, "sha"}},
             {9,
              logged::RunFinished{{"c"}, {"r"}, {"a"}, 2, RunStatus::Incomplete, 20000, "sha", odd, 10}}}});
        row(frame::Tail{{"a"}, 2, 77, odd});
        row(frame::Synced{{"ab", 9}});
        row(frame::Result{4, {"id"}, "too_large", 9});
        row(frame::Pong{1, limits::numberMax});
        row(frame::Drain{100, 2000});
        row(frame::Agents{{{{"guide"}, "Guide", "", "built in", odd, false, "why"}}});
        row(frame::Gone{{"a"}});
        row(frame::Hello{{1, {}, {"dev"}, 10, {{{"a"}, 1, 2}}}});
        row(frame::Command{3, {"id"}, "send", {"c"}, {"guide"}, odd, odd, 5, 6});
        row(frame::Command{4, {"id2"}, "stop", {"c"}, {}, "", "", 5, 0});
        row(frame::Ack{{"ab", 1}, {{{"a"}, 0, 5}}});
        row(frame::Ping{12});
        row(frame::GetPart{{{"a"}, 0, 5}});
        row(frame::GetLog{41});
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
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("code");
        const auto row = [](const char *name, const QByteArray &bytes, Error::Code code) {
            QTest::newRow(name) << bytes << static_cast<int>(code);
        };
        using Code = Error::Code;
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
        row("covers backwards", R"({"t":"log","covers":["5","4"],"events":[]})", Code::BadFrame);
        row("covers no pair", R"({"t":"log","covers":["5"],"events":[]})", Code::BadFrame);
        row("an event that is not covered",
            R"({"t":"log","covers":["5","6"],"events":[{"seq":7,"type":"X"}]})", Code::BadFrame);
        row("events out of order",
            R"({"t":"log","covers":["1","9"],"events":[{"seq":7,"type":"X"},{"seq":6,"type":"X"}]})",
            Code::BadFrame);
        row("ok against error", R"({"t":"result","seq":1,"id":"a","ok":true,"error":"x","head":1})",
            Code::BadFrame);
        row("a command without number",
            R"({"t":"command","seq":0,"id":"a","name":"send","conversation":"c"})", Code::BadFrame);
        row("a run that ends as working",
            R"({"t":"log","covers":["0","1"],"events":[{"seq":1,"type":"RUN_FINISHED","conversation":"c","run":"r","item":"i","status":"working","length":0,"sha256":""}]})",
            Code::BadFrame);
        row("bytes that are no UTF-8",
            QByteArray("{\"t\":\"tail\",\"item\":\"a\",\"offset\":0,\"text\":\"\xC3\"}"), Code::BadUtf8);
        row("half a surrogate pair", R"({"t":"tail","item":"a","gen":0,"offset":0,"text":"\ud83d"})",
            Code::BadUtf8);
        row("too deep",
            QByteArray(R"({"t":"ping","id":1,"x":)") + QByteArray(100'000, '[') + QByteArray(100'000, ']') +
                "}",
            Code::TooDeep);
        row("too large",
            R"({"t":"tail","item":"a","gen":0,"offset":0,"text":")" + QByteArray(300'000, 'a') + R"("})",
            Code::TooLarge);
    }
    void whatIsNoFrameIsAnError()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, code);
        const auto frame = codec::decode(bytes.toStdString(), roomy);
        QVERIFY(!frame.has_value());
        QCOMPARE(static_cast<int>(frame.error().code), code);
        QVERIFY(!frame.error().detail.empty());
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
