// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clientsession.h"
#include "model/session/gatewayevent.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace holdfast::test {

/// A replica in memory that keeps the laws of the real one: what perform() has taken survives a kill.
class MemoryReplica
{
public:
    struct Item {
        std::string text;
        std::uint32_t gen{0};
        OpenText::Source source{OpenText::Source::Run};
        std::optional<Tail::Final> final;
        std::optional<change::Verdict> verdict;
        std::string status;
    };
    struct Stored {
        frame::Command command;
        bool isSettled{false};
        std::string error;
        bool wasSent{false};
    };

    void perform(const std::vector<Change> &changes)
    {
        for (const Change &each : changes)
            std::visit([this](const auto &c) { take(c); }, each);
    }
    ClientSession::Restored restore() const;

    const Item &item(const ItemId &id) const { return m_items.at(id); }
    /// It holds something, and all of it is as complete as it will be.
    bool isComplete() const
    {
        return !m_items.empty() && std::ranges::all_of(m_items, [](const auto &entry) {
            return entry.second.verdict.has_value() || !entry.second.final;
        });
    }
    bool has(const ItemId &id) const { return m_items.contains(id); }
    const std::vector<LogEvent> &events() const { return m_events; }
    const std::vector<Stored> &commands() const { return m_commands; }
    const Cursor &cursor() const { return m_cursor; }

private:
    void take(const change::ApplyLog &c);
    void take(const change::BeginEpoch &c)
    {
        m_cursor = c.cursor;
        m_events.clear();
    }
    void take(const change::EndTelling &) {}
    void take(const change::WriteTail &c);
    void take(const change::RestartTail &c)
    {
        m_items[c.item].text.resize(std::min<std::size_t>(m_items[c.item].text.size(), c.offset));
        m_items[c.item].gen = c.gen;
    }
    void take(const change::FinishItem &c) { m_items[c.item].verdict = c.verdict; }
    void take(const change::OpenSeams &) {}
    void take(const change::CloseSeam &) {}
    void take(const change::Enqueue &c);
    void take(const change::Number &c);
    void take(const change::BeginDevice &c);
    void take(const change::Settle &c);
    void take(const change::Withdraw &c)
    {
        std::erase_if(m_commands, [&](const Stored &each) {
            const bool isOurs = !each.wasSent || each.isSettled;
            return each.command.id == c.id && (isOurs || c.by == change::Withdraw::By::Gateway);
        });
    }
    void take(const change::LoseAccepted &c);
    void take(const change::StoreAgents &) {}

    Cursor m_cursor;
    std::map<ItemId, Item> m_items;
    std::vector<LogEvent> m_events;
    std::vector<Stored> m_commands;
    std::uint64_t m_nextSeq{1};
    DeviceId m_device{"d1"};
};

/// One account's log and texts in memory, with a gateway's effect for "send": a message and an open run.
class MemoryLog
{
public:
    struct Text {
        std::string text;
        gate::TextState::Status status{gate::TextState::Status::Growing};
    };

    std::string epoch{"e0"};
    /// A gateway starts with this log.
    void begin(const std::string &name) { m_lineage[head() + 1] = name; }
    std::string lineageAt(std::uint64_t seq) const;
    const std::vector<LogEvent> &events() const { return m_events; }
    std::uint64_t head() const { return m_events.empty() ? 0 : m_events.back().seq; }
    std::uint64_t acked(const DeviceId &device) const;

    std::uint64_t append(LogBody body);
    void grow(const ItemId &item, const std::string &text) { m_texts[item].text += text; }
    /// Ends the run of an item with the right length and hash. \returns the new head.
    std::uint64_t finish(const ItemId &item);
    /// From now on commands with these ids are refused.
    void refuse(const std::string &id, const std::string &error) { m_refusals[{id}] = error; }
    /// The answer to a command; applied only when it is new.
    frame::Result accept(const DeviceId &device, const frame::Command &command);

    gate::TextState state(const ItemId &item) const;
    gate::event::LogRead read(LinkId link, std::uint64_t after, std::size_t countMax) const;
    std::string text(const ItemId &item, std::uint64_t offset, std::size_t bytesMax) const;

private:
    std::vector<LogEvent> m_events;
    std::map<std::uint64_t, std::string> m_lineage; ///< from which seq on
    std::map<ItemId, Text> m_texts;
    std::map<DeviceId, std::uint64_t> m_acked;
    std::string refusalOf(const frame::Command &command) const;

    std::map<std::pair<DeviceId, std::uint64_t>, frame::Result> m_results;
    std::map<CommandId, std::string> m_refusals;
};

} // namespace holdfast::test
