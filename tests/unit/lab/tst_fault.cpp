// SPDX-License-Identifier: Apache-2.0
#include "app/lab/fault.h"

#include <QTest>

using namespace holdfast;
using namespace std::chrono_literals;

namespace {

struct Row {
    const char *line;
    Fault fault;
};

const std::vector<Row> &rows()
{
    static const std::vector<Row> all{
        {"cut rst", fault::Cut{fault::Cut::How::Reset}},
        {"cut fin", fault::Cut{fault::Cut::How::Fin}},
        {"blackhole on", fault::BlackHole{}},
        {"blackhole off", fault::EndBlackHole{}},
        {"latency 200", fault::Latency{200ms}},
        {"latency 0", fault::Latency{0ms}},
        {"offline", fault::Offline{}},
        {"online", fault::Online{}},
        {"cut-after 65536", fault::CutAfter{65536}},
        {"cut-after 0", fault::CutAfter{0}},
        {"rate 125", fault::Rate{125}},
        {"rate 0", fault::Rate{0}},
    };
    return all;
}

} // namespace

class FaultTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyCommandIsReadAndWritten_data()
    {
        QTest::addColumn<int>("row");
        for (std::size_t i = 0; i < rows().size(); ++i)
            QTest::newRow(rows()[i].line) << static_cast<int>(i);
    }
    void everyCommandIsReadAndWritten()
    {
        QFETCH(int, row);
        const Row &wanted = rows()[static_cast<std::size_t>(row)];

        const Result<Fault> read = parseFault(wanted.line);

        QVERIFY(read.has_value());
        QVERIFY(*read == wanted.fault);
        QCOMPARE(commandFor(*read), std::string(wanted.line));
        QVERIFY(sentenceFor(*read).ends_with('.'));
    }

    void aShortCommandMeansItsUsualForm()
    {
        QVERIFY(*parseFault("cut") == Fault(fault::Cut{fault::Cut::How::Reset}));
        QVERIFY(*parseFault("blackhole") == Fault(fault::BlackHole{}));
    }

    void everythingElseIsRefusedAndTheCommandsAreNamed_data()
    {
        QTest::addColumn<QByteArray>("line");
        for (const char *line :
             {"", "cut off", "Cut rst", " cut rst", "blackhole maybe", "latency", "latency ", "latency -1",
              "latency 20ms", "latency 60001", "latency 99999999999999999999", "cut-after", "cut-after x",
              "cut-after 1 2", "offline now", "rate", "rate x", "rate 1000001"})
            QTest::addRow("\"%s\"", line) << QByteArray(line);
    }
    void everythingElseIsRefusedAndTheCommandsAreNamed()
    {
        QFETCH(QByteArray, line);

        const Result<Fault> read = parseFault(line.toStdString());

        QVERIFY(!read.has_value());
        QCOMPARE(read.error().code, Error::Code::BadArgument);
        QVERIFY(read.error().detail.find('"' + line.toStdString() + '"') != std::string::npos);
        QVERIFY(read.error().detail.find("cut-after BYTES") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(FaultTest)
#include "tst_fault.moc"
