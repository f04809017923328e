// SPDX-License-Identifier: Apache-2.0
// The judge of the torture runner on histories made by hand: a good one, and one for each thing that can be
// wrong with it.
#include "tests/process/torture/checker.h"

#include "app/gateway/agents/streamlabtext.h"

#include <QTest>

using namespace holdfast;
using namespace holdfast::torture;

namespace {

using History = std::vector<QJsonObject>;

QString messageOf(int seed) { return QStringLiteral("bytes=200 rate=0 seed=%1 format=text").arg(seed); }

QString answerOf(int seed)
{
    const auto spec = parseStreamLabLine(messageOf(seed).toStdString());
    return QString::fromStdString(streamLabText(*spec, 0, spec->bytes));
}

QJsonObject give(const QString &account, int seed)
{
    return {{QStringLiteral("event"), QStringLiteral("give")},
            {QStringLiteral("client"), QString(account + QLatin1Char('1'))},
            {QStringLiteral("account"), account},
            {QStringLiteral("conversation"), QStringLiteral("c-") + account},
            {QStringLiteral("text"), messageOf(seed)}};
}

QJsonObject written(int seed)
{
    return {{QStringLiteral("event"), QStringLiteral("written")},
            {QStringLiteral("text"), messageOf(seed)},
            {QStringLiteral("command"), QString::number(seed)}};
}

QJsonObject result(int seed, bool isAccepted)
{
    return {{QStringLiteral("event"), QStringLiteral("command")},
            {QStringLiteral("command"), QString::number(seed)},
            {QStringLiteral("accepted"), isAccepted}};
}

QJsonObject stored(const QString &store, const QString &account, const char *role, const QString &text,
                   const char *status = "completed")
{
    return {{QStringLiteral("event"), QStringLiteral("stored")},
            {QStringLiteral("who"), store},
            {QStringLiteral("account"), account},
            {QStringLiteral("conversation"), QStringLiteral("c-") + account},
            {QStringLiteral("role"), QLatin1String(role)},
            {QStringLiteral("status"), QLatin1String(status)},
            {QStringLiteral("text"), text}};
}

QJsonObject tail(int offset, int bytes)
{
    return {{QStringLiteral("event"), QStringLiteral("tail")},
            {QStringLiteral("who"), QStringLiteral("a1")},
            {QStringLiteral("item"), QStringLiteral("i")},
            {QStringLiteral("offset"), offset},
            {QStringLiteral("bytes"), bytes}};
}

/// Messages and their answers, in this order, in both stores of an account.
void store(History &history, const QString &account, const QList<int> &seeds)
{
    for (const QString &name : {QString(account + QLatin1Char('1')), QStringLiteral("witness-") + account}) {
        for (const int seed : seeds) {
            history.push_back(stored(name, account, "user", messageOf(seed)));
            history.push_back(stored(name, account, "agent", answerOf(seed)));
        }
    }
}

/// Messages 1 and 2 of account a, 3 of account b: accepted.
History threeAccepted()
{
    History history;
    for (const int seed : {1, 2, 3}) {
        history.push_back(give(seed == 3 ? QStringLiteral("b") : QStringLiteral("a"), seed));
        history.push_back(written(seed));
        history.push_back(result(seed, true));
    }
    return history;
}

} // namespace

class TortureCheckerTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aGoodHistoryIsGood()
    {
        History history = threeAccepted();
        history.push_back(tail(0, 100));
        history.push_back(tail(100, 100));
        store(history, QStringLiteral("a"), {1, 2});
        store(history, QStringLiteral("b"), {3});

        const Verdict verdict = judge(history);

        QVERIFY2(verdict.isGood(), qPrintable(verdict.findings.join(QLatin1Char('\n'))));
        QCOMPARE(verdict.messages, 3);
        QCOMPARE(verdict.answers, 6);
        QCOMPARE(verdict.bytes, 6 * 200);
    }

    void eachFaultIsSeen_data()
    {
        QTest::addColumn<QString>("what");
        for (const char *what :
             {"lost", "lost while queued", "invisible", "unanswered", "half an answer", "doubled",
              "told twice", "misordered", "nobody's", "refused and there", "foreign message", "foreign bytes",
              "altered", "gap", "missing copy", "broken"})
            QTest::newRow(what) << QString::fromLatin1(what);
    }
    void eachFaultIsSeen()
    {
        QFETCH(QString, what);
        const auto is = [&what](const char *each) { return what == QLatin1String(each); };
        History history = threeAccepted();
        if (is("lost while queued"))
            history.erase(history.begin() + 5); // the result of message 2
        if (is("refused and there"))
            history[5] = result(2, false);

        qint64 Verdict::*expected = spoil(history, what);

        const Verdict verdict = judge(history);
        QVERIFY(!verdict.isGood());
        QVERIFY(verdict.*expected > 0);
    }

    void aMessageThatWasNeverKeptMayBeThereOnceOrNot()
    {
        for (const bool isThere : {false, true}) {
            History history{give(QStringLiteral("a"), 1)};
            history.push_back(give(QStringLiteral("a"), 2));
            history.push_back(written(2));
            store(history, QStringLiteral("a"), isThere ? QList<int>{1, 2} : QList<int>{2});
            QVERIFY(judge(history).isGood());
        }
        History twice{give(QStringLiteral("a"), 1)};
        store(twice, QStringLiteral("a"), {1, 1});
        QVERIFY(judge(twice).doubled > 0);
    }

    void aStoppedAnswerMayEndEarly()
    {
        History history{give(QStringLiteral("a"), 1), written(1), result(1, true)};
        for (const char *name : {"a1", "witness-a"}) {
            history.push_back(stored(QLatin1String(name), QStringLiteral("a"), "user", messageOf(1)));
            history.push_back(
                stored(QLatin1String(name), QStringLiteral("a"), "agent", answerOf(1).left(50), "cancelled"));
        }
        QVERIFY(judge(history).lost > 0); // nobody has stopped it

        history.push_back({{QStringLiteral("event"), QStringLiteral("stop")},
                           {QStringLiteral("conversation"), QStringLiteral("c-a")}});
        QVERIFY(judge(history).isGood());
    }

private:
    /// Adds the stores, with something wrong. \returns where it must be counted.
    static qint64 Verdict::*spoil(History &history, const QString &what)
    {
        const auto is = [&what](const char *each) { return what == QLatin1String(each); };
        const QString a = QStringLiteral("a");
        QList<int> inA{1, 2};
        if (is("lost") || is("lost while queued") || is("invisible"))
            inA = {1};
        if (is("doubled"))
            inA = {1, 2, 2};
        if (is("misordered"))
            inA = {2, 1};
        if (is("nobody's"))
            inA = {1, 2, 9};
        if (is("foreign message"))
            inA = {1, 2, 3};
        store(history, a, inA);
        store(history, QStringLiteral("b"), {3});
        if (is("invisible"))
            history.push_back(stored(QStringLiteral("witness-a"), a, "user", messageOf(2)));
        return spoilRow(history, what);
    }
    static qint64 Verdict::*spoilRow(History &history, const QString &what)
    {
        const auto is = [&what](const char *each) { return what == QLatin1String(each); };
        QJsonObject &answer = history[10]; // the answer to message 1 in a1
        const QString text = QStringLiteral("text");
        if (is("unanswered")) {
            std::erase_if(history, [&text](const QJsonObject &o) { return o[text] == answerOf(2); });
            return &Verdict::lost;
        }
        if (is("half an answer"))
            answer[text] = answerOf(1).left(90);
        if (is("altered"))
            answer[text] = answerOf(1).replace(77, 1, QStringLiteral("#"));
        if (is("foreign bytes"))
            answer[text] = answerOf(3);
        if (is("missing copy"))
            history.push_back(stored(QStringLiteral("a2"), QStringLiteral("a"), "user", messageOf(1)));
        if (is("told twice") || is("gap")) {
            history.push_back(tail(0, 100));
            history.push_back(tail(is("gap") ? 101 : 99, 100));
        }
        if (is("broken"))
            history.push_back({{QStringLiteral("event"), QStringLiteral("broke")}});
        static const QHash<QString, qint64 Verdict::*> counts{
            {QStringLiteral("doubled"), &Verdict::doubled},
            {QStringLiteral("told twice"), &Verdict::doubled},
            {QStringLiteral("misordered"), &Verdict::misordered},
            {QStringLiteral("nobody's"), &Verdict::unexpected},
            {QStringLiteral("refused and there"), &Verdict::unexpected},
            {QStringLiteral("foreign message"), &Verdict::foreign},
            {QStringLiteral("foreign bytes"), &Verdict::foreign},
            {QStringLiteral("altered"), &Verdict::altered},
            {QStringLiteral("gap"), &Verdict::skipped},
            {QStringLiteral("missing copy"), &Verdict::skipped},
            {QStringLiteral("broken"), &Verdict::broken}};
        return counts.value(what, &Verdict::lost);
    }
};

QTEST_GUILESS_MAIN(TortureCheckerTest)
#include "tst_torturechecker.moc"
