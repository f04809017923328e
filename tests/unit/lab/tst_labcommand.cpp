// SPDX-License-Identifier: Apache-2.0
// The fault proxy as a person or a script meets it: the real program, its lines and its exit codes.
#include "tests/support/program.h"
#include "tests/unit/lab/loopback.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

using namespace holdfast::test;

namespace {

QStringList lab(const QStringList &options) { return QStringList{QStringLiteral("lab")} + options; }

QStringList through(const Upstream &upstream)
{
    return lab({QStringLiteral("--listen"), QStringLiteral("127.0.0.1:0"), QStringLiteral("--upstream"),
                QStringLiteral("127.0.0.1:%1").arg(upstream.port())});
}

quint16 portIn(const std::optional<QByteArray> &line)
{
    return line->mid(line->lastIndexOf(':') + 1).toUShort();
}

} // namespace

class LabCommandTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void listensFirstAndAnswersEachLineWithOne()
    {
        const Upstream upstream;
        Program program(QStringLiteral("holdfast-cli"), through(upstream));
        const auto listening = program.waitForLine();
        QVERIFY(listening.has_value());
        QVERIFY(QRegularExpression(QStringLiteral("^listening 127\\.0\\.0\\.1:[0-9]+$"))
                    .match(QString::fromUtf8(*listening))
                    .hasMatch());

        const Peer client = Peer::connectedTo(portIn(listening));
        QVERIFY(client.isOpen());
        QCOMPARE(answerTo(program, "cut rst"), QByteArray("ok cut rst"));
        QCOMPARE(answerTo(program, "offline"), QByteArray("ok offline"));
        QVERIFY(!Peer::connectedTo(portIn(listening)).isOpen());
        QVERIFY(answerTo(program, "status").startsWith("ok status accepted="));
        QVERIFY(answerTo(program, "dance").startsWith("error: unknown command \"dance\""));
        QCOMPARE(answerTo(program, "quit"), QByteArray("ok quit"));
        QCOMPARE(program.waitForExit(), 0);
    }

    void theEndOfItsInputEndsIt()
    {
        const Upstream upstream;
        Program program(QStringLiteral("holdfast-cli"), through(upstream));
        QVERIFY(program.waitForLine().has_value());

        program.closeStdin();

        QCOMPARE(program.waitForExit(), 0);
    }

    void inJsonEveryLineIsAnObjectWithItsTime()
    {
        const Upstream upstream;
        Program program(QStringLiteral("holdfast-cli"),
                        through(upstream) + QStringList{QStringLiteral("--json")});
        for (const char *command : {"latency 20", "status", "dance", "quit"})
            program.say(command);
        QCOMPARE(program.waitForExit(), 0);

        QStringList events;
        qint64 last = 0;
        for (const QJsonObject &line : program.said()) {
            events.append(line[QStringLiteral("event")].toString());
            QVERIFY(line[QStringLiteral("t_us")].toInteger() >= last);
            last = line[QStringLiteral("t_us")].toInteger();
        }
        QCOMPARE(events.join(QLatin1Char(' ')), QStringLiteral("listening ok ok error ok"));
        QCOMPARE(program.said().at(1)[QStringLiteral("command")].toString(), QStringLiteral("latency 20"));
        QCOMPARE(program.said().at(2)[QStringLiteral("accepted")].toInteger(-1), 0);
    }

    void aTakenPortIsOneClearLineAndExitCode1()
    {
        const Upstream taken;
        const QString port = QString::number(taken.port());
        Program program(QStringLiteral("holdfast-cli"),
                        lab({QStringLiteral("--listen"), QStringLiteral("127.0.0.1:") + port,
                             QStringLiteral("--upstream"), QStringLiteral("127.0.0.1:1")}));

        QCOMPARE(program.waitForExit(), 1);
        const QByteArray complaint = program.complaints();
        QVERIFY2(complaint.contains("cannot listen on 127.0.0.1, port " + port.toUtf8()),
                 complaint.constData());
        QCOMPARE(complaint.count('\n'), 1);
    }

    void aBadCommandLineIsOneClearLineAndExitCode2_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QByteArray>("says");
        const QString upstream = QStringLiteral("--upstream");
        const QString listen = QStringLiteral("--listen");
        const QString good = QStringLiteral("127.0.0.1:1");
        QTest::newRow("no upstream") << QStringList{} << QByteArray("--upstream HOST:PORT");
        QTest::newRow("upstream without port")
            << QStringList{upstream, QStringLiteral("localhost")} << QByteArray("not \"localhost\"");
        QTest::newRow("port too large") << QStringList{upstream, QStringLiteral("localhost:65536")}
                                        << QByteArray("not \"localhost:65536\"");
        QTest::newRow("listen on a name") << QStringList{upstream, good, listen, QStringLiteral("example:1")}
                                          << QByteArray("--listen wants ADDRESS:PORT");
        QTest::newRow("unknown option")
            << QStringList{upstream, good, QStringLiteral("--nonsense")} << QByteArray("nonsense");
        QTest::newRow("command as argument")
            << QStringList{upstream, good, QStringLiteral("offline")} << QByteArray("commands on stdin");
    }
    void aBadCommandLineIsOneClearLineAndExitCode2()
    {
        QFETCH(QStringList, options);
        QFETCH(QByteArray, says);

        Program program(QStringLiteral("holdfast-cli"), lab(options));

        QCOMPARE(program.waitForExit(), 2);
        const QByteArray complaint = program.complaints();
        QVERIFY2(complaint.contains(says), complaint.constData());
        QCOMPARE(complaint.count('\n'), 1);
    }

private:
    static QByteArray answerTo(Program &program, const QByteArray &command)
    {
        program.say(command);
        return program.waitForLine().value_or("no answer");
    }
};

QTEST_GUILESS_MAIN(LabCommandTest)
#include "tst_labcommand.moc"
