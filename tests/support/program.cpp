// SPDX-License-Identifier: Apache-2.0
#include "tests/support/program.h"

#include <QDeadlineTimer>
#include <QJsonDocument>

namespace holdfast::test {

QString binaryDir() { return qEnvironmentVariable("HOLDFAST_BIN", QStringLiteral("bin")); }

Program::Program(const QString &name, const QStringList &arguments, const QStringList &environment)
{
    QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
    for (const QString &each : environment)
        all.insert(each.section(QLatin1Char('='), 0, 0), each.section(QLatin1Char('='), 1));
    m_process.setProcessEnvironment(all);
    const bool isOurs = !name.startsWith(QLatin1Char('/'));
    m_process.start(isOurs ? binaryDir() + QLatin1Char('/') + name : name, arguments);
    m_process.waitForStarted();
}

Program::~Program()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.kill();
    m_process.waitForFinished();
}

bool Program::readMore(int deadlineMs)
{
    const bool isAlive = m_process.state() != QProcess::NotRunning;
    if (!m_process.canReadLine() && isAlive)
        m_process.waitForReadyRead(deadlineMs);
    bool hasRead = false;
    while (m_process.canReadLine()) {
        const QByteArray line = m_process.readLine().trimmed();
        m_lines.push_back(line);
        m_said.push_back(QJsonDocument::fromJson(line).object());
        hasRead = true;
    }
    return hasRead || isAlive;
}

std::optional<QJsonObject> Program::waitFor(const Matches &matches, int deadlineMs)
{
    const QDeadlineTimer deadline(deadlineMs);
    while (true) {
        while (m_nextLine < m_said.size()) {
            const QJsonObject &object = m_said[m_nextLine++];
            if (matches(object))
                return object;
        }
        if (deadline.hasExpired() || !readMore(static_cast<int>(deadline.remainingTime())))
            return std::nullopt;
    }
}

std::optional<QJsonObject> Program::waitForEvent(const char *name, int deadlineMs)
{
    return waitFor(
        [name](const QJsonObject &object) { return object[QStringLiteral("event")] == QLatin1String(name); },
        deadlineMs);
}

std::optional<QByteArray> Program::waitForLine(int deadlineMs)
{
    const QDeadlineTimer deadline(deadlineMs);
    while (m_nextLine >= m_lines.size()) {
        if (deadline.hasExpired() || !readMore(static_cast<int>(deadline.remainingTime())))
            return std::nullopt;
    }
    return m_lines[m_nextLine++];
}

void Program::say(const QByteArray &line)
{
    m_process.write(line + '\n');
    m_process.waitForBytesWritten();
}

void Program::killHard()
{
    if (m_process.state() == QProcess::NotRunning)
        return; // it has no pid any more, and 0 would be our own group
    m_process.kill();
    m_process.waitForFinished();
}

void Program::terminate() { m_process.terminate(); }

int Program::waitForExit(int deadlineMs)
{
    const QDeadlineTimer deadline(deadlineMs);
    while (m_process.state() != QProcess::NotRunning && !deadline.hasExpired())
        m_process.waitForFinished(static_cast<int>(deadline.remainingTime()));
    while (readMore(0)) {
        if (m_process.state() != QProcess::NotRunning || !m_process.canReadLine())
            break;
    }
    return m_process.state() == QProcess::NotRunning && m_process.exitStatus() == QProcess::NormalExit
               ? m_process.exitCode()
               : -1;
}

QByteArray Program::complaints()
{
    m_complaints += m_process.readAllStandardError();
    return m_complaints;
}

} // namespace holdfast::test
