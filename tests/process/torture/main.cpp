// SPDX-License-Identifier: Apache-2.0
// holdfast-torture: real binaries, real networks, real disks, broken again and again; and a judge.
#include "tests/process/torture/cycles.h"
#include "tests/process/torture/report.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>

#include <csignal>
#include <cstdio>
#include <sys/prctl.h>
#include <unistd.h>

namespace holdfast::torture {

namespace {

constexpr int cyclesPerScene = 25;
constexpr int tellsEveryMs = 60'000;

struct Options {
    int cycles{300};
    quint64 seed{1};
    int jobs{2};
    QString only;
    QString keep;
    QString gatewaySeam;
    QString clientSeam;
    QString mustFind; ///< a class of findings: without it, it has failed
    QString scene;    ///< the folder of the one scene that this process is
    Scene::Options::Clock clock{Scene::Options::Clock::Settable};
    enum class Output { Table, Json } output{Output::Table};
};

Options readOptions()
{
    QCommandLineParser parser;
    QString description =
        QStringLiteral("Breaks everything there is to break, and judges what is left. Faults:\n");
    for (const auto &fault : allFaults())
        description += QStringLiteral("  %1  %2\n").arg(fault->name(), -18).arg(fault->sentence());
    parser.setApplicationDescription(description);
    const auto option = [&parser](const char *name, const char *what, const char *value, const char *usual) {
        parser.addOption(
            {QLatin1String(name), QLatin1String(what), QLatin1String(value), QLatin1String(usual)});
    };
    option("cycles", "How many strikes and recoveries.", "n", "300");
    option("seed",
           "What is left to chance; a scene of 25 cycles has the seed of the one before and one more.", "n",
           "1");
    option("jobs", "Scenes at the same time.", "n", "2");
    option("only", "Just these faults.", "name,name…", "");
    option("keep", "Keeps every scene in this folder; else those in which something was found.", "folder",
           "");
    option("gateway-seam", "Breaks the gateways on purpose (HOLDFAST_TEST_SEAM).", "seam", "");
    option("client-seam", "Breaks the clients on purpose.", "seam", "");
    option("must-find", "Fails unless this class of findings comes out: lost, doubled, …", "class", "");
    option("scene", "Is one scene (for the runner itself).", "folder", "");
    parser.addOption({QStringLiteral("json"), QStringLiteral("The result as one JSON object.")});
    parser.addOption({QStringLiteral("real-clock"),
                      QStringLiteral("Without libfaketime, and so without the faults of clocks.")});
    parser.addHelpOption();
    parser.process(*QCoreApplication::instance());
    Options options;
    options.cycles = parser.value(QStringLiteral("cycles")).toInt();
    options.seed = parser.value(QStringLiteral("seed")).toULongLong();
    options.jobs = std::max(parser.value(QStringLiteral("jobs")).toInt(), 1);
    options.only = parser.value(QStringLiteral("only"));
    options.keep = parser.value(QStringLiteral("keep"));
    options.gatewaySeam = parser.value(QStringLiteral("gateway-seam"));
    options.clientSeam = parser.value(QStringLiteral("client-seam"));
    options.mustFind = parser.value(QStringLiteral("must-find"));
    options.scene = parser.value(QStringLiteral("scene"));
    if (parser.isSet(QStringLiteral("real-clock")))
        options.clock = Scene::Options::Clock::Real;
    if (parser.isSet(QStringLiteral("json")))
        options.output = Options::Output::Json;
    return options;
}

void say(const QJsonObject &line)
{
    const QByteArray text = QJsonDocument(line).toJson(QJsonDocument::Compact);
    std::printf("%s\n", text.constData());
    std::fflush(stdout);
}

/// The names of the faults that are wished and possible.
QStringList faultsOf(const Options &options)
{
    const QStringList only = options.only.split(QLatin1Char(','), Qt::SkipEmptyParts);
    QStringList names;
    for (const auto &fault : allFaults()) {
        const bool isPossible = options.clock == Scene::Options::Clock::Settable ||
                                !fault->name().startsWith(QLatin1String("clock-"));
        if (isPossible && (only.isEmpty() || only.contains(fault->name())))
            names.append(fault->name());
    }
    return names;
}

/// This process is alone in its namespaces.
int playScene(const Options &options)
{
    Scene scene({options.scene, options.clock, options.gatewaySeam, options.clientSeam});
    if (!scene.build()) {
        std::fprintf(stderr,
                     "holdfast-torture: the scene cannot be built here: network namespaces, nft, tmpfs "
                     "and libfaketime are needed\n");
        return 2;
    }
    Torment torment(scene, options.seed, faultsOf(options));
    int left = options.cycles;
    for (; left > 0; --left) {
        const auto cycle = torment.cycle();
        if (!cycle)
            break;
        say(toJson(*cycle));
    }
    if (left == 0)
        torment.converge();
    scene.takeStock();
    const Verdict verdict = judge(scene.record().entries());
    say(toJson(verdict));
    if (!verdict.isGood())
        run({QStringLiteral("cp"), QStringLiteral("-r"), scene.path(QStringLiteral(".")),
             options.scene + QStringLiteral(".found")}); // out of the tmpfs, which ends with this process
    return 0;
}

/// Starts scenes, so many at a time, and sums up what they say.
class Runner : public QObject
{
    Q_OBJECT
public:
    Runner(Options options, QString folder) : m_options(std::move(options)), m_folder(std::move(folder)) {}

