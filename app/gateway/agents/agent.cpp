// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/agent.h"

#include <algorithm>

namespace holdfast {

std::string questionIn(const RunRequest &request)
{
    const auto question = std::find_if(request.turns.rbegin(), request.turns.rend(),
                                       [](const Turn &turn) { return turn.speaker == Turn::Speaker::User; });
    return question == request.turns.rend() ? std::string() : question->text;
}

std::uint64_t beginningOf(const RunRequest &request)
{
    const bool goesOn = !request.turns.empty() && request.turns.back().speaker == Turn::Speaker::Agent;
    return request.offset + (goesOn ? request.turns.back().text.size() : 0);
}

} // namespace holdfast
