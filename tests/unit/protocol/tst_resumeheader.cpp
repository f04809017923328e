// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/resumeheader.h"

#include "model/protocol/limits.h"

#include <QTest>

using namespace holdfast;

namespace {

ResumeRequest request(int tails)
{
    ResumeRequest resume{.cursor = {"9f0c", 41}, .device = {"5d1e"}, .tails = {}};
    for (int i = 0; i < tails; ++i)
        resume.tails.push_back({{"0190c0de-0000-7000-8000-00000000000" + std::to_string(i)}, 1, 1842});
    return resume;
}

} // namespace

class ResumeHeaderTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void isWrittenAsSpecified()
    {
        ResumeRequest resume{
            .cursor = {"9f0c", 41}, .device = {"5d1e"}, .tails = {{{"a1"}, 0, 1842}, {{"a2"}, 3, 0}}};
        QCOMPARE(toHeader(resume),
                 std::string("v=1; cursor=9f0c:41; device=5d1e; budget=2097152; tails=a1@0:1842,a2@3:0"));
        QVERIFY(parseResumeHeader(toHeader(resume)) == Result<ResumeRequest>(resume));
    }
    void theFirstContactHasNoCursor()
    {
        const ResumeRequest resume{.device = {"5d1e"}, .tails = {}};
        QCOMPARE(toHeader(resume), std::string("v=1; device=5d1e; budget=2097152"));
        QVERIFY(parseResumeHeader(toHeader(resume)) == Result<ResumeRequest>(resume));
    }
    void everyItemTheCodecReadsFindsItsWayThere()
    {
        const ResumeRequest resume{.cursor = {"9f0c", 41},
                                   .device = {"5d1e"},
                                   .tails = {{{"AZaz09._:/@+-"}, 7, 5}, {{"a@1:2"}, 3, 4}, {{":@"}, 0, 0}}};
        QCOMPARE(tailsInHeader(resume), std::size_t(3));
        QVERIFY(parseResumeHeader(toHeader(resume)) == Result<ResumeRequest>(resume));
    }
    void nothingCanBeInjected_data()
    {
        QTest::addColumn<QByteArray>("poison");
        for (const char *poison :
             {"a\r\nX-Evil: 1", "a; tails=b@0:1", "a,b@0:1", "a\nb", " ", "\xC3\xA4", "a=b"})
            QTest::newRow(poison) << QByteArray(poison);
        QTest::newRow("NUL") << QByteArray("a\0b", 3);
    }
    void nothingCanBeInjected()
    {
        QFETCH(QByteArray, poison);
        const std::string text = poison.toStdString();
        const std::string clean = "v=1; budget=2097152; tails=a1@0:1";
        const ResumeRequest resume{
            .cursor = {text, 1}, .device = {text}, .tails = {{{"a1"}, 0, 1}, {{text}, 0, 2}, {{"a3"}, 0, 3}}};
        QCOMPARE(toHeader(resume), clean);
        QCOMPARE(tailsInHeader(resume), std::size_t(1));
    }
    void whatFindsNoRoomIsLeftOut()
    {
        const ResumeRequest many = request(10);
        ResumeRequest more = many;
        for (int i = 0; i < 50; ++i)
            more.tails.insert(more.tails.end(), many.tails.begin(), many.tails.end());
        const std::size_t carried = tailsInHeader(more);
        QVERIFY(carried > 10 && carried < more.tails.size());
        QVERIFY(toHeader(more).size() <= limits::resumeHeaderBytesMax);
        more.tails.resize(carried);
        QVERIFY(parseResumeHeader(toHeader(more)) == Result<ResumeRequest>(more));
    }
    void whatCannotBeReadIsAnError_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<int>("code");
        const auto row = [](const char *name, const QByteArray &header, Error::Code code) {
            QTest::newRow(name) << header << static_cast<int>(code);
        };
        row("another version whose fields mean something else", "v=2; device=a b; cursor=?",
            Error::Code::BadVersion);
        row("another version, far away", "v=4294967297; device=a", Error::Code::BadVersion);
        row("an offset beyond JSON's numbers", "v=1; device=a; tails=x@0:9007199254740992",
            Error::Code::BadHeader);
        row("a generation beyond 32 bits", "v=1; device=a; tails=x@4294967296:0", Error::Code::BadHeader);
        row("a budget beyond JSON's numbers", "v=1; device=a; budget=9007199254740992",
            Error::Code::BadHeader);
        row("a cursor beyond JSON's numbers", "v=1; device=a; cursor=ab:9007199254740992",
            Error::Code::BadCursor);
        row("tails without an item", "v=1; device=a; tails=@0:1", Error::Code::BadHeader);
        row("an empty tail between two", "v=1; device=a; tails=x@0:1,,y@0:1", Error::Code::BadHeader);
        row("two headers made one by a proxy", "v=1; device=a; budget=1, v=1; device=a; budget=1",
            Error::Code::BadHeader);
        row("a control in a field that is not known", "v=1; device=a; x=\x01", Error::Code::BadHeader);
        row("a tab", "v=1;\tdevice=a", Error::Code::BadHeader);
        row("no ASCII", "v=1; device=a; x=\xC3\xA4", Error::Code::BadHeader);
        row("empty", "", Error::Code::BadVersion);
        row("another version", "v=2; device=a", Error::Code::BadVersion);
        row("no device", "v=1", Error::Code::BadHeader);
        row("a device with a line break", "v=1; device=a\r\nX: y", Error::Code::BadHeader);
        row("no epoch", "v=1; device=a; cursor=:4", Error::Code::BadCursor);
        row("a negative offset", "v=1; device=a; tails=x@0:-1", Error::Code::BadHeader);
        row("no generation", "v=1; device=a; tails=x:5", Error::Code::BadHeader);
        row("a number too large", "v=1; device=a; budget=99999999999999999999999", Error::Code::BadHeader);
        row("too long", "v=1; device=" + QByteArray(2000, 'a'), Error::Code::TooLarge);
    }
    void whatCannotBeReadIsAnError()
    {
        QFETCH(QByteArray, header);
        QFETCH(int, code);
        const auto resume = parseResumeHeader(header.toStdString());
        QVERIFY(!resume.has_value());
        QCOMPARE(static_cast<int>(resume.error().code), code);
        QVERIFY(!resume.error().detail.empty());
    }
    void whatIsNotKnownIsIgnored() { QVERIFY(parseResumeHeader("v=1; device=a; colour=blue").has_value()); }
};

QTEST_GUILESS_MAIN(ResumeHeaderTest)
#include "tst_resumeheader.moc"