    const Report &play()
    {
        for (int i = 0; i < m_options.jobs; ++i)
            startNext();
        while (!until([this] { return m_running == 0; }, tellsEveryMs))
            std::fprintf(stderr, "holdfast-torture: %d of %d cycles, %lld findings\n", m_report.cycles(),
                         m_options.cycles, static_cast<long long>(m_report.findings()));
        return m_report;
    }
    const QStringList &repeats() const { return m_repeats; }

private:
    void startNext()
    {
        const int left = m_options.cycles - m_scenes * cyclesPerScene;
        if (left <= 0)
            return;
        const quint64 seed = m_options.seed + static_cast<quint64>(m_scenes++);
        const QString folder = m_folder + QStringLiteral("/seed-%1").arg(seed);
        QDir().mkpath(folder);
        QStringList command{QStringLiteral("--net"),        QStringLiteral("--mount"),
                            QStringLiteral("--pid"),        QStringLiteral("--fork"),
                            QStringLiteral("--kill-child"), QStringLiteral("--mount-proc")};
        if (::geteuid() != 0)
            command << QStringLiteral("--user") << QStringLiteral("--map-root-user");
        const QStringList same{QStringLiteral("--seed"), QString::number(seed), QStringLiteral("--cycles"),
                               QString::number(std::min(left, cyclesPerScene))};
        command << QCoreApplication::applicationFilePath() << same << more() << QStringLiteral("--scene")
                << folder;
        auto *scene = new QProcess(this);
        scene->setProcessChannelMode(QProcess::ForwardedErrorChannel);
        scene->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        connect(scene, &QProcess::readyReadStandardOutput, this, [this, scene] { read(*scene); });
        connect(scene, &QProcess::finished, this, [this, scene, folder, same](int code) {
            read(*scene);
            onFinished(*scene, code, folder, same);
        });
        ++m_running;
        scene->start(QStringLiteral("unshare"), command);
    }
    QStringList more() const
    {
        QStringList words;
        for (const auto &[name, value] : {std::pair{"--only", m_options.only},
                                          {"--gateway-seam", m_options.gatewaySeam},
                                          {"--client-seam", m_options.clientSeam}}) {
            if (!value.isEmpty())
                words << QLatin1String(name) << value;
        }
        if (m_options.clock == Scene::Options::Clock::Real)
            words << QStringLiteral("--real-clock");
        return words;
    }
    void read(QProcess &scene)
    {
        while (scene.canReadLine()) {
            const QJsonObject line = QJsonDocument::fromJson(scene.readLine()).object();
            m_report.add(line);
            if (line[QStringLiteral("event")] == QLatin1String("verdict"))
                scene.setProperty("verdict", line[QStringLiteral("findings")].toArray().isEmpty() ? 1 : 2);
        }
    }
    void onFinished(QProcess &scene, int code, const QString &folder, const QStringList &same)
    {
        const int verdict = scene.property("verdict").toInt();
        if (verdict == 0)
            m_report.addBroken(QStringLiteral("a scene ended without a verdict, with code %1").arg(code));
        if (verdict != 1)
            m_repeats.append(QStringLiteral("holdfast-torture %1   # %2.found")
                                 .arg((same + more()).join(QLatin1Char(' ')), folder));
        else if (m_options.keep.isEmpty())
            QDir(folder).removeRecursively();
        scene.deleteLater();
        --m_running;
        startNext();
    }

    Options m_options;
    QString m_folder;
    Report m_report;
    QStringList m_repeats;
    int m_scenes{0};
    int m_running{0};
};

int play(const Options &options)
{
    QTemporaryDir temporary;
    if (faultsOf(options).isEmpty()) {
        std::fprintf(stderr, "holdfast-torture: no fault has that name (see --help)\n");
        return 2;
    }
    Runner runner(options, options.keep.isEmpty() ? temporary.path() : options.keep);
    const Report &report = runner.play();
    if (options.output == Options::Output::Json)
        say(report.toJson());
    else
        report.print();
    if (!options.mustFind.isEmpty())
        return report.found(options.mustFind) > 0 ? 0 : 1;
    temporary.setAutoRemove(runner.repeats().isEmpty());
    for (const QString &each : runner.repeats())
        std::fprintf(stderr, "again: %s\n", qPrintable(each));
    return report.isGood() && report.cycles() > 0 ? 0 : 1;
}

} // namespace

} // namespace holdfast::torture

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const auto options = holdfast::torture::readOptions();
    return options.scene.isEmpty() ? holdfast::torture::play(options) : holdfast::torture::playScene(options);
}

#include "main.moc"
