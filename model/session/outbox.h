// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/change.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace holdfast {

/// The commands that have no answer yet, oldest first (laws 6 and 7). A command is Queued until it is
/// numbered for its first transmission; from then on it is resent, in seq order, on every new link until it
/// is answered.
class Outbox
{
public:
    /// \param commands  as stored, in the order in which they were given; seq 0 means not numbered.
    /// \param nextSeq   above every seq this device ever used.
    Outbox(std::vector<frame::Command> commands, std::uint64_t nextSeq);

    /// A command that is safely on disk. A stop goes before everything that is not numbered.
    void add(const frame::Command &command);

    /// True when it was queued and is forgotten; false when it is too late or unknown.
    bool withdraw(const CommandId &id);

    /// Gives the next at most `countMax` queued commands their numbers; they leave after numbered().
    change::Number number(std::size_t countMax);

    /// The numbering is on disk: these commands may leave, in this order.
    std::vector<frame::Command> numbered(const change::Number &number);

    /// What must be sent again on a new link, in seq order.
    std::vector<frame::Command> unanswered() const;

    /// The gateway's answer; nothing when no such command waits for one.
    std::optional<change::Settle> settle(const frame::Result &result);

    /// A new epoch began and its gateway accepted nothing above `ackedCommand`: commands numbered above it
    /// are not resent by themselves, for nobody knows whether they took effect (law 2).
    std::vector<change::Settle> parkAbove(std::uint64_t ackedCommand);

    /// The device has a new name: everything without an answer waits for a new number, in the old order.
    void beginDevice();

    /// Above every seq this device ever used.
    std::uint64_t nextSeq() const { return m_nextSeq; }
    bool hasQueued() const;
    bool isEmpty() const { return m_entries.empty(); }
    bool isConsistent() const;

private:
    enum class State { Queued, Numbering, Sent };
    struct Entry {
        frame::Command command;
        State state{State::Queued};
    };
    std::vector<Entry> m_entries;
    std::uint64_t m_nextSeq;
};

} // namespace holdfast
