// SPDX-License-Identifier: Apache-2.0
#include "model/text/utf8.h"

#include <QTest>

using namespace holdfast;

class Utf8Spec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void knowsWellFormedText_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("isValid");
        QTest::newRow("nothing") << QByteArray() << true;
        QTest::newRow("ASCII with NUL") << QByteArray("a\0b", 3) << true;
        QTest::newRow("all lengths") << QByteArray("aä€🙂") << true;
        QTest::newRow("smallest of two bytes") << QByteArray("\xC2\x80") << true;
        QTest::newRow("smallest of three bytes") << QByteArray("\xE0\xA0\x80") << true;
        QTest::newRow("last before the surrogates") << QByteArray("\xED\x9F\xBF") << true;
        QTest::newRow("first behind the surrogates") << QByteArray("\xEE\x80\x80") << true;
        QTest::newRow("smallest of four bytes") << QByteArray("\xF0\x90\x80\x80") << true;
        QTest::newRow("U+10FFFF") << QByteArray("\xF4\x8F\xBF\xBF") << true;
        QTest::newRow("U+110000") << QByteArray("\xF4\x90\x80\x80") << false;
        QTest::newRow("a surrogate") << QByteArray("\xED\xA0\x80") << false;
        QTest::newRow("overlong slash, two bytes") << QByteArray("\xC0\xAF") << false;
        QTest::newRow("overlong, C1") << QByteArray("\xC1\xBF") << false;
        QTest::newRow("overlong, three bytes") << QByteArray("\xE0\x9F\xBF") << false;
        QTest::newRow("overlong, four bytes") << QByteArray("\xF0\x8F\xBF\xBF") << false;
        QTest::newRow("five bytes") << QByteArray("\xF8\x88\x80\x80\x80") << false;
        QTest::newRow("FF") << QByteArray("a\xFF") << false;
        QTest::newRow("a continuation alone") << QByteArray("\x80") << false;
        QTest::newRow("cut at the end") << QByteArray("a\xE2\x82") << false;
        QTest::newRow("cut in the middle") << QByteArray("\xE2\x82"
                                                         "a")
                                           << false;
    }
    void knowsWellFormedText()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const bool, isValid);

        QCOMPARE(utf8::isValid({text.constData(), static_cast<std::size_t>(text.size())}), isValid);
    }

    void findsTheBoundaryBeforeAnyOffset()
    {
        const std::string text = "aä€🙂b"; // 1, 2, 3, 4 and 1 bytes
        const std::vector<std::size_t> boundaries{0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11, 11};

        for (std::size_t offset = 0; offset < boundaries.size(); ++offset)
            QCOMPARE(utf8::boundaryBefore(text, offset), boundaries[offset]);
    }

    void findsTheBoundaryOfATextThatIsCut()
    {
        QCOMPARE(utf8::boundaryBefore("ab\xF0\x9F\x99", 5), 2U);
        QCOMPARE(utf8::boundaryBefore("ab\xF0\x9F\x99", 99), 2U);
    }

    void countsTheBytesOfACharacterThatHasNotArrivedWhole_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<quint64>("bytes");
        QTest::newRow("nothing") << QByteArray() << quint64(0);
        QTest::newRow("ASCII") << QByteArray("ab") << quint64(0);
        QTest::newRow("whole") << QByteArray("a🙂") << quint64(0);
        QTest::newRow("one of two") << QByteArray("a\xC3") << quint64(1);
        QTest::newRow("one of three") << QByteArray("\xE2") << quint64(1);
        QTest::newRow("two of three") << QByteArray("\xE2\x82") << quint64(2);
        QTest::newRow("three of four") << QByteArray("\xF0\x9F\x99") << quint64(3);
        QTest::newRow("continuations only") << QByteArray("\x80\x80\x80\x80") << quint64(0);
        QTest::newRow("no character begins like this") << QByteArray("a\xFF") << quint64(0);
    }
    void countsTheBytesOfACharacterThatHasNotArrivedWhole()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const quint64, bytes);

        QCOMPARE(utf8::incompleteTail({text.constData(), static_cast<std::size_t>(text.size())}), bytes);
    }
};

QTEST_APPLESS_MAIN(Utf8Spec)
#include "tst_utf8.moc"
