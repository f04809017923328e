// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"

#include <string>
#include <utility>
#include <vector>

/// Frames for tests of the protocol: one of each, and shapes that are needed often.
namespace holdfast::test {

/// Text that has everything in it that breaks encoders: more than one byte, more than one UTF-16 unit,
/// quotes, controls and U+0000.
inline std::string oddText()
{
    using namespace std::string_literals;
    return "ä—🙂\n\t\"\\/ \0\x01 end"s;
}

inline std::vector<LogEvent> oneEventOfEachType()
{
    return {
        {4, logged::ConversationCreated{{"c"}, {"guide"}, oddText(), 7}},
        {5, logged::MessageAdded{{"c"}, {"m"}, 12, "5ha", 8}},
        {6, logged::RunStarted{{"c"}, {"r"}, {"a"}, {"openai:127.0.0.1:11434/llama3:8b"}, 2, 9, {"m"}}},
        {7, logged::Checkpoint{{"a"}, 2, 16384, "5ha"}},
        {9, logged::RunFinished{{"c"}, {"r"}, {"a"}, 2, RunStatus::Incomplete, 20000, "5ha", oddText(), 10}},
        {10, logged::StateSnapshot{{"c"}, "memory", R"({"topics":["anchors"]})", 11}},
        {11, logged::ConversationDeleted{{"c0"}, 12}},
        {12, logged::Unknown{"MOOD_CHANGED", R"({"mood":{"x":[1,2]},"type":"MOOD_CHANGED"})"}}};
}

/// Every alternative of Frame at least once.
inline std::vector<Frame> oneFrameOfEachKind()
{
    return {frame::Resumed{{"ab", 5}, 9, 3, "gen", 1700000000000, "proof"},
            frame::Reset{"epoch", {"cd", 0}, 9, 3, "gen", 1, ""},
            frame::Rejected{"busy", 500, true},
            frame::Log{3, 12, oneEventOfEachType()},
            frame::Tail{{"a"}, 2, 77, oddText()},
            frame::Synced{{"ab", 9}},
            frame::Result{4, {"id"}, "too_large", 9},
            frame::Result{5, {"id5"}, "", 10},
            frame::Pong{1, 9},
            frame::Drain{100, 2000},
            frame::Agents{{{{"guide"}, "Guide", "", "built in", oddText(), false, "why"}}},
            frame::Gone{{"a"}},
            frame::Hello{{1, {}, {"dev"}, {}, 10, {{{"a"}, 1, 2}}}},
            frame::Hello{{1, {"ab", 5, "c0"}, {"dev"}, {"try-1"}, 10, {}}},
            frame::Command{3, {"id"}, "send", {"c"}, {"guide"}, oddText(), oddText(), 5, 6},
            frame::Command{4, {"id2"}, "stop", {"c"}, {}, "", "", 5, 0, Priority::Critical, {"id"}, {"id1"}},
            frame::Ack{{"ab", 1}, {{{"a"}, 0, 5}}, 77000},
            frame::Response{8, "", R"({"items":[]})"},
            frame::Response{9, "unknown_conversation", "{}"},
            frame::Focus{{"c"}},
            frame::Focus{},
            frame::GetHistory{8, {"c"}, 3},
            frame::GetContext{9, {"c"}},
            frame::Ping{12},
            frame::GetPart{{{"a"}, 0, 5}},
            frame::GetLog{41}};
}

} // namespace holdfast::test
