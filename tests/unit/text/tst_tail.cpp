// SPDX-License-Identifier: Apache-2.0
#include "model/text/tail.h"

#include <QTest>

using namespace holdfast;

namespace {

/// A tail of generation 3 that holds "Anker".
Tail aTail()
{
    Tail tail(3);
    (void)tail.write(3, 0, "Anker");
    return tail;
}

Tail::Final finalOf(std::string_view text)
{
    PrefixHash hash;
    hash.append(text);
    return {text.size(), hash.hex()};
}

} // namespace

class TailSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void saysWhatAWriteMeans_data()
    {
        QTest::addColumn<quint32>("gen");
        QTest::addColumn<quint64>("offset");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("outcome");
        QTest::addColumn<quint64>("length");
        const auto row = [](const char *name, quint32 gen, quint64 offset, const char *text,
                            Tail::Outcome outcome, quint64 length) {
            QTest::newRow(name) << gen << offset << QByteArray(text) << static_cast<int>(outcome) << length;
        };
        using Outcome = Tail::Outcome;
        row("the next bytes", 3, 5, " hält", Outcome::Fresh, 11);
        row("bytes that overlap", 3, 3, "er hält", Outcome::Fresh, 11);
        row("everything again and more", 3, 0, "Anker.", Outcome::Fresh, 6);
        row("the same again", 3, 0, "Anker", Outcome::Duplicate, 5);
        row("a part again", 3, 1, "nk", Outcome::Duplicate, 5);
        row("nothing at the end", 3, 5, "", Outcome::Duplicate, 5);
        row("beyond what is known", 3, 6, "x", Outcome::Hole, 5);
        row("nothing beyond what is known", 3, 6, "", Outcome::Hole, 5);
        row("of a text that was replaced", 2, 5, "x", Outcome::OldGen, 5);
        row("of a newer text", 4, 0, "x", Outcome::NewGen, 5);
    }
    void saysWhatAWriteMeans()
    {
        QFETCH(const quint32, gen);
        QFETCH(const quint64, offset);
        QFETCH(const QByteArray, text);
        QFETCH(const int, outcome);
        QFETCH(const quint64, length);
        Tail tail = aTail();

        const Tail::Written written = tail.write(gen, offset, text.toStdString());

        QCOMPARE(static_cast<int>(written.outcome), outcome);
        QCOMPARE(tail.length(), length);
    }

    void handsOutOnlyWhatIsNew()
    {
        Tail tail = aTail();

        const std::string text = "ker hält";
        const Tail::Written written = tail.write(3, 2, text);

        QCOMPARE(written.offset, 5U);
        QCOMPARE(std::string(written.fresh), std::string(" hält"));
        QCOMPARE(tail.sha256(), finalOf("Anker hält").sha256);
    }

    void takesOverlappingWritesInAnyPortions()
    {
        const std::string text = "Der Anker hält — auch mitten im 🙂.";
        for (std::size_t step = 1; step <= 7; ++step) {
            Tail tail;
            for (std::size_t at = 0; at < text.size(); at += step)
                (void)tail.write(0, at, text.substr(at, step + 3));
            tail.setFinal(finalOf(text));
            QVERIFY(tail.isVerified());
        }
    }

    void beginsANewGenerationEmpty()
    {
        Tail tail = aTail();
        tail.setFinal(finalOf("Anker"));

        tail.restart(4);

        QCOMPARE(tail.gen(), 4U);
        QCOMPARE(tail.length(), 0U);
        QVERIFY(!tail.isComplete());
        QCOMPARE(tail.write(3, 0, "Anker").outcome, Tail::Outcome::OldGen);
        QCOMPARE(tail.write(4, 0, "Tau").outcome, Tail::Outcome::Fresh);
        QCOMPARE(tail.sha256(), finalOf("Tau").sha256);
    }

    void isCompleteOnlyWithItsTerminalEvent()
    {
        Tail tail = aTail();

        QVERIFY(!tail.isComplete());
        tail.setFinal(finalOf("Anker hält"));
        QVERIFY(!tail.isComplete());
        (void)tail.write(3, 5, " hält");

        QVERIFY(tail.isComplete());
        QVERIFY(tail.isVerified());
    }

    void isNotVerifiedWithOtherBytesOfTheSameLength()
    {
        Tail tail = aTail();

        tail.setFinal(finalOf("Anken"));

        QVERIFY(tail.isComplete());
        QVERIFY(!tail.isVerified());
    }

    void isNotVerifiedWhenItIsTooLong()
    {
        Tail tail = aTail();

        tail.setFinal(finalOf("Anke"));

        QVERIFY(tail.isComplete());
        QVERIFY(!tail.isVerified());
    }

    /// A gateway that lost its power goes on from a shorter text, and may end it at a mark that agreed before.
    void settlesAtAMarkThatIsTheWholeOfIt()
    {
        Tail tail;
        QVERIFY(tail.expect(finalOf("Anker")));
        (void)tail.write(0, 0, "Anker hält");

        tail.setFinal(finalOf("Anker"));
        tail.settle();

        QVERIFY(tail.isVerified());
    }

    void isNotCompleteByTheWordOfAnotherTelling()
    {
        Tail tail = aTail();
        tail.setFinal(finalOf("Anker"));
        QVERIFY(tail.isVerified());

        tail.tellAnew();

        QVERIFY(!tail.isComplete());
        QCOMPARE(tail.length(), std::uint64_t(5));
    }

    void settlesWithAPartMissingWhereNothingAgrees()
    {
        Tail tail;
        (void)tail.write(0, 0, "Anker");

        tail.setFinal(finalOf("Anke"));
        tail.settle();

        QVERIFY(!tail.isComplete());
        QCOMPARE(tail.length(), std::uint64_t(0));
    }
};

QTEST_APPLESS_MAIN(TailSpec)
#include "tst_tail.moc"
