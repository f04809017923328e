// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/change.h"
#include "model/session/clock.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace holdfast {

/// The user's limits: of messages. Other commands are few and small, and are never the reason for a refusal.
struct OutboxOptions {
    std::size_t countMax{1000};
    std::uint64_t bytesMax{16ULL * 1024 * 1024};
    /// What happens to a message that finds no room: it is refused, or the least urgent one is parked.
    enum class Overflow { Refuse, Drop } overflow{Overflow::Refuse};
};

/// The commands that have no answer yet (laws 6 and 7). They are kept in the order in which they were given;
/// they leave by priority, in order within their conversation. A command goes from Writing to Queued to
/// Numbering to Sent and never back, and then out of here: accepted, parked or withdrawn.
class Outbox
{
public:
    /// What a session starts from.
    struct Stored {
        std::vector<frame::Command> commands; ///< in the order given; seq 0: not numbered
        std::uint64_t nextSeq{1};             ///< above every seq this device ever used
        std::set<CommandId> sentBefore; ///< of those without seq: sent under another name of this device
        std::set<CommandId> parked;     ///< messages that wait for the user's word
        std::set<CommandId> unseen;     ///< accepted, and the log has not shown them yet
    };
    explicit Outbox(Stored stored, const OutboxOptions &options = {});

    /// Commands that are no messages, without an answer: more than people give, so that only a program that
    /// has gone wrong is refused.
    static constexpr std::size_t othersMax = 4096;

    /// True for what goes before everything else that has no number.
    static bool isUrgent(const frame::Command &command) { return command.priority == Priority::Critical; }

    enum class Admission { Taken, Known, Full };
    struct Given {
        Admission admission{Admission::Taken};
        std::vector<change::Settle> dropped; ///< what had to make room; perhaps the command itself
    };
    /// A command that is about to be written down; written() follows.
    Given give(const frame::Command &command, TimePoint now);
    void written(const CommandId &id);

    enum class Withdrawal {
        Unknown, ///< accepted already, or never heard of
        Done,    ///< it is forgotten
        Pending, ///< the gateway has been asked before
        Needed   ///< it has been numbered: only the gateway can do it
    };
    Withdrawal withdraw(const CommandId &id);
    /// What asks the gateway to withdraw a message; there is only one for each message.
    frame::Command withdrawalOf(const CommandId &id) const;

    /// Gives what goes first its numbers, and at most `usualMax` others; they leave after numbered().
    change::Number number(std::size_t usualMax);
    /// The numbering is on disk: these commands may leave, in this order.
    std::vector<frame::Command> numbered(const change::Number &number);
    /// What must be sent again on a new link, in seq order: all but messages that are being withdrawn.
    std::vector<frame::Command> unanswered() const;

    struct Settled {
        enum class Outcome { Unknown, Accepted, Refused, SetAside, Withdrawn, TooLate };
        Outcome outcome{Outcome::Unknown};
        std::vector<Change> changes;
        std::vector<frame::Command> resend; ///< could not be withdrawn, and may not have left on this link
        std::optional<TimePoint> givenAt;   ///< of an accepted message
    };
    /// The gateway's answer. \param shown  the seq up to which the log has been seen.
    Settled settle(const frame::Result &result, std::uint64_t shown);

    /// A new epoch began and its gateway accepted nothing above `ackedCommand`: what was sent above it
    /// is not resent by itself, for nobody knows whether it took effect (law 2).
    std::vector<change::Settle> parkAbove(std::uint64_t ackedCommand);
    /// True when the gateway answered commands above `ackedCommand`, which it says it does not know.
    bool hasAnswersAbove(std::uint64_t ackedCommand) const;
    /// What has no number and is out of date.
    std::vector<change::Settle> parkExpired(WallTime wall);
    /// What has waited for more than a day, and what stands behind it in its conversation.
    std::vector<change::Settle> parkStale(WallTime wall);
    /// What waits in these conversations.
    std::vector<change::Settle> parkIn(const std::set<ConversationId> &conversations);
    /// Where somebody else has written, or deleted, according to these events.
    std::set<ConversationId> strangersIn(const std::vector<LogEvent> &events);

    /// The device has a new name: everything without an answer waits for a new number, in the old order.
    void beginDevice();

    /// Above every seq this device ever used.
    std::uint64_t nextSeq() const { return m_nextSeq; }
    /// Commands that may be numbered: those that go first, and the others.
    std::size_t urgentCount() const { return waiting(Kind::Urgent); }
    std::size_t usualCount() const { return waiting(Kind::Usual); }
    /// True while a message has left and has no answer.
    bool isAwaiting() const;
    std::optional<WallTime> nextExpiry() const;
    std::size_t depth() const { return m_entries.size(); }
    std::uint64_t bytes() const { return m_bytes; }
    std::size_t parkedCount() const { return m_parked.size(); }
    bool isEmpty() const { return m_entries.empty(); }
    bool isConsistent() const;

private:
    enum class State { Writing, Queued, Numbering, Sent };
    struct Entry {
        frame::Command command;
        State state{State::Queued};
        bool wasSent{false}; ///< under another name of this device: the gateway may know it
        std::optional<TimePoint> givenAt;
    };
    struct Lane;

    static bool isMessage(const frame::Command &command) { return command.name == "send"; }
    /// What it takes of the user's limit.
    static std::uint64_t bytesOf(const frame::Command &command)
    {
        return isMessage(command) ? command.text.size() : 0;
    }
    /// Nobody but us knows it: it may be dropped, expire, be withdrawn.
    static bool isOurs(const Entry &entry)
    {
        return (entry.state == State::Writing || entry.state == State::Queued) && !entry.wasSent;
    }
    /// What is urgent, and what has left before: it is no news to the gateway.
    static bool goesFirst(const Entry &entry) { return isUrgent(entry.command) || entry.wasSent; }
    static void advance(Entry &entry, State to);
    static void sortBySeq(std::vector<frame::Command> &commands);

    Entry *find(const CommandId &id);
    void remove(const CommandId &id);
    bool hasRoom() const { return m_messages <= m_options.countMax && m_bytes <= m_options.bytesMax; }
    void count(const frame::Command &command);
    change::Settle dropOne();
    template<class Predicate>
    std::vector<change::Settle> parkWhere(Predicate predicate, const std::string &reason);
    enum class Kind { Urgent, Usual };
    std::size_t waiting(Kind kind) const;
    bool mayLeave(const Entry &entry) const;
    void numberOne(Entry &entry, change::Number &number);
    std::map<ConversationId, Lane> lanes() const;
    CommandId unansweredBefore(const frame::Command &command) const;
    frame::Command leaving(const Entry &entry) const;
    Settled settleWithdrawal(const frame::Command &withdrawal, const frame::Result &result,
                             std::uint64_t shown);
    void accept(const CommandId &id, const frame::Result &result, std::uint64_t shown, Settled &settled);

    OutboxOptions m_options;
    std::vector<Entry> m_entries;
    std::size_t m_messages{0};
    std::uint64_t m_bytes{0}; ///< of the messages
    std::uint64_t m_nextSeq;
    std::set<CommandId> m_parked;
    std::set<CommandId> m_unseen;
    std::set<CommandId> m_withdrawing; ///< messages whose withdrawal has no answer
};

} // namespace holdfast
