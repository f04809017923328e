// SPDX-License-Identifier: Apache-2.0
// What a long answer costs the others on a slow line (1 Mbit/s, 50 ms round trip): the round trip of what
// goes at once, and a short answer, both beside what they take alone. Then how fast a client catches up with
// 100,000 events, beside plain SQLite inserts of the same rows in as many transactions.
#include "app/link/identity.h"
#include "app/link/monotonicclock.h"
#include "app/link/reconnectioncontroller.h"
#include "model/protocol/codec.h"
#include "model/store/gatewaylog.h"
#include "model/text/prefixhash.h"
#include "tests/bench/samples.h"
#include "tests/process/stage.h"

#include <QCoreApplication>
#include <QFile>
#include <QSqlError>
#include <QSqlQuery>

#include <cstdio>

using namespace holdfast;
using namespace holdfast::bench;

namespace {

constexpr int eventsMissed = 100'000;
constexpr std::uint64_t underWayBytes = 300'000;

double msSince(TimePoint from)
{
    return static_cast<double>((MonotonicClock::now() - from).count()) / 1000.0;
}

/// A client in this process.
class Client : public QObject
{
    Q_OBJECT
public:
    explicit Client(const Endpoint &endpoint)
    {
        auto replica = Replica::open({m_dir.path().toStdString(), &MonotonicClock::wallTime, &newHex128});
        auto restored = replica ? (*replica)->restore() : tl::unexpected(replica.error());
        if (!restored)
            qFatal("no replica: %s", restored.error().detail.c_str());
        m_session = std::make_unique<ReconnectionController>(std::move(*replica), std::move(*restored),
                                                             ClientSession::Options());
        connect(m_session.get(), &ReconnectionController::committed, this, &Client::onCommitted);
        connect(m_session.get(), &ReconnectionController::answered, this, &QCoreApplication::quit);
        connect(m_session.get(), &ReconnectionController::statusChanged, this,
                [this, wasOnline = false](const ConnectionStatus &status) mutable {
                    if (status.state == ConnectionState::Online && !std::exchange(wasOnline, true))
                        QCoreApplication::quit();
                });
        m_dialledAt = MonotonicClock::now();
        m_session->setEndpoint(endpoint);
        QCoreApplication::exec();
        synced = msSince(m_dialledAt);
    }

    /// Round trip of a question without an answer to look up: it travels as a ping does, and one can be asked
    /// at any time.
    double roundTrip()
    {
        const TimePoint from = MonotonicClock::now();
        m_session->ask(frame::GetContext{++m_asked, {"nobody-knows-it"}});
        QCoreApplication::exec();
        return msSince(from);
    }
    /// From the word of the user to the verified answer.
    double answer(int bytes)
    {
        const TimePoint from = MonotonicClock::now();
        give(bytes);
        QCoreApplication::exec();
        return msSince(from);
    }
    /// \returns when much of it has come.
    void beginLong(int bytes)
    {
        give(bytes);
        m_long = std::exchange(m_message, {});
        QCoreApplication::exec();
    }

    double synced{0}; ///< ms from dialling
    std::uint64_t commits{0};
    std::uint64_t events{0};

private:
    void give(int bytes)
    {
        frame::Command command;
        command.id = {newUuid7()};
        command.name = "send";
        command.conversation = {newUuid7()};
        command.agent = {"stream-lab"};
        command.text = "bytes=" + std::to_string(bytes) + " rate=0 seed=1 format=text";
        m_message = {command.id.value};
        m_session->give(command);
    }
    void onCommitted(const std::vector<Change> &changes)
    {
        ++commits;
        for (const Change &each : changes) {
            if (const auto *log = std::get_if<change::ApplyLog>(&each)) {
                events += log->events.size();
                for (const LogEvent &event : log->events)
                    onEvent(event);
            } else if (const auto *tail = std::get_if<change::WriteTail>(&each)) {
                const bool isUnderWay = tail->offset + tail->text.size() > underWayBytes;
                if (!m_longAnswer.isEmpty() && tail->item == m_longAnswer && isUnderWay && !m_isUnderWay) {
                    m_isUnderWay = true;
                    QCoreApplication::quit();
                }
            } else if (const auto *end = std::get_if<change::FinishItem>(&each)) {
                if (!m_answer.isEmpty() && end->item == m_answer)
                    QCoreApplication::quit();
            }
        }
    }
    void onEvent(const LogEvent &event)
    {
        const auto *run = std::get_if<logged::RunStarted>(&event.body);
        if (!run)
            return;
        if (run->message == m_message)
            m_answer = run->item;
        else if (run->message == m_long)
            m_longAnswer = run->item;
    }

