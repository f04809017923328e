// SPDX-License-Identifier: Apache-2.0
#include "app/link/sleepwatch.h"

#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QProcess>
#include <QSignalSpy>
#include <QTest>

using namespace holdfast;
using namespace std::chrono_literals;

namespace {
constexpr int patienceMs = 30'000;
const QString logind = QStringLiteral("org.freedesktop.login1");
} // namespace

class SleepWatchTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// A bus of our own in place of the system's, before anybody asks for that one.
    void initTestCase()
    {
        m_bus.start(QStringLiteral("dbus-daemon"), {QStringLiteral("--session"), QStringLiteral("--nofork"),
                                                    QStringLiteral("--print-address")});
        QVERIFY2(m_bus.waitForReadyRead(patienceMs),
                 "dbus-daemon does not start; Debian: package dbus-daemon");
        m_address = QString::fromUtf8(m_bus.readLine().trimmed());
        QVERIFY(qputenv("DBUS_SYSTEM_BUS_ADDRESS", m_address.toUtf8()));
    }
    void cleanupTestCase()
    {
        m_bus.terminate();
        QVERIFY(m_bus.waitForFinished(patienceMs));
    }

    void aJumpOfTheClockIsASleep_data()
    {
        QTest::addColumn<int>("seconds");
        QTest::addColumn<bool>("isSleep");
        QTest::newRow("slept") << 60 << true;
        QTest::newRow("set back") << -60 << true; // harmless
        QTest::newRow("corrected") << 4 << false;
    }
    void aJumpOfTheClockIsASleep()
    {
        QFETCH(int, seconds);
        QFETCH(bool, isSleep);
        std::chrono::milliseconds ahead = 1000s;
        int looks = 0;
        SleepWatch watch(
            [&] {
                ++looks;
                return ahead;
            },
            1ms);
        QSignalSpy woke(&watch, &SleepWatch::woke);
        QTRY_VERIFY(looks > 3);
        QCOMPARE(woke.count(), 0);
        ahead += std::chrono::seconds(seconds);
        looks = 0;
        QTRY_VERIFY(looks > 3);
        QCOMPARE(woke.count(), isSleep ? 1 : 0); // once, not at every look
    }

    void logindSaysItFirst()
    {
        QDBusConnection bus = QDBusConnection::connectToBus(m_address, QStringLiteral("logind"));
        QVERIFY(bus.registerService(logind));
        SleepWatch watch;
        QSignalSpy woke(&watch, &SleepWatch::woke);
        // The bus has heard that the watch listens when it has answered this, which was asked behind it.
        QVERIFY(QDBusConnection::systemBus().interface()->isServiceRegistered(logind));
        const auto say = [&](bool isAboutToSleep) {
            QDBusMessage message = QDBusMessage::createSignal(
                QStringLiteral("/org/freedesktop/login1"), QStringLiteral("org.freedesktop.login1.Manager"),
                QStringLiteral("PrepareForSleep"));
            message << isAboutToSleep;
            return bus.send(message);
        };
        QVERIFY(say(true));
        QVERIFY(say(false));
        QVERIFY(woke.count() > 0 || woke.wait(patienceMs));
        QCOMPARE(woke.count(), 1); // going to sleep is no waking up
    }

private:
    QProcess m_bus;
    QString m_address;
};

QTEST_GUILESS_MAIN(SleepWatchTest)
#include "tst_sleepwatch.moc"
