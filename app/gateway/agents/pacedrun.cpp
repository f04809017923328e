// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/pacedrun.h"

#include <algorithm>
#include <utility>

namespace holdfast {

namespace {
constexpr std::chrono::milliseconds tickEvery(40); ///< 25 times a second, as often as tails travel (law 11)
constexpr std::chrono::milliseconds tickWhenBehind(0);
constexpr std::uint64_t bytesPerTurn =
    16 * 1024;                     ///< the event loop must turn in between, also after a long sleep
constexpr int piecesPerTurn = 256; ///< the same for tiny pieces
} // namespace

PacedRun::PacedRun(Source source, std::uint64_t offset, Clock clock)
    : m_source(std::move(source)),
      m_from(std::min(offset, m_source.bytes)),
      m_at(m_from),
      m_clock(std::move(clock))
{
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &PacedRun::tick);
}

void PacedRun::start()
{
    if (m_stage != Stage::Waiting)
        return;
    m_stage = Stage::Going;
    m_startedAt = m_clock();
    m_timer.start(m_source.bytesPerSecond == 0 ? tickWhenBehind : tickEvery);
}

/// Follows from the time since the start, so that late ticks do not slow the stream down.
std::uint64_t PacedRun::due() const
{
    if (m_source.bytesPerSecond == 0)
        return m_source.bytes;
    const std::chrono::duration<double> since = m_clock() - m_startedAt;
    const double bytes = since.count() * static_cast<double>(m_source.bytesPerSecond);
    const std::uint64_t left = m_source.bytes - m_from;
    return m_from + (bytes < static_cast<double>(left) ? static_cast<std::uint64_t>(bytes) : left);
}

void PacedRun::tick()
{
    const std::uint64_t wanted = due();
    produce(std::min(wanted, m_at + bytesPerTurn));
    if (m_stage == Stage::Over)
        return; // whoever took the text has stopped the run
    if (m_at >= m_source.bytes)
        return end(RunStatus::Completed);
    const std::chrono::milliseconds interval = m_at < wanted ? tickWhenBehind : tickEvery;
    if (m_timer.intervalAsDuration() != interval)
        m_timer.setInterval(interval);
}

void PacedRun::produce(std::uint64_t end)
{
    for (int pieces = 0; pieces < piecesPerTurn && m_at < end && m_stage == Stage::Going; ++pieces) {
        const std::uint64_t left = end - m_at;
        const std::uint64_t length = m_source.pieceBytes == 0 ? left : std::min(left, m_source.pieceBytes);
        const std::string text = m_source.read(m_at, length);
        m_at += length;
        Q_EMIT textProduced(QByteArray::fromStdString(text));
    }
}

void PacedRun::stop() { end(RunStatus::Cancelled); }

void PacedRun::end(RunStatus status)
{
    m_timer.stop();
    if (std::exchange(m_stage, Stage::Over) == Stage::Over)
        return;
    if (status == RunStatus::Completed) {
        for (const auto &[key, json] : m_source.states)
            Q_EMIT stateChanged(key, json);
    }
    Q_EMIT finished(status, QString());
}

} // namespace holdfast
