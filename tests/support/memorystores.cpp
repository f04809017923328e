// SPDX-License-Identifier: Apache-2.0
#include "tests/support/memorystores.h"

#include "model/text/utf8.h"

#include <algorithm>

namespace holdfast::test {

ClientSession::Restored MemoryReplica::restore() const
{
    ClientSession::Restored restored{
        .device = m_device, .cursor = m_cursor, .texts = {}, .commands = {}, .nextSeq = m_nextSeq};
    for (const auto &[id, item] : m_items) {
        if (item.verdict)
            continue;
        OpenText open{id, Tail(item.gen), item.source};
        open.tail.write(item.gen, 0, item.text);
        if (item.final)
            open.tail.setFinal(*item.final);
        restored.texts.push_back(std::move(open));
    }
    for (const Stored &each : m_commands) {
        const CommandId &id = each.command.id;
        if (!each.isSettled) {
            restored.commands.push_back(each.command);
            if (each.wasSent && each.command.seq == 0)
                restored.sentBefore.insert(id);
        } else if (each.command.name == "send" && !each.error.empty()) {
            restored.parked.insert(id);
        } else if (each.command.name == "send" && !m_items.contains({id.value})) {
            restored.unseen.insert(id);
        }
    }
    return restored;
}

void MemoryReplica::take(const change::ApplyLog &c)
{
    m_cursor = c.cursor;
    for (const LogEvent &event : c.events) {
        m_events.push_back(event);
        if (const auto *message = std::get_if<logged::MessageAdded>(&event.body)) {
            m_items[message->item].source = OpenText::Source::Message;
            m_items[message->item].final = Tail::Final{message->length, message->sha256};
        } else if (const auto *run = std::get_if<logged::RunStarted>(&event.body)) {
            m_items[run->item].gen = run->gen;
        } else if (const auto *end = std::get_if<logged::RunFinished>(&event.body);
                   end && m_items.contains(end->item)) {
            m_items[end->item].final = Tail::Final{end->length, end->sha256};
            m_items[end->item].status = toString(end->status);
        }
    }
}

void MemoryReplica::take(const change::WriteTail &c)
{
    std::string &text = m_items[c.item].text;
    if (text.compare(c.offset, c.text.size(), c.text) == 0)
        return;
    text.resize(c.offset);
    text += c.text;
}

void MemoryReplica::take(const change::Enqueue &c)
{
    std::erase_if(m_commands, [&](const Stored &each) {
        return each.command.id == c.command.id && each.isSettled && !each.error.empty();
    });
    const auto isSame = [&](const Stored &each) { return each.command.id == c.command.id; };
    if (std::ranges::none_of(m_commands, isSame))
        m_commands.push_back({c.command, false, {}, false});
}

void MemoryReplica::take(const change::Number &c)
{
    for (const change::Number::Pair &pair : c.pairs) {
        for (Stored &each : m_commands) {
            if (each.command.id != pair.id || each.isSettled)
                continue;
            each.command.seq = pair.seq;
            each.command.after = pair.after;
            each.wasSent = true;
        }
        m_nextSeq = std::max(m_nextSeq, pair.seq + 1);
    }
}

void MemoryReplica::take(const change::LoseAccepted &c)
{
    for (Stored &each : m_commands) {
        if (each.isSettled && each.error.empty() && each.command.name == "send" &&
            each.command.seq > c.ackedCommand)
            each.error = "lost_by_reset";
    }
}

void MemoryReplica::take(const change::BeginDevice &c)
{
    m_device = c.device;
    m_nextSeq = 1;
    for (Stored &each : m_commands) {
        if (!each.isSettled)
            each.command.seq = 0;
    }
}

void MemoryReplica::take(const change::Settle &c)
{
    for (Stored &each : m_commands) {
        if (each.command.id == c.id) {
            each.isSettled = true;
            each.error = c.error;
        }
    }
}

std::uint64_t MemoryLog::acked(const DeviceId &device) const
{
    const auto found = m_acked.find(device);
    return found == m_acked.end() ? 0 : found->second;
}

std::uint64_t MemoryLog::append(LogBody body)
{
    m_events.push_back({head() + 1, std::move(body)});
    return head();
}

std::uint64_t MemoryLog::finish(const ItemId &item)
{
    Text &text = m_texts[item];
    text.status = gate::TextState::Status::Final;
    PrefixHash hash;
    hash.append(text.text);
    logged::RunFinished end;
    end.conversation = {"c1"};
    end.run = {"run-" + item.value};
    end.item = item;
    end.length = text.text.size();
    end.sha256 = hash.hex();
    return append(end);
}

std::string MemoryLog::refusalOf(const frame::Command &command) const
{
    if (const auto refused = m_refusals.find(command.id); refused != m_refusals.end())
        return refused->second;
    if (command.name == "withdraw")
        return m_texts.contains(command.target) ? "too_late" : "";
    const auto before = m_refusals.find(command.after);
    return before != m_refusals.end() && before->second != "withdrawn" ? "blocked" : "";
}

frame::Result MemoryLog::accept(const DeviceId &device, const frame::Command &command)
{
    const auto known = m_results.find({device, command.seq});
    if (known != m_results.end())
        return known->second;
    if (const std::string error = refusalOf(command); !error.empty() || command.name == "withdraw") {
        m_acked[device] = command.seq;
        if (error.empty())
            m_refusals[{command.target.value}] = "withdrawn";
        else
            m_refusals[command.id] = error;
        return m_results[{device, command.seq}] = {command.seq, command.id, error, head()};
    }
    PrefixHash hash;
    hash.append(command.text);
    m_acked[device] = command.seq;
    m_texts[{command.id.value}] = {command.text, gate::TextState::Status::Final};
    append(
        logged::MessageAdded{command.conversation, {command.id.value}, command.text.size(), hash.hex(), 0});
    const frame::Result result{command.seq, command.id, {}, head()};
    m_results[{device, command.seq}] = result;
    return result;
}

gate::TextState MemoryLog::state(const ItemId &item) const
{
    const auto found = m_texts.find(item);
    if (found == m_texts.end())
        return {.item = item};
    return {item, 0, found->second.text.size(), found->second.status};
}

gate::event::LogRead MemoryLog::read(LinkId link, std::uint64_t after, std::size_t countMax) const
{
    gate::event::LogRead read{
        .link = link, .after = after, .upTo = after, .events = {}, .texts = {}, .lineage = {}};
    for (const LogEvent &event : m_events) {
        if (event.seq <= after || read.events.size() == countMax)
            continue;
        read.events.push_back(event);
        read.upTo = event.seq;
        if (const auto *message = std::get_if<logged::MessageAdded>(&event.body))
            read.texts.push_back(state(message->item));
        else if (const auto *run = std::get_if<logged::RunStarted>(&event.body))
            read.texts.push_back(state(run->item));
    }
    read.lineage = lineageAt(read.upTo);
    return read;
}

std::string MemoryLog::lineageAt(std::uint64_t seq) const
{
    const auto after = m_lineage.upper_bound(seq);
    return after == m_lineage.begin() ? std::string() : std::prev(after)->second;
}

std::string MemoryLog::text(const ItemId &item, std::uint64_t offset, std::size_t bytesMax) const
{
    const std::string &text = m_texts.at(item).text;
    const std::size_t end = utf8::boundaryBefore(text, offset + bytesMax);
    return text.substr(offset, end - offset);
}

} // namespace holdfast::test
