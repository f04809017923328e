// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/change.h"
#include "model/session/gatewayevent.h"
#include "model/store/rows.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace holdfast {

/// One account's truth: log, texts, command high-waters and open runs, in `<dir>/log.db` (SQLite, WAL, 0600). The
/// only connection that writes it. Thread: the one that made it. A failed write is final for the store (Io).
class GatewayLog
{
public:
    struct Options {
        std::filesystem::path dir;               ///< made with 0700 when missing
        std::string bootId;                      ///< of the running system; an unclean stop under another one begins a new epoch
        std::function<std::string()> newEpoch;   ///< 128 random bits in hex
        enum class Dedupe { On, Off } dedupe{Dedupe::On}; ///< Off takes every command as new: a test must fail then
    };
    /// A message whose text is stored with the events.
    struct NewText {
        ItemId item;
        ConversationId conversation;
        std::string text;
    };
    /// What a command does, decided by the caller.
    struct Effects {
        std::string error;            ///< empty: accepted; else why it was refused (the high-water advances all the same)
        std::vector<LogBody> events;
        std::vector<NewText> texts;
    };
    struct OpenRun {
        logged::RunStarted start;
        std::uint64_t length{0}; ///< UTF-8 bytes stored
    };

    /// Errors: Busy, Io, Damaged (never set aside by itself: this is the only truth), BadVersion.
    static Result<std::unique_ptr<GatewayLog>> open(Options options);
    virtual ~GatewayLog() = default;

    virtual std::string epoch() const = 0;
    virtual std::uint64_t head() const = 0;
    virtual Result<std::uint64_t> ackedCommand(const DeviceId &device) const = 0;

    /// The stored answer when this (device, seq) was seen before, or seq is at or below the high-water.
    virtual Result<std::optional<frame::Result>> answered(const DeviceId &device, std::uint64_t seq) const = 0;
    /// Effects, answer and high-water in one durable transaction. \returns the answer to send.
    virtual Result<frame::Result> accept(const DeviceId &device, const frame::Command &command, const Effects &effects) = 0;

    /// Appends events (persist before broadcast). RunFinished ends the run. \returns the new head.
    virtual Result<std::uint64_t> append(const std::vector<LogBody> &events, Durability durability) = 0;
    /// Appends to a text; `offset` must be its length (BadOffset). \returns the new length, UTF-8 bytes.
    virtual Result<std::uint64_t> appendText(const ItemId &item, std::uint64_t offset, const std::string &text) = 0;

    /// Events after `after`, about `bytesMax` bytes of JSON (at least one), with the state of texts they begin.
    virtual Result<gate::event::LogRead> read(std::uint64_t after, std::size_t bytesMax) const = 0;
    virtual Result<gate::TextState> textState(const ItemId &item) const = 0;
    /// At most `bytesMax` bytes from `offset` on, cut at a character boundary; empty at the end.
    virtual Result<std::string> readText(const ItemId &item, std::uint64_t offset, std::size_t bytesMax) const = 0;

    virtual Result<bool> hasConversation(const ConversationId &id) const = 0;
    /// Items of a conversation, oldest first, without texts.
    virtual Result<std::vector<ItemRow>> items(const ConversationId &id) const = 0;
    virtual Result<std::vector<OpenRun>> openRuns() const = 0;

    /// The stop was clean: everything is synced to the disk.
    virtual Result<> closeCleanly() = 0;
};

} // namespace holdfast
