// SPDX-License-Identifier: Apache-2.0
#include "app/link/endpoint.h"

#include <QTemporaryDir>
#include <QTest>

using namespace holdfast;

class EndpointTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QFile file(m_dir.filePath(QStringLiteral("token")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("0123456789abcdef0123456789abcdef\n");
    }

    void aTokenTravelsInClearTextOnThisComputerOnly_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<bool>("isGood");
        QTest::newRow("IPv4") << "ws://127.0.0.1:7411" << true;
        QTest::newRow("IPv6") << "ws://[::1]:7411" << true;
        QTest::newRow("its name") << "ws://localhost:7411" << true;
        QTest::newRow("another computer") << "ws://192.0.2.7:7411" << false;
        QTest::newRow("a name") << "ws://gateway.example:7411" << false;
        QTest::newRow("a name that begins like loopback") << "ws://127.0.0.1.example:7411" << false;
        QTest::newRow("encrypted") << "wss://gateway.example" << true;
        QTest::newRow("no WebSocket") << "http://127.0.0.1:7411" << false;
    }
    void aTokenTravelsInClearTextOnThisComputerOnly()
    {
        QFETCH(QString, url);
        QFETCH(bool, isGood);
        const auto endpoint = readEndpoint(url, m_dir.filePath(QStringLiteral("token")));
        QCOMPARE(endpoint.has_value(), isGood);
        if (!isGood)
            QVERIFY(!endpoint.error().detail.empty());
    }

private:
    QTemporaryDir m_dir;
};

QTEST_GUILESS_MAIN(EndpointTest)
#include "tst_endpoint.moc"
