// SPDX-License-Identifier: Apache-2.0
#include "ui/theme.h"

#include <QTest>

using namespace holdfast;

class ThemeTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyTextReadsOnItsSurface_data()
    {
        QTest::addColumn<QColor>("text");
        QTest::addColumn<QColor>("surface");
        for (const Theme *theme : {&Theme::light(), &Theme::dark()}) {
            const QByteArray name = theme == &Theme::light() ? "light " : "dark ";
            const std::pair<const char *, QColor> texts[] = {
                {"ink", theme->ink}, {"dim", theme->dim}, {"faint", theme->faint}, {"accent", theme->accent}};
            const std::pair<const char *, QColor> surfaces[] = {{"background", theme->background},
                                                                {"side", theme->side},
                                                                {"panel", theme->panel},
                                                                {"code", theme->code}};
            for (const auto &[text, colour] : texts) {
                for (const auto &[surface, ground] : surfaces)
                    QTest::newRow(name + text + " on " + surface) << colour << ground;
            }
            const std::pair<const char *, QColor> codeColours[] = {
                {"keyword", theme->keyword}, {"symbol", theme->symbol}, {"string", theme->string},
                {"number", theme->number},   {"added", theme->ok},      {"removed", theme->warn}};
            for (const auto &[text, colour] : codeColours)
                QTest::newRow(name + text + " in code") << colour << theme->code;
            QTest::newRow(name + "warn on its banner") << theme->warn << theme->warnSoft;
            QTest::newRow(name + "ok on its banner") << theme->ok << theme->okSoft;
            QTest::newRow(name + "ink on the user's bubble") << theme->ink << theme->user;
            QTest::newRow(name + "dim on a chosen row") << theme->dim << theme->accentSoft;
            QTest::newRow(name + "text on the accent") << theme->onAccent << theme->accent;
            QTest::newRow(name + "queued on a chosen row") << theme->warn << theme->accentSoft;
            QTest::newRow(name + "a button that is off") << theme->dim << theme->offSoft;
        }
    }
    void everyTextReadsOnItsSurface()
    {
        QFETCH(QColor, text);
        QFETCH(QColor, surface);
        QVERIFY2(contrast(text, surface) >= 4.5, QByteArray::number(contrast(text, surface)));
    }

    void contrastIsThatOfTheStandard()
    {
        QCOMPARE(qRound(contrast(Qt::black, Qt::white)), 21);
        QCOMPARE(qRound(contrast(Qt::red, Qt::red)), 1);
    }

    void darkIsFoundByThePalette()
    {
        QCOMPARE(&Theme::of(Theme::dark().palette()), &Theme::dark());
        QCOMPARE(&Theme::of(Theme::light().palette()), &Theme::light());
    }
};

QTEST_MAIN(ThemeTest)
#include "tst_theme.moc"
