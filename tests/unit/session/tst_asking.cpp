// SPDX-License-Identifier: Apache-2.0
// Questions and their answers, and who must begin anew because a tombstone may have passed it by.
#include "tests/support/dialogue.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

namespace {

/// What a gateway whose log has forgotten what is below `floor` says first to a client at `cursor`.
Frame firstWord(std::uint64_t floor, const Cursor &cursor)
{
    GatewaySession gateway({"e0", "g", 20, floor});
    gate::event::LinkOpened opened{.link = LinkId{1}, .resume = {}, .lineage = {}, .texts = {}, .proof = {}};
    opened.resume.cursor = cursor;
    const auto step = gateway.on(opened, TimePoint{});
    for (const gate::Action &each : step.actions) {
        if (const auto *send = std::get_if<gate::action::Send>(&each))
            return send->frame;
    }
    return frame::Gone{};
}

} // namespace

class AskingSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aQuestionIsAnsweredOnce()
    {
        Dialogue talk;
        talk.goOnline();
        talk.run();

        talk.toClient(event::Asked{frame::GetContext{7, {"c1"}}});
        talk.run();

        QCOMPARE(talk.answers().size(), std::size_t(1));
        QCOMPARE(talk.answers()[0].id, std::uint64_t(7));
    }

    void aQuestionWaitsForALinkAndOutlivesIt()
    {
        Dialogue talk;
        talk.toClient(event::Asked{frame::GetHistory{1, {"c1"}, 0}});
        talk.goOnline();
        while (talk.answers().empty() && talk.deliverOne())
            talk.cut(); // whatever was asked is lost with its link
        QVERIFY(talk.answers().empty());

        talk.run();

        QCOMPARE(talk.answers().size(), std::size_t(1));
    }

    void anAnswerToNoQuestionChangesNothing()
    {
        Dialogue talk;
        talk.goOnline();
        talk.run();
        talk.toClient(event::FrameReceived{LinkId{1}, frame::Response{9, {}, "{}"}});
        QVERIFY(talk.answers().empty());
        QVERIFY(talk.notes().contains(Note::UnknownResult));
    }

    void belowTheFloorOneBeginsAnew()
    {
        QVERIFY(std::holds_alternative<frame::Resumed>(firstWord(5, {"e0", 5, {}})));
        const Frame word = firstWord(5, {"e0", 4, {}});
        QVERIFY(std::holds_alternative<frame::Reset>(word));
        QCOMPARE(std::get<frame::Reset>(word).reason, std::string("compacted"));
    }

    void aResetBecauseOfCompactionLosesNoCommand()
    {
        Dialogue talk;
        talk.goOnline();
        talk.run();
        talk.give("m1", "Hello");
        talk.cut(); // sent, and it did not arrive
        talk.toGateway(gate::event::FloorRose{100});

        talk.run();

        QCOMPARE(talk.notes().count(Note::EpochChanged),
                 std::size_t(3)); // the gateway's two, and the client's
        QVERIFY(!talk.notes().contains(Note::CommandsLost));
        QVERIFY(talk.replica().commands()[0].isSettled && talk.replica().commands()[0].error.empty());
    }
};

QTEST_GUILESS_MAIN(AskingSpec)
#include "tst_asking.moc"
