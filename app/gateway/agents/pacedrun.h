// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/agent.h"

#include <QTimer>

#include <chrono>
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
        std::function<std::string(std::uint64_t offset, std::uint64_t length)> read;
    };
    PacedRun(Source source, std::uint64_t offset);

    void start() override;
    void stop() override;

private:
    void tick();
    void end(RunStatus status);

    Source m_source;
    std::uint64_t m_from;
    std::uint64_t m_at;
    QTimer m_timer;
    std::chrono::steady_clock::time_point m_startedAt;
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