    QTemporaryDir m_dir;
    std::unique_ptr<ReconnectionController> m_session;
    TimePoint m_dialledAt{};
    std::uint64_t m_asked{0};
    ItemId m_message;
    ItemId m_answer;
    ItemId m_long;
    ItemId m_longAnswer;
    bool m_isUnderWay{false};
};

void show(const char *what, const Samples &alone, const Samples &beside)
{
    std::printf("%-24s %5zu %9.1f %9.1f %5zu %9.1f %9.1f %9.2f\n", what, alone.count(), alone.quantile(0.5),
                alone.quantile(0.95), beside.count(), beside.quantile(0.5), beside.quantile(0.95),
                beside.quantile(0.5) / alone.quantile(0.5));
    std::fflush(stdout);
}

void measureSharing(const Endpoint &endpoint, int rounds)
{
    constexpr int shortBytes = 4'000;
    Client client(endpoint);
    Samples trips[2];
    Samples answers[2];
    for (int isBeside = 0; isBeside < 2; ++isBeside) {
        if (isBeside == 1)
            client.beginLong(20'000'000);
        for (int i = 0; i < rounds; ++i)
            trips[isBeside].add(client.roundTrip());
        for (int i = 0; i < rounds / 5; ++i)
            answers[isBeside].add(client.answer(shortBytes));
    }
    std::printf("alone, beside 20 MB          n    median       p95     n    median       p95     ratio\n");
    show("round trip, ms", trips[0], trips[1]);
    show("answer of 4,000 bytes, ms", answers[0], answers[1]);
}

std::vector<LogBody> history()
{
    const std::string hash = PrefixHash().hex();
    std::vector<LogBody> events;
    for (int i = 0; static_cast<int>(events.size()) < eventsMissed; ++i) {
        const ConversationId conversation{"c" + std::to_string(i / 100)};
        const std::string number = std::to_string(i);
        if (i % 100 == 0)
            events.emplace_back(logged::ConversationCreated{conversation, {"guide"}, "A title", 1});
        events.emplace_back(logged::MessageAdded{conversation, {"m" + number}, 0, hash, 1});
        events.emplace_back(logged::RunStarted{
            conversation, {"r" + number}, {"a" + number}, {"guide"}, 0, 1, {"m" + number}});
        logged::RunFinished end{conversation, {"r" + number}, {"a" + number}};
        end.sha256 = hash;
        events.emplace_back(end);
    }
    events.resize(eventsMissed, logged::Unknown{"X", R"({"type":"X"})"});
    return events;
}

/// Into the folder where a gateway will find it.
bool fill(const QString &folder, const std::vector<LogBody> &events)
{
    const auto log = GatewayLog::open({folder.toStdString(), "boot", &newHex128});
    if (!log)
        return false;
    constexpr std::size_t batch = 1000;
    for (std::size_t i = 0; i < events.size(); i += batch) {
        const auto from = events.begin() + static_cast<std::ptrdiff_t>(i);
        const auto to = events.begin() + static_cast<std::ptrdiff_t>(std::min(i + batch, events.size()));
        if (!(*log)->append({from, to}, Durability::Usual))
            return false;
    }
    return (*log)->closeCleanly().has_value();
}

/// \returns ms for the same rows, written as simply as SQLite can.
double insertPlainly(const QString &file, const std::vector<LogBody> &events, std::uint64_t transactions)
{
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("plain"));
    database.setDatabaseName(file);
    if (!database.open())
        return 0;
    QSqlQuery query(database);
    query.exec(QStringLiteral("PRAGMA journal_mode=WAL"));
    query.exec(QStringLiteral("PRAGMA synchronous=NORMAL"));
    query.exec(QStringLiteral("CREATE TABLE event (seq INTEGER PRIMARY KEY, json TEXT NOT NULL)"));
    query.prepare(QStringLiteral("INSERT INTO event VALUES (?, ?)"));
    std::vector<QString> rows;
    for (const LogBody &event : events)
        rows.push_back(QString::fromStdString(codec::encodeBody(event)));
    const std::size_t perTransaction = rows.size() / std::max<std::uint64_t>(transactions, 1) + 1;
    const TimePoint from = MonotonicClock::now();
    database.transaction();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i > 0 && i % perTransaction == 0) {
            database.commit();
            database.transaction();
        }
        query.addBindValue(static_cast<qlonglong>(i + 1));
        query.addBindValue(rows[i]);
        query.exec();
    }
    database.commit();
    return msSince(from);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 100;
    test::Stage stage;
    const std::vector<LogBody> events = history();
    QFile token(stage.path(QStringLiteral("token")));
    if (!fill(stage.path(QStringLiteral("gateway/accounts/local")), events) || !stage.startGateway() ||
        !token.open(QIODevice::ReadOnly))
        return 1;
    const Endpoint endpoint{QUrl(QStringLiteral("ws://127.0.0.1:%1").arg(stage.gatewayPort())),
                            token.readLine().trimmed()};
    const Client late(endpoint);
    const double plain = insertPlainly(stage.path(QStringLiteral("plain.db")), events, late.commits);
    std::printf("catching up with %llu events: %.0f ms in %llu transactions, %.0f a second; plain inserts "
                "%.0f ms, %.0f a second; ratio %.2f\n",
                static_cast<unsigned long long>(late.events), late.synced,
                static_cast<unsigned long long>(late.commits),
                static_cast<double>(late.events) * 1000.0 / late.synced, plain, eventsMissed * 1000.0 / plain,
                late.synced / plain);
    std::fflush(stdout);
    test::Stage slow;
    QFile slowToken(slow.path(QStringLiteral("token")));
    if (!slow.startGateway() || !slow.startLab() || !slowToken.open(QIODevice::ReadOnly))
        return 1;
    slow.lab("latency 50");
    slow.lab("rate 125");
    measureSharing(
        {QUrl(QStringLiteral("ws://127.0.0.1:%1").arg(slow.labPort())), slowToken.readLine().trimmed()},
        rounds);
    return 0;
}

#include "lanes.moc"
