// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/streamlab.h"

#include "app/gateway/agents/pacedrun.h"
#include "app/gateway/agents/streamlabtext.h"

namespace holdfast {

AgentInfo StreamLab::info() const
{
    return {.id = {"stream-lab"},
            .name = "Stream lab",
            .model = {},
            .where = "built in",
            .summary = "Streams text whose every byte is known, to break and to watch it resume.",
            .detail = {}};
}

std::unique_ptr<AgentRun> StreamLab::run(const RunRequest &request) const
{
    const Result<StreamLabSpec> spec = parseStreamLabLine(questionIn(request));
    if (!spec)
        return std::make_unique<FailedRun>(QString::fromStdString(spec.error().detail));
    PacedRun::Source source{.bytes = spec->bytes,
                            .bytesPerSecond = spec->rate * 1000,
                            .pieceBytes = spec->chunk,
                            .read = [text = *spec](std::uint64_t offset, std::uint64_t length) {
                                return streamLabText(text, offset, length);
                            }};
    return std::make_unique<PacedRun>(std::move(source), beginningOf(request));
}

} // namespace holdfast
