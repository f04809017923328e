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

constexpr std::array<std::pair<Priority, const char *>, 4> priorityWords{{
    {Priority::Critical, "critical"},
    {Priority::High, "high"},
    {Priority::Normal, "normal"},
    {Priority::Low, "low"},
}};

/// The fields and brackets around what an event or a text says.
constexpr std::uint64_t envelopeBytes = 128;
constexpr std::uint64_t eventBytes = 384;

std::uint64_t costOf(const LogBody &body)
{
    if (const auto *created = std::get_if<logged::ConversationCreated>(&body))
        return eventBytes + created->title.size();
    if (const auto *finished = std::get_if<logged::RunFinished>(&body))
        return eventBytes + finished->detail.size();
    if (const auto *state = std::get_if<logged::StateSnapshot>(&body))
        return eventBytes + state->json.size();
    if (const auto *unknown = std::get_if<logged::Unknown>(&body))
        return eventBytes + unknown->json.size();
    return eventBytes;
}

} // namespace

std::uint64_t creditCost(const Frame &frame)
{
    if (const auto *tail = std::get_if<frame::Tail>(&frame))
        return envelopeBytes + tail->text.size();
    const auto *log = std::get_if<frame::Log>(&frame);
    if (!log)
        return 0;
    std::uint64_t cost = envelopeBytes;
    for (const LogEvent &event : log->events)
        cost += costOf(event.body);
    return cost;
}

const char *toString(Priority priority)
{
    for (const auto &[each, word] : priorityWords) {
        if (each == priority)
            return word;
    }
    return "";
}

Result<Priority> parsePriority(std::string_view word)
{
    for (const auto &[priority, each] : priorityWords) {
        if (word == each)
            return priority;
    }
    return failure(Error::Code::BadFrame, "unknown priority");
}

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
