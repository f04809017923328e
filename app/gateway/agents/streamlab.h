// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/agent.h"

namespace holdfast {

/// Streams bytes that can be told beforehand, at a pace of choice: what one breaks, and measures resuming
/// with.
class StreamLab : public Agent
{
public:
    AgentInfo info() const override;
    AfterCrash afterCrash() const override { return AfterCrash::Resume; }
    std::unique_ptr<AgentRun> run(const RunRequest &request) const override;
};

} // namespace holdfast
