// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QProcess>
#include <QStringList>

#include <functional>
#include <optional>
#include <vector>

namespace holdfast::test {

/// A real binary of ours, with what it says on stdout read line by line. Every wait has a generous deadline
/// and ends at once when what is waited for has happened; there is no sleep.
class Program
{
public:
    using Matches = std::function<bool(const QJsonObject &)>;

    /// \param name         of a binary of ours, or an absolute path.
    /// \param environment  "NAME=value", on top of our own.
    Program(const QString &name, const QStringList &arguments, const QStringList &environment = {});
    ~Program();

    /// The first object not yet waited past for which `matches` is true; nothing when the program ends or the
    /// deadline comes first.
    std::optional<QJsonObject> waitFor(const Matches &matches, int deadlineMs = 60'000);
    /// The same, for an object with "event": `name`.
    std::optional<QJsonObject> waitForEvent(const char *name, int deadlineMs = 60'000);
    /// The next line as it is; nothing when the program ends or the deadline comes first.
    std::optional<QByteArray> waitForLine(int deadlineMs = 60'000);

    void say(const QByteArray &line);
    void closeStdin() { m_process.closeWriteChannel(); }
    /// SIGKILL: no destructor runs, nothing is flushed.
    void killHard();
    void terminate();
    /// \returns the exit code, or -1 when it had to be killed.
    int waitForExit(int deadlineMs = 120'000);

    qint64 pid() const { return m_process.processId(); }
    bool isRunning() const { return m_process.state() == QProcess::Running; }
    /// Everything it has said so far, as objects.
    const std::vector<QJsonObject> &said() const { return m_said; }
    QByteArray complaints();

private:
    bool readMore(int deadlineMs);

    QProcess m_process;
    std::vector<QByteArray> m_lines;
    std::size_t m_nextLine{0};
    std::vector<QJsonObject> m_said;
    QByteArray m_complaints;
};

/// The folder with the binaries under test.
QString binaryDir();

} // namespace holdfast::test
