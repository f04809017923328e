// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/cursor.h"
#include "model/protocol/limits.h"

#include <QTest>

using namespace holdfast;

class CursorTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void comesBackAsItWas_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<quint64>("seq");
        QTest::newRow("the beginning") << QByteArray("9f0c:0") << quint64(0);
        QTest::newRow("somewhere") << QByteArray("9f0c:41") << quint64(41);
        QTest::newRow("with who wrote it") << QByteArray("9f0c:41:77aa") << quint64(41);
        QTest::newRow("the last number there is")
            << QByteArray("9f0c:9007199254740991") << quint64(limits::numberMax);
    }
    void comesBackAsItWas()
    {
        QFETCH(QByteArray, text);
        QFETCH(quint64, seq);
        const auto cursor = parseCursor(text.toStdString());
        QVERIFY2(cursor.has_value(), cursor ? "" : cursor.error().detail.c_str());
        QCOMPARE(cursor->epoch, std::string("9f0c"));
        QCOMPARE(cursor->seq, std::uint64_t(seq));
        QCOMPARE(toString(*cursor), text.toStdString());
    }

    void anEpochOf128BitsHasRoom()
    {
        QVERIFY(parseCursor(std::string(32, 'f') + ":1").has_value());
        QVERIFY(parseCursor(std::string(64, 'f') + ":1").has_value());
    }

    void whatIsNoCursorIsAnError_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {"",      ":",     "ab",    ":5",       "ab:",    "ab:x",   "ab:-1",
                                 "ab:+1", "ab: 1", "ab:1 ", " ab:1",    "ab:1:",  "ab:1:x", "ab:1:2:3",
                                 "AB:1",  "xy:1",  "a b:1", "ab\r\n:1", "ab:1.5", "ab:1e3", "ab:0x10"})
            QTest::newRow(text) << QByteArray(text);
        QTest::newRow("beyond JSON's whole numbers") << QByteArray("ab:9007199254740992");
        QTest::newRow("beyond 64 bits") << QByteArray("ab:99999999999999999999");
        QTest::newRow("an epoch too long") << QByteArray(65, 'a') + ":1";
        QTest::newRow("a NUL in the number") << QByteArray("ab:1\0", 5);
    }
    void whatIsNoCursorIsAnError()
    {
        QFETCH(QByteArray, text);
        const auto cursor = parseCursor(text.toStdString());
        QVERIFY(!cursor.has_value());
        QVERIFY(cursor.error().code == Error::Code::BadCursor);
        QVERIFY(!cursor.error().detail.empty());
    }

    void onlyOneWithoutAnEpochIsNull()
    {
        QVERIFY(Cursor().isNull());
        QVERIFY(!parseCursor("ab:0")->isNull());
    }
};

QTEST_GUILESS_MAIN(CursorTest)
#include "tst_cursor.moc"
