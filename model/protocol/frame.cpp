// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/frame.h"

#include <array>
#include <utility>

namespace holdfast {

namespace {

constexpr std::array<std::pair<RunStatus, const char *>, 7> statusWords{{
    {RunStatus::Working, "working"},
    {RunStatus::InputRequired, "input_required"},
    {RunStatus::Completed, "completed"},
    {RunStatus::Incomplete, "incomplete"},
    {RunStatus::Interrupted, "interrupted"},
    {RunStatus::Failed, "failed"},
    {RunStatus::Cancelled, "cancelled"},
}};

} // namespace

const char *toString(RunStatus status)
{
    for (const auto &[each, word] : statusWords) {
        if (each == status)
            return word;
    }
    return "";
}

Result<RunStatus> parseRunStatus(std::string_view word)
{
    for (const auto &[status, each] : statusWords) {
        if (word == each)
            return status;
    }
    return failure(Error::Code::BadFrame, "unknown run status");
}

} // namespace holdfast
