// SPDX-License-Identifier: Apache-2.0
// The limits fit into each other: what one side may send, the other side takes. Where they do not, a client
// meets the same frame on every link and never gets past it.
#include "model/protocol/codec.h"
#include "model/protocol/limits.h"
#include "model/protocol/resumeheader.h"

#include <QTest>

using namespace holdfast;

namespace {

const std::string longestId(128, 'x');

/// A control character becomes six bytes of JSON, more than any other.
std::string worstText(std::size_t bytes) { return std::string(bytes, '\x01'); }

} // namespace

class LimitsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theWorstTailIsTakenByAClient()
    {
        const frame::Tail tail{
            {longestId}, 0xffffffffU, limits::numberMax, worstText(limits::tailBytesPerFrame)};
        const std::string bytes = codec::encode(tail);
        QVERIFY2(bytes.size() <= limits::frameBytesToClientMax, std::to_string(bytes.size()).c_str());
        QVERIFY(codec::decode(bytes, limits::frameBytesToClientMax) == Result<Frame>(tail));
    }

    void anOrdinaryTailIsAUsualFrame()
    {
        const frame::Tail tail{{longestId}, 1, 1 << 20, std::string(limits::tailBytesPerFrame, 'a')};
        QVERIFY(codec::encode(tail).size() <= limits::frameBytesUsual);
    }

    void theLongestMessageOfPlainTextIsTakenByTheGateway()
    {
        const frame::Command command{.seq = limits::numberMax,
                                     .id = {longestId},
                                     .name = "send",
                                     .conversation = {longestId},
                                     .agent = {longestId},
                                     .title = std::string(60, 'a'),
                                     .text = std::string(limits::messageBytesMax, 'a'),
                                     .writtenAtMs = 1,
                                     .expiresAtMs = 1};
        const std::string bytes = codec::encode(command);
        QVERIFY(bytes.size() <= limits::frameBytesToGatewayMax);
        QVERIFY(codec::decode(bytes, limits::frameBytesToGatewayMax) == Result<Frame>(command));
    }

    void theWorstEventsFitAUsualFrame()
    {
        const logged::ConversationCreated created{
            {longestId}, {longestId}, worstText(limits::titleBytesMax), 1};
        const logged::RunFinished finished{.conversation = {longestId},
                                           .run = {longestId},
                                           .item = {longestId},
                                           .sha256 = std::string(64, 'f'),
                                           .detail = worstText(limits::detailBytesMax)};
        const std::string bytes = codec::encode(frame::Log{1, 3, {{2, created}, {3, finished}}});
        QVERIFY2(bytes.size() <= limits::frameBytesUsual, std::to_string(bytes.size()).c_str());
    }

    void whatPassesTheCheckIsTakenByTheGateway_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("agent");
        QTest::addColumn<int>("error"); // -1: none
        const auto row = [](const char *name, const QByteArray &text, const QByteArray &agent, int error) {
            QTest::newRow(name) << text << agent << error;
        };
        const int most = int(limits::messageBytesMax);
        row("usual", "hello", "guide", -1);
        row("the longest", QByteArray(most, 'a'), "guide", -1);
        row("too long", QByteArray(most + 1, 'a'), "guide", int(Error::Code::TooLarge));
        row("too long with its escapes", QByteArray(most, '\x01'), "guide", int(Error::Code::TooLarge));
        row("an agent with a space", "hello", "my model", int(Error::Code::BadArgument));
        row("half a character", "\xC3", "guide", int(Error::Code::BadUtf8));
    }
    void whatPassesTheCheckIsTakenByTheGateway()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, agent);
        QFETCH(int, error);
        frame::Command command{.id = {"id"},
                               .name = "send",
                               .conversation = {"c"},
                               .agent = {agent.toStdString()},
                               .text = text.toStdString()};
        const auto checked = codec::check(command);
        QCOMPARE(checked ? -1 : int(checked.error().code), error);
        command.seq = limits::numberMax;
        const auto read = codec::decode(codec::encode(command), limits::frameBytesToGatewayMax);
        QVERIFY(!checked || read == Result<Frame>(command));
    }

    void theLongestResumeRequestWithoutTailsFitsItsHeader()
    {
        const ResumeRequest resume{.cursor = {std::string(64, 'f'), limits::numberMax},
                                   .device = {longestId},
                                   .budget = limits::numberMax,
                                   .tails = {{{longestId}, 0xffffffffU, limits::numberMax}}};
        QVERIFY(toHeader(resume).size() <= limits::resumeHeaderBytesMax);
        QCOMPARE(tailsInHeader(resume), std::size_t(1));
        QVERIFY(parseResumeHeader(toHeader(resume)) == Result<ResumeRequest>(resume));
    }

    void aClientAsksBeforeItGivesUp()
    {
        QVERIFY(limits::pingAfterIdle + limits::deadAfterSend < limits::deadAfterIdle);
    }
};

QTEST_GUILESS_MAIN(LimitsTest)
#include "tst_limits.moc"
