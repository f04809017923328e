// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/process/torture/record.h"

#include <QProcess>
#include <QStringList>

#include <functional>
#include <set>

namespace holdfast::torture {

/// Runs the event loop until `isTrue`, which is asked after every event. \returns false at the deadline.
bool until(const std::function<bool()> &isTrue, int deadlineMs);
/// Lets the programs go on for this long, while everything they say is recorded.
void goOnFor(int ms);
/// Runs a command to its end. \returns whether it succeeded; what it complained about is printed.
bool run(const QStringList &command);

/// A program under test: started, killed, frozen and started again under one name.
class Actor : public QObject
{
    Q_OBJECT
public:
    /// \param command  program and arguments.
    Actor(QString name, Record &record, QStringList command, QStringList environment);
    ~Actor() override;

    void start();
    /// With other arguments than usual, this once.
    void start(const QStringList &command);
    /// Kills it and starts this in its place; what it may end with stays.
    void replace(const QStringList &command);
    void say(const QByteArray &line);
    void killHard();
    void freeze();
    void thaw();
    /// SIGTERM.
    void ask();
    /// From now on it may end with this code, until it is started again.
    void mayEndWith(int code) { m_allowed.insert(code); }

    /// How often it was started: tells one process of this name from the next.
    int starts() const { return m_starts; }
    bool isRunning() const { return m_process && m_process->state() != QProcess::NotRunning; }
    const QString &name() const { return m_name; }
    const QStringList &command() const { return m_command; }
    const QByteArray &complaints() const { return m_complaints; }
    int exitCode() const { return m_process ? m_process->exitCode() : -1; }

Q_SIGNALS:
    /// A line of stdout; empty when it is no JSON object.
    void said(const QJsonObject &what, const QByteArray &line);
    void started();

private:
    void onOutput();
    void onFinished(QProcess &process, int code, QProcess::ExitStatus status);
    void signal(int number) const;

    QString m_name;
    Record &m_record;
    QStringList m_command;
    QStringList m_environment;
    std::unique_ptr<QProcess> m_process;
    QByteArray m_complaints;
    std::set<int> m_allowed;
    int m_starts{0};
    enum class Killed { No, Yes } m_killed{Killed::No};
};

} // namespace holdfast::torture
