// SPDX-License-Identifier: Apache-2.0
#include "ui/theme.h"
#include "ui/transcript/blockview.h"

#include <QImage>
#include <QPainter>
#include <QTest>

using namespace holdfast;

class BlockViewTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void codeHasTheColoursOfItsLanguage_data()
    {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<bool>("isColoured");
        QTest::newRow("c++") << QByteArray("```cpp\nclass\n```\n") << true;
        QTest::newRow("behind other letters") << QByteArray("```cpp\n/* höhe 𝄞 */ class\n```\n") << true;
        QTest::newRow("unknown") << QByteArray("```brainfuck\nclass\n```\n") << false;
        QTest::newRow("no language") << QByteArray("```\nclass\n```\n") << false;
        QByteArray longCode = "```cpp\n";
        for (int i = 0; i < 2'001; ++i)
            longCode += "class\n";
        QTest::newRow("very long") << longCode + "```\n" << false;
    }
    void codeHasTheColoursOfItsLanguage()
    {
        QFETCH(QByteArray, source);
        for (const Theme *theme : {&Theme::light(), &Theme::dark()}) {
            BlockView block(TextBlock::Kind::Code, source.toStdString());
            block.setWidth(400);
            block.build(theme->palette());
            QImage image(1600, 400, QImage::Format_RGB32);
            image.fill(theme->background);
            QPainter painter(&image);
            painter.scale(4, 4); // so that the middle of a stroke has the colour itself
            block.paint(painter, {}, theme->palette());
            painter.end();
            QTEST(has(image, theme->keyword), "isColoured");
        }
    }

private:
    static bool has(const QImage &image, const QColor &colour)
    {
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                if (image.pixel(x, y) == colour.rgb())
                    return true;
            }
        }
        return false;
    }
};

QTEST_MAIN(BlockViewTest)
#include "tst_blockview.moc"
