// SPDX-License-Identifier: Apache-2.0
// Copied, restored and lost: the folders of client and gateway as backups and copies leave them. Within an
// epoch nothing is lost and nothing doubled; across one nothing vanishes unseen.
#include "tests/process/stage.h"

#include "model/store/replica.h"

#include <QTest>

#include <filesystem>

using namespace holdfast::test;

namespace {

const QString conversation = QStringLiteral("0190c0de-0000-7000-8000-0000000000aa");

QString lineOf(int seed) { return QStringLiteral("bytes=20 rate=0 seed=%1").arg(seed); }

} // namespace

class EpochsTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_stage = std::make_unique<Stage>();
        QVERIFY(m_stage->startGateway());
    }

    void aCopiedProfileTakesANameOfItsOwn()
    {
        QVERIFY(send(1));
        copyFolder("client", "copy");

        for (int seed = 2; seed < 8; ++seed) {
            const char *profile = seed % 2 == 0 ? "client" : "copy";
            QVERIFY(follow(profile)); // its user sees what the other one wrote
            QVERIFY(send(seed, profile));
        }

        QCOMPARE(messages("witness"), lines({1, 2, 3, 4, 5, 6, 7}));
        QCOMPARE(messages("client"), lines({1, 2, 3, 4, 5, 6, 7}));
        QCOMPARE(messages("copy"), lines({1, 2, 3, 4, 5, 6, 7}));
    }

    void twoCopiesAtTheSameTimeBothGoOn()
    {
        QVERIFY(send(1));
        copyFolder("client", "copy");
        const auto one = start(
            {QStringLiteral("follow"), QStringLiteral("--forever"), QStringLiteral("--json")}, "client");
        QVERIFY(one->waitForEvent("resumed").has_value());

        QVERIFY(send(2, "copy"));

        one->terminate();
        one->waitForExit();
        QVERIFY(send(3, "client"));
        QCOMPARE(messages("witness"), lines({1, 2, 3}));
    }

    void aRestoredProfileGetsBackWhatItMissed()
    {
        QVERIFY(send(1));
        copyFolder("client", "backup");
        QVERIFY(send(2) && send(3));
        copyFolder("backup", "client");

        QVERIFY(!send(4)); // written before 2 and 3 came back: the user is asked
        QVERIFY(send(5));

        QCOMPARE(messages("witness"), lines({1, 2, 3, 5}));
        QCOMPARE(sorted(messages("client")), lines({1, 2, 3, 4, 5}));
        QCOMPARE(stored("client",
                        [](const QJsonObject &item) {
                            return item[QStringLiteral("delivery")] == QLatin1String("parked");
                        }),
                 lines({4}));
    }

    void aRestoredProfileWithAMessageThatWasDeliveredSinceDoesNotDoubleIt()
    {
        QVERIFY(send(1));
        QCOMPARE(start(sending(lineOf(2), {QStringLiteral("--queue")}), "client")->waitForExit(), 0);
        copyFolder("client", "backup");
        QVERIFY(follow("client"));
        copyFolder("backup", "client"); // where it still waits

        QVERIFY(follow("client"));

        QCOMPARE(messages("witness"), lines({1, 2}));
        QCOMPARE(messages("client"), lines({1, 2}));
    }

    void aLostProfileGetsEverythingBack()
    {
        QVERIFY(send(1) && send(2));
        removeFolder("client");

        QVERIFY(send(3));

        QCOMPARE(messages("client"), lines({1, 2, 3}));
    }

    /// \param after  how many messages the restored gateway takes from elsewhere before the client comes:
    /// fewer or more than it had forgotten, so that the client's cursor is ahead of the log, or the log has
    /// passed it.
    void aRestoredGatewayForgets_andTheClientKeeps_data()
    {
        QTest::addColumn<int>("after");
        QTest::newRow("the client is ahead") << 0;
        QTest::newRow("the log has gone on past it") << 5;
    }
    void aRestoredGatewayForgets_andTheClientKeeps()
    {
        QFETCH(int, after);
        QVERIFY(send(1));
        stopGateway();
        copyFolder("gateway", "backup");
        QVERIFY(m_stage->startGateway());
        QVERIFY(send(2) && send(3));
        stopGateway();
        copyFolder("backup", "gateway");
        QVERIFY(m_stage->startGateway());
        QList<int> then{1};
        for (int seed = 10; seed < 10 + after; ++seed) {
            QVERIFY(send(seed, "other"));
            then.append(seed);
        }

        QVERIFY(send(4));

        then.append(4);
        QCOMPARE(messages("witness"), lines(then));
        QCOMPARE(sorted(messages("client")), sorted(lines(then) + lines({2, 3})));
        QCOMPARE(onlyHere("client"), lines({2, 3}));
    }

    void aGatewayThatLostEverythingBeginsAnew_andTheClientKeepsWhatItHas()
    {
        QVERIFY(send(1) && send(2));
        stopGateway();
        removeFolder("gateway");
        QVERIFY(m_stage->startGateway());

        QVERIFY(send(3));

        QCOMPARE(messages("witness"), lines({3}));
        QCOMPARE(sorted(messages("client")), sorted(lines({1, 2, 3})));
        QCOMPARE(onlyHere("client"), lines({1, 2}));
    }

    void anAnswerThatARestoreTookEnds_andWhatWasNeverSentIsSent()
    {
        QVERIFY(send(1));
        stopGateway();
        copyFolder("gateway", "backup");
        QVERIFY(m_stage->startGateway());
        const auto client = start(
            sending(QStringLiteral("bytes=90000000 rate=100 seed=9"), {QStringLiteral("--json")}), "client");
        QVERIFY(client->waitForEvent("tail").has_value());
        m_stage->gateway().killHard();
        client->killHard();
        QCOMPARE(start(sending(lineOf(2), {QStringLiteral("--queue")}), "client")->waitForExit(), 0);
        copyFolder("backup", "gateway");
        QVERIFY(m_stage->startGateway());

        QCOMPARE(start({QStringLiteral("follow")}, "client")->waitForExit(),
                 3); // an answer ended before its end

        QCOMPARE(messages("witness"), lines({1, 2}));
        QCOMPARE(messages("client").size(), 3);
        QCOMPARE(onlyHere("client").size(), 1);
    }

    void whatARestoreForgot_acceptedOrOnItsWay_isAskedAbout_andSentOnce()
    {
        QVERIFY(send(1));
        stopGateway();
        copyFolder("gateway", "backup");
        QVERIFY(m_stage->startGateway());
        QVERIFY(send(2));
        stopGateway();
        leaveSent("0190c0de-0000-7000-8000-000000000009", lineOf(9));
        copyFolder("backup", "gateway");
        QVERIFY(m_stage->startGateway());

        QCOMPARE(start({QStringLiteral("follow")}, "client")->waitForExit(), 3);

        QCOMPARE(messages("witness"), lines({1})); // never by itself
        QCOMPARE(sorted(stored("client",
                               [](const QJsonObject &item) {
                                   return item[QStringLiteral("delivery")] == QLatin1String("parked");
                               })),
                 sorted(lines({2, 9})));
        QCOMPARE(onlyHere("client"), lines({2}));

        (void)start({QStringLiteral("outbox"), QStringLiteral("send-again"), QStringLiteral("--all")},
                    "client")
            ->waitForExit();
        (void)start({QStringLiteral("follow")}, "client")->waitForExit();
        QCOMPARE(sorted(messages("witness")), sorted(lines({1, 2, 9})));
        QCOMPARE(onlyHere("client"), lines({}));
    }

