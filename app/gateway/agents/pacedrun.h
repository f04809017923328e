// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/agent.h"
#include "app/link/monotonicclock.h"

#include <QTimer>

#include <functional>

namespace holdfast {

/// A run whose whole text is known from its offset: it hands it out at a steady rate.
class PacedRun : public AgentRun
{
    Q_OBJECT
public:
    struct Source {
        std::uint64_t bytes{0};          ///< of the whole text
        std::uint64_t bytesPerSecond{0}; ///< 0: as fast as the event loop turns
        std::uint64_t pieceBytes{0};     ///< of one textProduced() at most; 0: all that is due
        std::function<std::string(std::uint64_t offset, std::uint64_t length)> read;
        std::vector<std::pair<QString, QByteArray>> states; ///< what the agent knows when it is complete
    };
    using Clock = std::function<TimePoint()>;

    /// \param offset  where to begin, UTF-8 bytes; beyond the end the run completes without a byte.
    PacedRun(Source source, std::uint64_t offset, Clock clock = &MonotonicClock::now);

    void start() override;
    void stop() override;

private:
    enum class Stage { Waiting, Going, Over };

    void tick();
    std::uint64_t due() const;
    void produce(std::uint64_t end);
    void end(RunStatus status);

    Source m_source;
    std::uint64_t m_from;
    std::uint64_t m_at;
    Clock m_clock;
    QTimer m_timer;
    TimePoint m_startedAt;
    Stage m_stage{Stage::Waiting};
};

/// A run that fails at once, with a reason.
class FailedRun : public AgentRun
{
    Q_OBJECT
public:
    explicit FailedRun(QString reason) : m_reason(std::move(reason)) {}
    void start() override { Q_EMIT finished(RunStatus::Failed, m_reason); }
    void stop() override {}

private:
    QString m_reason;
};

} // namespace holdfast
