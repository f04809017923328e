// SPDX-License-Identifier: Apache-2.0
#include "tests/process/torture/actor.h"

#include <QAbstractEventDispatcher>
#include <QEventLoop>
#include <QJsonDocument>
#include <QTimer>

#include <csignal>

namespace holdfast::torture {

bool until(const std::function<bool()> &isTrue, int deadlineMs)
{
    QEventLoop loop;
    QTimer deadline;
    deadline.setSingleShot(true);
    deadline.setTimerType(Qt::PreciseTimer);
    QObject::connect(&deadline, &QTimer::timeout, &loop, &QEventLoop::quit);
    QObject::connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, &loop,
                     [&] {
                         if (isTrue())
                             loop.quit();
                     });
    deadline.start(deadlineMs);
    if (!isTrue())
        loop.exec();
    return isTrue();
}

void goOnFor(int ms)
{
    until([] { return false; }, ms);
}

bool run(const QStringList &command)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(command.front(), command.mid(1));
    return process.waitForFinished() && process.exitStatus() == QProcess::NormalExit &&
           process.exitCode() == 0;
}

Actor::Actor(QString name, Record &record, QStringList command, QStringList environment)
    : m_name(std::move(name)),
      m_record(record),
      m_command(std::move(command)),
      m_environment(std::move(environment))
{}

Actor::~Actor() { killHard(); }

void Actor::start() { start(m_command); }

void Actor::start(const QStringList &command)
{
    m_allowed.clear();
    replace(command);
}

void Actor::replace(const QStringList &command)
{
    killHard();
    ++m_starts;
    m_complaints.clear();
    m_killed = Killed::No;
    m_process = std::make_unique<QProcess>();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &each : m_environment)
        environment.insert(each.section(QLatin1Char('='), 0, 0), each.section(QLatin1Char('='), 1));
    m_process->setProcessEnvironment(environment);
    QProcess &process = *m_process;
    connect(&process, &QProcess::readyReadStandardOutput, this, &Actor::onOutput);
    connect(&process, &QProcess::readyReadStandardError, this,
            [this, &process] { m_complaints += process.readAllStandardError(); });
    connect(&process, &QProcess::finished, this,
            [this, &process](int code, QProcess::ExitStatus status) { onFinished(process, code, status); });
    m_record.add(m_name, QStringLiteral("starts"));
    process.start(command.front(), command.mid(1));
    process.waitForStarted();
    Q_EMIT started();
}

void Actor::onOutput()
{
    while (m_process->canReadLine()) {
        const QByteArray line = m_process->readLine().trimmed();
        const QJsonObject what = QJsonDocument::fromJson(line).object();
        if (!what.isEmpty())
            m_record.add(m_name, what);
        Q_EMIT said(what, line);
    }
}

void Actor::onFinished(QProcess &process, int code, QProcess::ExitStatus status)
{
    m_complaints += process.readAllStandardError();
    const bool isCrash = status == QProcess::CrashExit;
    m_record.add(m_name, QStringLiteral("ends"),
                 {{QStringLiteral("code"), isCrash ? -code : code},
                  {QStringLiteral("complaint"), QString::fromUtf8(m_complaints.right(400))}});
    if (m_killed == Killed::Yes || (!isCrash && m_allowed.contains(code)))
        return;
    m_record.add(
        m_name, QStringLiteral("broke"),
        {{QStringLiteral("what"), QStringLiteral("ended by itself with %1 %2: %3")
                                      .arg(isCrash ? QStringLiteral("signal") : QStringLiteral("code"))
                                      .arg(code)
                                      .arg(QString::fromUtf8(m_complaints.right(200).trimmed()))}});
}

void Actor::say(const QByteArray &line)
{
    if (isRunning())
        m_process->write(line + '\n');
}

void Actor::signal(int number) const
{
    if (isRunning() && m_process->processId() > 0)
        ::kill(static_cast<pid_t>(m_process->processId()), number);
}

void Actor::killHard()
{
    if (!isRunning())
        return;
    m_killed = Killed::Yes;
    signal(SIGKILL);
    m_process->waitForFinished();
    onOutput(); // what it said before
}

void Actor::freeze() { signal(SIGSTOP); }
void Actor::thaw() { signal(SIGCONT); }

void Actor::ask()
{
    m_allowed.insert(0);
    signal(SIGTERM);
}

} // namespace holdfast::torture
