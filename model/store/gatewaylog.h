// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/change.h"
#include "model/session/commandeffects.h"
#include "model/session/gatewayevent.h"
#include "model/store/rows.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace holdfast {

class Database;

/// One account's truth: log, texts, command high-waters and open runs, in `<dir>/log.db` (SQLite, WAL, 0600).
/// The only connection that writes it. Thread: the one that made it. A failed write is final for the store
/// (Io); so is one of a start that another one has replaced (Gone).
class GatewayLog
{
public:
    struct Options {
        std::filesystem::path dir; ///< made with 0700 when missing
        std::string bootId; ///< of the running system: an unclean stop under another one begins a new epoch
        std::function<std::string()> newEpoch; ///< 128 random bits in hex
    };
    struct OpenRun {
        logged::RunStarted start;
        std::uint64_t length{0}; ///< UTF-8 bytes stored
    };
    /// One message or answer, without its text.
    struct StoredItem {
        ItemId id;
        Role role{Role::User};
    };

    /// Of events as they are stored, for read(): with the number that each gains the page is a usual frame.
    static constexpr std::size_t pageBytes = 10 * 1024;

    /// Errors: Busy, Io, Damaged (never set aside by itself: this is the only truth), BadVersion.
    static Result<std::unique_ptr<GatewayLog>> open(Options options);
    ~GatewayLog();

    const std::string &epoch() const { return m_epoch; }
    std::uint64_t head() const { return m_head; }
    /// A client below it may have missed a tombstone that is gone: it is told everything anew.
    std::uint64_t floor() const { return m_floor; }
    /// The name of the start of a gateway that wrote event `seq`, or the one before it; empty before the
    /// first. A log restored from a copy goes on under another name, so that a cursor tells whether the
    /// events before it are those its client knows (the idea of Kafka's leader epochs, KIP-101). Compaction
    /// changes nothing.
    Result<std::string> lineageAt(std::uint64_t seq) const;
    Result<std::uint64_t> ackedCommand(const DeviceId &device) const;

    /// The stored answer when this command was seen before; nothing when it is new.
    /// Its id decides, also under another seq or from another device (a rescued outbox); an old seq with a
    /// new id is refused: "device_forked" when the seq was another command's, else "out_of_order".
    Result<std::optional<frame::Result>> answered(const DeviceId &device,
                                                  const frame::Command &command) const;
    /// What the log knows that bears on this command; who can answer, the time and fresh names are the
    /// caller's.
    Result<gate::CommandContext> contextOf(const frame::Command &command) const;
    /// Effects, answer and high-water in one durable transaction. \returns the answer to send.
    Result<frame::Result> accept(const DeviceId &device, const frame::Command &command,
                                 const gate::Effects &effects);

    /// Appends events (persist before broadcast). RunFinished ends a run of ours (else Gone). What an event
    /// replaces leaves the log with it: checkpoints, snapshots of the same key, and with a tombstone the
    /// whole conversation. \returns the new head.
    Result<std::uint64_t> append(const std::vector<LogBody> &events, Durability durability);
    /// Appends to a text of an open run of ours (else Gone); `offset` must be its length (BadOffset).
    /// \returns the new length, UTF-8 bytes.
    Result<std::uint64_t> appendText(const ItemId &item, std::uint64_t offset, const std::string &text);

    /// Events after `after`, about `bytesMax` bytes of JSON (at least one), with the state of texts they
    /// begin.
    Result<gate::event::LogRead> read(std::uint64_t after, std::size_t bytesMax) const;
    /// About what a client behind `after` costs to bring up to date, events and texts, in bytes; once it is
    /// more than `enough` it is not looked at further. Cost: a read of events of `enough` bytes.
    Result<std::uint64_t> missedBytes(std::uint64_t after, std::uint64_t enough) const;
    Result<gate::TextState> textState(const ItemId &item) const;
    /// At most `bytesMax` bytes from `offset` on, cut at a character boundary; empty at the end.
    Result<std::string> readText(const ItemId &item, std::uint64_t offset, std::size_t bytesMax) const;

    Result<bool> hasConversation(const ConversationId &id) const;
    /// Why nothing can be asked of this conversation or done in it: "unknown_conversation", "deleted" (which
    /// stays known for ever), or empty.
    Result<std::string> refusal(const ConversationId &id) const;
    Result<frame::Response> answer(const frame::GetHistory &f) const;
    Result<frame::Response> answer(const frame::GetContext &f) const;
    /// Items of a conversation, oldest first.
    Result<std::vector<StoredItem>> items(const ConversationId &id) const;
    Result<std::vector<OpenRun>> openRuns() const;
    /// Takes the lease of every open run: from now on only this start of the gateway may write to them (law
    /// 9). That their owner is dead is proven by the lock of the file. \returns them, oldest first.
    Result<std::vector<OpenRun>> takeRuns();

    enum class Compacted { Everything, InPart };
    /// Forgets what is older than limits::tombstonesLive: tombstones (the floor rises), and answers to
    /// commands but for the newest limits::answersKept of each device. One small batch; more is left after
    /// InPart. Cost: a few hundred rows, and as many pages given back.
    Result<Compacted> compact(std::int64_t nowMs);

    /// The stop was clean: everything is synced to the disk.
    /// What is written afterwards takes that word back.
    Result<> closeCleanly();

private:
    explicit GatewayLog(Options options);
    Result<> begin();
    Result<> transact(Durability durability, const std::function<Result<>()> &work);
    Result<> index(std::uint64_t seq, const logged::ConversationCreated &e);
    Result<> index(std::uint64_t seq, const logged::MessageAdded &e);
    Result<> index(std::uint64_t seq, const logged::RunStarted &e);
    Result<> index(std::uint64_t, const logged::Checkpoint &e) { return checkLease(e.item); }
    Result<> index(std::uint64_t seq, const logged::RunFinished &e);
    Result<> index(std::uint64_t, const logged::StateSnapshot &) { return {}; }
    Result<> index(std::uint64_t seq, const logged::ConversationDeleted &e);
    Result<> index(std::uint64_t, const logged::Unknown &) { return {}; }
    Result<std::uint64_t> write(const std::vector<LogBody> &events);
    Result<> insert(const LogBody &event);
    Result<> vacate(const std::string &slot);
    Result<> forgetAnswers(std::int64_t nowMs, std::int64_t before, Compacted &compacted);
    Result<> forgetTombstones(std::int64_t before, Compacted &compacted);
    Result<> checkOwner() const;
    Result<> checkLease(const ItemId &item) const;
    Result<std::optional<std::string>> errorOf(const CommandId &id) const;
    Result<> foretell(const frame::Command &command, const gate::Effects &effects);
    Result<> setMeta(const char *key, const std::string &value);

    Options m_options;
    std::unique_ptr<Database> m_database;
    std::string m_epoch;
    std::string m_lineage; ///< names this start, and owns the runs it begins
    std::uint64_t m_head{0};
    std::uint64_t m_floor{0};
    enum class Stop { Unclean, Clean } m_stop{Stop::Unclean}; ///< what a start would find
};

} // namespace holdfast
