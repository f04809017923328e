// SPDX-License-Identifier: Apache-2.0
#include "model/text/prefixhash.h"

#include <QCryptographicHash>
#include <QTest>

using namespace holdfast;

namespace {

std::string sha256(const std::string &bytes)
{
    return QCryptographicHash::hash(QByteArray::fromStdString(bytes), QCryptographicHash::Sha256)
        .toHex()
        .toStdString();
}

} // namespace

class PrefixHashSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void givesTheStandardsExamples_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("hex");
        QTest::newRow("nothing") << QByteArray()
                                 << QByteArray(
                                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        QTest::newRow("FIPS 180-4, one block")
            << QByteArray("abc")
            << QByteArray("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        QTest::newRow("FIPS 180-4, two blocks")
            << QByteArray("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
            << QByteArray("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    }
    void givesTheStandardsExamples()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, hex);
        PrefixHash hash;

        hash.append(text.toStdString());

        QCOMPARE(QByteArray::fromStdString(hash.hex()), hex);
    }

    void goesOnGrowingAfterItWasAsked()
    {
        const std::string text = "Der Anker hält. " + std::string(300, 'x');
        PrefixHash hash;

        for (std::size_t length = 0; length < text.size(); ++length) {
            QCOMPARE(hash.hex(), sha256(text.substr(0, length)));
            hash.append(text.substr(length, 1));
        }
        QCOMPARE(hash.hex(), sha256(text));
    }

    void keepsItsStateWhenItMoves()
    {
        PrefixHash first;
        first.append("a");

        PrefixHash second = std::move(first);
        second.append("bc");

        QCOMPARE(second.hex(), sha256("abc"));
    }
};

QTEST_APPLESS_MAIN(PrefixHashSpec)
#include "tst_prefixhash.moc"
