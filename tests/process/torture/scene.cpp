// SPDX-License-Identifier: Apache-2.0
#include "tests/process/torture/scene.h"

#include "tests/support/program.h"

#include <QJsonDocument>

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <optional>

namespace holdfast::torture {

namespace {

constexpr int comesUpWithinMs = 30'000;
constexpr int storeMegabytes = 96;
const QString faketime = QStringLiteral("/usr/lib/%1-linux-gnu/faketime/libfaketime.so.1");

QString bin(const char *name) { return test::binaryDir() + QLatin1Char('/') + QLatin1String(name); }
QStringList away(const QStringList &command)
{
    return QStringList{QStringLiteral("ip"), QStringLiteral("netns"), QStringLiteral("exec"),
                       QStringLiteral("away")} +
           command;
}
QStringList words(const char *line) { return QString::fromLatin1(line).split(QLatin1Char(' ')); }
QString dirOf(const QString &name) { return QStringLiteral("data-") + name; }

} // namespace

Scene::Scene(Options options)
    : m_options(std::move(options)), m_record(m_options.folder + QStringLiteral("/history.jsonl"))
{}

bool Scene::makeNetwork() const
{
    // /run is ours alone from here on: `ip netns` keeps its names there.
    static const std::array<const char *, 11> commands{"mount -t tmpfs tmpfs /run",
                                                       "ip netns add away",
                                                       "ip link set lo up",
                                                       "ip -n away link set lo up",
                                                       "ip link add home type veth peer name out netns away",
                                                       "ip addr add 10.77.0.1/24 dev home",
                                                       "ip link set home up",
                                                       "ip -n away addr add 10.77.0.2/24 dev out",
                                                       "ip -n away link set out up",
                                                       "ip netns exec away nft add table inet faults",
                                                       "nft list ruleset"};
    return std::ranges::all_of(commands, [](const char *each) { return run(words(each)); });
}

bool Scene::makeFolder(const QString &name, int megabytes) const
{
    return QDir().mkpath(path(name)) &&
           run({QStringLiteral("mount"), QStringLiteral("-t"), QStringLiteral("tmpfs"), QStringLiteral("-o"),
                QStringLiteral("mode=700,size=%1m").arg(megabytes), QStringLiteral("tmpfs"), path(name)});
}

bool Scene::build()
{
    setClock(0);
    if (!makeNetwork())
        return false;
    for (const char *name : {"gateway-a", "gateway-b", "a1", "a2", "b1", "witness-a", "witness-b"}) {
        if (!makeFolder(dirOf(QLatin1String(name)), storeMegabytes))
            return false;
    }
    for (const QString &name : {QStringLiteral("a"), QStringLiteral("b")}) {
        QFile token(path(QStringLiteral("token-") + name));
        if (!token.open(QIODevice::WriteOnly))
            return false;
        token.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        token.write(QByteArray("0123456789abcdef0123456789abcde") + name.toLatin1() + '\n');
    }
    makeActors();
    return revive();
}

void Scene::makeActors()
{
    QStringList clock{QStringLiteral("FAKETIME_TIMESTAMP_FILE=") + path(QStringLiteral("clock")),
                      QStringLiteral("FAKETIME_NO_CACHE=1"), QStringLiteral("FAKETIME_DONT_FAKE_MONOTONIC=1"),
                      QStringLiteral("LD_PRELOAD=") + faketime.arg(QSysInfo::currentCpuArchitecture())};
    if (m_options.clock == Options::Clock::Real)
        clock.clear();
    const auto with = [&clock](const QString &seam) {
        return seam.isEmpty() ? clock : clock + QStringList{QStringLiteral("HOLDFAST_TEST_SEAM=") + seam};
    };
    for (std::size_t i = 0; i < m_accounts.size(); ++i) {
        Account &account = m_accounts[i];
        account.name = i == 0 ? QStringLiteral("a") : QStringLiteral("b");
        account.gateway = std::make_unique<Actor>(QStringLiteral("gateway-") + account.name, m_record,
                                                  QStringList(), with(m_options.gatewaySeam));
        account.way = std::make_unique<Actor>(QStringLiteral("way-") + account.name, m_record, QStringList(),
                                              QStringList());
        account.lab = std::make_unique<Actor>(QStringLiteral("lab-") + account.name, m_record, QStringList(),
                                              QStringList());
    }
    for (const char *name : {"a1", "a2", "b1"})
        m_clients.push_back(std::make_unique<Actor>(QLatin1String(name), m_record, QStringList(),
                                                    with(m_options.clientSeam)));
}

QStringList Scene::gatewayCommand(const Account &account) const
{
    return {bin("holdfast-gateway"),
            QStringLiteral("--listen"),
            QStringLiteral("127.0.0.1:%1").arg(account.gatewayPort),
            QStringLiteral("--data-dir"),
            path(dirOf(QStringLiteral("gateway-") + account.name)),
            QStringLiteral("--token-file"),
            path(QStringLiteral("token-") + account.name),
            QStringLiteral("--port-file"),
            path(QStringLiteral("port-") + account.name)};
}

QStringList Scene::forwarderCommand(const QString &host, quint16 port, const QString &upstreamHost,
                                    quint16 upstreamPort) const
{
    return {bin("holdfast-cli"),          QStringLiteral("lab"),
            QStringLiteral("--listen"),   QStringLiteral("%1:%2").arg(host).arg(port),
            QStringLiteral("--upstream"), QStringLiteral("%1:%2").arg(upstreamHost).arg(upstreamPort)};
}

bool Scene::startListener(Actor &actor, const QStringList &command, quint16 &port)
{
    if (actor.isRunning())
        return true;
    std::optional<QByteArray> first;
    const auto heard =
        QObject::connect(&actor, &Actor::said,
                         [&](const QJsonObject &, const QByteArray &line) { first = first.value_or(line); });
    actor.start(command);
    until([&] { return first.has_value() || !actor.isRunning(); }, comesUpWithinMs);
    QObject::disconnect(heard);
    if (!first)
        return false;
    port = first->mid(first->lastIndexOf(':') + 1).trimmed().toUShort();
    return port != 0;
}

bool Scene::revive()
{
    if (!reviveListeners())
        return false;
    for (std::size_t i = 0; i < m_clients.size(); ++i) {
        if (!m_clients[i]->isRunning())
            startClient(i);
    }
    return true;
}

void Scene::startClient(std::size_t client)
{
    Actor &actor = *m_clients[client];
    actor.start(clientCommand(actor.name(), accountOf(client), accountOf(client),
                              words("--agent stream-lab --json --backoff rolling chat")));
}

bool Scene::reviveListeners()
{
    for (Account &account : m_accounts) {
        const QString loopback = QStringLiteral("127.0.0.1");
        const QString home = QStringLiteral("10.77.0.1");
        if (!startListener(*account.gateway, gatewayCommand(account), account.gatewayPort) ||
            !startListener(*account.way,
                           forwarderCommand(home, account.wayPort, loopback, account.gatewayPort),
                           account.wayPort) ||
            !startListener(*account.lab,
                           away(forwarderCommand(loopback, account.labPort, home, account.wayPort)),
                           account.labPort))
            return false;
    }
    return true;
}

QStringList Scene::clientCommand(const QString &name, const Account &account, const Account &tokenOf,
                                 const QStringList &words) const
{
    return away(QStringList{bin("holdfast-cli"), QStringLiteral("--gateway"),
                            QStringLiteral("ws://127.0.0.1:%1").arg(account.labPort),
                            QStringLiteral("--token-file"), path(QStringLiteral("token-") + tokenOf.name),
                            QStringLiteral("--data-dir"), path(dirOf(name))} +
                words);
}

void Scene::fill(const QString &name) const
{
    const QByteArray file = (path(dirOf(name)) + QStringLiteral("/ballast")).toUtf8();
    struct statvfs room = {};
    const int descriptor = ::open(file.constData(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (descriptor < 0 || ::fstatvfs(descriptor, &room) != 0)
        return;
    // Page by page at the end: the programs take room at the same time.
    const auto page = static_cast<off_t>(room.f_frsize);
    off_t at = static_cast<off_t>(room.f_bavail) * page;
    const int failed = ::posix_fallocate(descriptor, 0, std::max(at, page));
    for (at = failed == 0 ? at : 0; ::posix_fallocate(descriptor, at, page) == 0;)
        at += page;
    ::close(descriptor);
}

void Scene::empty(const QString &name) const
{
    QFile::remove(path(dirOf(name)) + QStringLiteral("/ballast"));
}

void Scene::setClock(int seconds) const
{
    // In place of the old one at once: a program that reads half a line would see another time.
    QFile next(path(QStringLiteral("clock.next")));
    if (!next.open(QIODevice::WriteOnly))
        return;
    next.write((seconds < 0 ? "-" : "+") + QByteArray::number(std::abs(seconds)) + "s\n");
    next.close();
    ::rename(next.fileName().toUtf8().constData(), path(QStringLiteral("clock")).toUtf8().constData());
}

std::vector<QByteArray> Scene::linesOf(const QStringList &command) const
{
    QProcess process;
    process.start(command.front(), command.mid(1));
    process.waitForFinished(comesUpWithinMs);
    std::vector<QByteArray> lines;
    for (const QByteArray &line : process.readAllStandardOutput().split('\n')) {
        if (!line.isEmpty())
            lines.push_back(line);
    }
    return lines;
}

void Scene::dump(const QString &name, const QString &account)
{
    const QStringList history{bin("holdfast-cli"), QStringLiteral("--data-dir"), path(dirOf(name)),
                              QStringLiteral("--json"), QStringLiteral("history")};
    m_record.add(name, QStringLiteral("stored"), {{QStringLiteral("account"), account}});
    for (const QByteArray &line : linesOf(history)) {
        const QString conversation =
            QJsonDocument::fromJson(line).object()[QStringLiteral("conversation")].toString();
        for (const QByteArray &row : linesOf(history + QStringList{conversation})) {
            QJsonObject item = QJsonDocument::fromJson(row).object();
            item[QStringLiteral("account")] = account;
            item[QStringLiteral("conversation")] = conversation;
            m_record.add(name, item);
        }
    }
}

void Scene::takeStock()
{
    for (std::size_t i = 0; i < m_clients.size(); ++i) {
        m_clients[i]->killHard();
        dump(m_clients[i]->name(), accountOf(i).name);
    }
    setClock(0); // the witness lives with the real one
    for (const Account &account : m_accounts) {
        const QString name = QStringLiteral("witness-") + account.name;
        linesOf(clientCommand(name, account, account, words("--json follow")));
        dump(name, account.name);
    }
}

} // namespace holdfast::torture
