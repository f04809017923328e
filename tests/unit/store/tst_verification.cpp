// SPDX-License-Identifier: Apache-2.0
// A start compares what the disk gives back with what the gateway said of it.
#include "tests/support/storebuilders.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

namespace {

const std::string whole = std::string(1000, 'x') + std::string(1000, 'y') + "end";

logged::Checkpoint mark(std::uint64_t length) { return {{"a1"}, 0, length, sha256(whole.substr(0, length))}; }

/// A text of 2003 bytes with checkpoints at 1000 and 2000, whose byte 1500 has changed on the disk.
bool isDamaged(Desk &desk)
{
    std::string damaged = whole;
    damaged[1500] = 'z';
    return desk.does({apply(4, {created(), started("a1"), mark(1000), mark(2000)}), tail("a1", 0, damaged)});
}

} // namespace

class VerificationSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aStartGoesOnFromTheLastPlaceThatIsRight()
    {
        Desk desk;
        QVERIFY(isDamaged(desk));

        desk.restart();
        const auto restored = desk.replica->restore().value();

        QCOMPARE(restored.texts.size(), std::size_t(1));
        QCOMPARE(restored.texts[0].tail.length(), std::uint64_t(1000));
        QCOMPARE(restored.texts[0].conversation.value, std::string("c1"));
        QCOMPARE(desk.text("a1").size(), whole.size()); // shown until other bytes come
        QVERIFY(desk.does({tail("a1", 1000, whole.substr(1000, 700)), tail("a1", 1700, whole.substr(1700))}));
        QCOMPARE(desk.text("a1"), whole);
    }

    void aWholeTextThatIsWrongGoesOnFromThereToo()
    {
        Desk desk;
        QVERIFY(isDamaged(desk));
        QVERIFY(desk.does({apply(5, {finished("a1", whole)})}));

        desk.restart();
        const auto restored = desk.replica->restore().value();

        QCOMPARE(restored.texts.size(), std::size_t(1));
        QCOMPARE(restored.texts[0].tail.length(), std::uint64_t(1000));
    }

    void aTextThatIsRightGoesOnAtItsEnd()
    {
        Desk desk;
        QVERIFY(
            desk.does({apply(4, {created(), started("a1"), mark(1000), mark(2000)}), tail("a1", 0, whole)}));

        desk.restart();

        QCOMPARE(desk.replica->restore()->texts[0].tail.length(), std::uint64_t(whole.size()));
        QCOMPARE(desk.replica->restore()->texts[0].tail.verifiedLength(), std::uint64_t(2000));
    }

    void cuttingATextKeepsItsBeginning()
    {
        Desk desk;
        QVERIFY(desk.does({apply(2, {created(), started("a1")}), tail("a1", 0, "Anker"),
                           change::RestartTail{{"a1"}, 0, 2}}));
        QCOMPARE(desk.text("a1"), std::string("An"));
        QVERIFY(desk.does({tail("a1", 2, "gel"), change::RestartTail{{"a1"}, 0, 9}}));
        QCOMPARE(desk.text("a1"), std::string("Angel"));
    }
};

QTEST_GUILESS_MAIN(VerificationSpec)
#include "tst_verification.moc"
