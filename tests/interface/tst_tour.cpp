// SPDX-License-Identifier: Apache-2.0
// The guided tour as a user starts it: the real program, its own gateway, a lost connection.
#include "tests/support/program.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace holdfast::test;

class TourTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void losesNothingAndTakesItsPictures()
    {
        const QTemporaryDir pictures;
        Program tour(QStringLiteral("holdfast"), {QStringLiteral("--tour"), pictures.path()});
        QByteArray said;
        while (const auto line = tour.waitForLine())
            said += *line + '\n';
        QVERIFY2(tour.waitForExit() == 0, tour.complaints());
        QVERIFY2(said.contains("lost 0, doubled 0; queued messages delivered 1, doubled 0"), said);
        QCOMPARE(QDir(pictures.path()).entryList({QStringLiteral("*.png")}).size(), 12);
    }

    void helpAndVersionNeedNoDisplay()
    {
        for (const char *option : {"--help", "--version"}) {
            Program program(QStringLiteral("holdfast"), {QString::fromLatin1(option)},
                            {QStringLiteral("QT_QPA_PLATFORM=none-of-all")});
            QVERIFY(program.waitForLine().has_value());
            QCOMPARE(program.waitForExit(), 0);
        }
    }

    void anUnknownOptionIsSaidInOneLine()
    {
        Program program(QStringLiteral("holdfast"), {QStringLiteral("--nonsense")});
        QCOMPARE(program.waitForExit(), 2);
        QCOMPARE(program.complaints().count('\n'), 1);
    }
};

QTEST_GUILESS_MAIN(TourTest)
#include "tst_tour.moc"
