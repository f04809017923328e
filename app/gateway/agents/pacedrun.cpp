// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/pacedrun.h"

#include <algorithm>

namespace holdfast {

namespace {
constexpr std::chrono::milliseconds tickEvery(40);
constexpr std::uint64_t bytesPerTurn = 64 * 1024; ///< of an unpaced run: the event loop must turn in between
} // namespace

PacedRun::PacedRun(Source source, std::uint64_t offset)
    : m_source(std::move(source)), m_from(std::min(offset, m_source.bytes)), m_at(m_from)
{
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &PacedRun::tick);
}

void PacedRun::start()
{
    m_startedAt = std::chrono::steady_clock::now();
    m_timer.start(m_source.bytesPerSecond == 0 ? std::chrono::milliseconds(0) : tickEvery);
}

/// How much is due follows from the time since the start, so that late ticks do not slow the stream down.
void PacedRun::tick()
{
    std::uint64_t due = m_at + bytesPerTurn;
    if (m_source.bytesPerSecond != 0) {
        const std::chrono::duration<double> since = std::chrono::steady_clock::now() - m_startedAt;
        due = m_from + static_cast<std::uint64_t>(since.count() * static_cast<double>(m_source.bytesPerSecond));
    }
    due = std::min(due, m_source.bytes);
    if (due > m_at) {
        const std::string text = m_source.read(m_at, due - m_at);
        m_at = due;
        Q_EMIT textProduced(QByteArray::fromStdString(text));
    }
    if (m_at >= m_source.bytes)
        end(RunStatus::Completed);
}

void PacedRun::stop()
{
    if (m_timer.isActive())
        end(RunStatus::Cancelled);
}

void PacedRun::end(RunStatus status)
{
    m_timer.stop();
    Q_EMIT finished(status, QString());
}

} // namespace holdfast
