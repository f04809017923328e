// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace holdfast {

/// What a client's replica is asked to write; the changes of one Commit are one transaction (law 5).
namespace change {

/// The effects of these events; the cursor becomes `cursor`.
struct ApplyLog {
    Cursor cursor;
    std::vector<LogEvent> events;
    friend bool operator==(const ApplyLog &, const ApplyLog &) = default;
};
/// The gateway could not go on from our cursor: begin at this one. Nothing local is deleted (law 2).
struct BeginEpoch {
    Cursor cursor;
    friend bool operator==(const BeginEpoch &, const BeginEpoch &) = default;
};
/// The telling that began with the last BeginEpoch has come to its end: what it did not name is only here.
struct EndTelling {
    friend bool operator==(const EndTelling &, const EndTelling &) = default;
};
/// New bytes of a text, behind those that are held.
struct WriteTail {
    ItemId item;
    std::uint32_t gen{0};
    std::uint64_t offset{0};
    std::string text;
    friend bool operator==(const WriteTail &, const WriteTail &) = default;
};
/// Forget the text of this item from `offset` on; what comes is of generation `gen`.
struct RestartTail {
    ItemId item;
    std::uint32_t gen{0};
    std::uint64_t offset{0};
    friend bool operator==(const RestartTail &, const RestartTail &) = default;
};
enum class Verdict { Verified, Unverified, Gone };
/// The text is as complete as it will be.
struct FinishItem {
    ItemId item;
    Verdict verdict{Verdict::Verified};
    friend bool operator==(const FinishItem &, const FinishItem &) = default;
};
/// The link was lost while these texts were growing.
struct OpenSeams {
    std::vector<TailPosition> tails;
    friend bool operator==(const OpenSeams &, const OpenSeams &) = default;
};
/// The first byte after a break has come.
struct CloseSeam {
    ItemId item;
    friend bool operator==(const CloseSeam &, const CloseSeam &) = default;
};
/// A command the user gave; without seq.
struct Enqueue {
    frame::Command command;
    friend bool operator==(const Enqueue &, const Enqueue &) = default;
};
/// These commands get these numbers and are about to leave (law 6).
struct Number {
    struct Pair {
        CommandId id;
        std::uint64_t seq{0};
        CommandId after{}; ///< the message before it that has no answer yet (law 7)
        friend bool operator==(const Pair &, const Pair &) = default;
    };
    std::vector<Pair> pairs;
    friend bool operator==(const Number &, const Number &) = default;
};
/// This profile takes a new name (law 6). What was numbered and has no answer stays sent, and is numbered
/// anew: the gateway knows a command by its id under any device.
struct BeginDevice {
    DeviceId device;
    friend bool operator==(const BeginDevice &, const BeginDevice &) = default;
};
/// How it ended. An empty error: the gateway accepted it. Else it is parked until the user decides, for the
/// gateway's reason or for one of ours: "expired" before it was numbered, "overflow" (the outbox was full and
/// may drop), "stale" (it, or one before it in its conversation, was written more than a day ago), "moved_on"
/// (somebody else wrote there meanwhile), "blocked" (one before it was refused), "lost_by_reset".
struct Settle {
    CommandId id;
    std::string error;
    friend bool operator==(const Settle &, const Settle &) = default;
};
/// The user took it back, or deleted a parked one: nothing of it is left. What has been numbered goes by the
/// gateway's word only.
struct Withdraw {
    enum class By { User, Gateway };
    CommandId id;
    By by{By::User};
    friend bool operator==(const Withdraw &, const Withdraw &) = default;
};
/// The gateway, restored from a copy, has forgotten the messages of ours that it accepted above
/// `ackedCommand`: they are parked as "lost_by_reset", with their text, for the user to send again (law 2).
struct LoseAccepted {
    std::uint64_t ackedCommand{0};
    friend bool operator==(const LoseAccepted &, const LoseAccepted &) = default;
};
/// The agents as the gateway offers them.
struct StoreAgents {
    std::vector<AgentInfo> agents;
    friend bool operator==(const StoreAgents &, const StoreAgents &) = default;
};

} // namespace change

using Change = std::variant<change::ApplyLog, change::BeginEpoch, change::EndTelling, change::WriteTail,
                            change::RestartTail, change::FinishItem, change::OpenSeams, change::CloseSeam,
                            change::Enqueue, change::Number, change::BeginDevice, change::Settle,
                            change::Withdraw, change::LoseAccepted, change::StoreAgents>;

/// How hard a commit must be: Durable survives a power loss (synchronous=FULL), Usual a kill -9.
enum class Durability { Usual, Durable };

} // namespace holdfast