private:
    std::unique_ptr<Program> start(const QStringList &words, const char *profile) const
    {
        QStringList arguments = m_stage->clientArguments();
        arguments.last() = m_stage->path(QLatin1String(profile));
        return std::make_unique<Program>(QStringLiteral("holdfast-cli"), arguments + words);
    }
    static QStringList sending(const QString &line, const QStringList &more = {})
    {
        return QStringList{QStringLiteral("send"), QStringLiteral("--agent"), QStringLiteral("stream-lab"),
                           QStringLiteral("--conversation"), conversation} +
               more + QStringList{line};
    }
    /// The client has died between sending this message and hearing of it.
    void leaveSent(const char *id, const QString &line) const
    {
        auto replica =
            holdfast::Replica::open({m_stage->path(QStringLiteral("client")).toStdString(),
                                     [] { return holdfast::WallTime{}; }, [] { return std::string("d"); }});
        QVERIFY(replica.has_value());
        const auto restored = (*replica)->restore();
        QVERIFY(restored.has_value());
        holdfast::frame::Command command;
        command.id = {id};
        command.name = "send";
        command.conversation = {conversation.toStdString()};
        command.agent = {"stream-lab"};
        command.text = line.toStdString();
        QVERIFY((*replica)
                    ->perform({holdfast::change::Enqueue{command},
                               holdfast::change::Number{{{command.id, restored->nextSeq}}}},
                              holdfast::Durability::Durable)
                    .has_value());
    }
    bool send(int seed, const char *profile = "client") const
    {
        return start(sending(lineOf(seed)), profile)->waitForExit() == 0;
    }
    bool follow(const char *profile) const
    {
        return start({QStringLiteral("follow")}, profile)->waitForExit() == 0;
    }
    /// The user's messages as a profile has them after it has caught up.
    QStringList messages(const char *profile) const
    {
        if (!follow(profile))
            return {QStringLiteral("follow failed")};
        return stored(profile, [](const QJsonObject &) { return true; });
    }
    QStringList onlyHere(const char *profile) const
    {
        return stored(profile,
                      [](const QJsonObject &item) { return item[QStringLiteral("only_here")].toBool(); });
    }
    QStringList stored(const char *profile, const Program::Matches &matches) const
    {
        const auto history =
            start({QStringLiteral("history"), QStringLiteral("--json"), conversation}, profile);
        QStringList texts;
        while (const auto item = history->waitForEvent("stored")) {
            if ((*item)[QStringLiteral("role")] == QLatin1String("user") && matches(*item))
                texts.append((*item)[QStringLiteral("text")].toString());
        }
        return texts;
    }
    static QStringList lines(const QList<int> &seeds)
    {
        QStringList lines;
        for (const int seed : seeds)
            lines.append(lineOf(seed));
        return lines;
    }
    static QStringList sorted(QStringList lines)
    {
        lines.sort();
        return lines;
    }
    void stopGateway() const
    {
        m_stage->gateway().terminate();
        QCOMPARE(m_stage->gateway().waitForExit(), 0);
    }
    void removeFolder(const char *name) const
    {
        std::filesystem::remove_all(m_stage->path(QLatin1String(name)).toStdString());
    }
    void copyFolder(const char *source, const char *target) const
    {
        removeFolder(target);
        std::filesystem::copy(m_stage->path(QLatin1String(source)).toStdString(),
                              m_stage->path(QLatin1String(target)).toStdString(),
                              std::filesystem::copy_options::recursive);
    }

    std::unique_ptr<Stage> m_stage;
};

QTEST_GUILESS_MAIN(EpochsTest)
#include "tst_epochs.moc"
