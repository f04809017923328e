// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/replicastate.h"

#include "tests/simulation/generatedtext.h"

#include <algorithm>

namespace holdfast::sim {

ReplicaState::Stored *ReplicaState::find(const CommandId &id)
{
    const auto found =
        std::ranges::find_if(commands, [&](const Stored &each) { return each.command.id == id; });
    return found == commands.end() ? nullptr : &*found;
}

void ReplicaState::take(const change::ApplyLog &c)
{
    cursor = c.cursor;
    for (const LogEvent &event : c.events)
        std::visit([this](const auto &body) { tell(body); }, event.body);
}

void ReplicaState::tell(const logged::MessageAdded &e)
{
    const auto [place, isNew] = items.try_emplace(e.item);
    Item &item = place->second;
    if (!isNew && item.telling == telling)
        return;
    item.conversation = e.conversation;
    item.source = OpenText::Source::Message;
    item.telling = telling;
    item.final = Tail::Final{e.length, e.sha256};
    item.verdict.reset();
    item.status = RunStatus::Completed;
    const Stored *own = find({e.item.value});
    if (own && item.length == 0 && own->command.text.size() == e.length)
        item.length = e.length;
}

void ReplicaState::tell(const logged::RunStarted &e)
{
    const auto [place, isNew] = items.try_emplace(e.item);
    Item &item = place->second;
    if (!isNew && item.telling == telling)
        return;
    if (!isNew && item.gen != e.gen)
        item.length = 0;
    item.conversation = e.conversation;
    item.gen = e.gen;
    item.telling = telling;
    item.final.reset();
    item.verdict.reset();
    item.status = RunStatus::Working;
}

void ReplicaState::tell(const logged::RunFinished &e)
{
    const auto found = items.find(e.item);
    if (found == items.end() || found->second.final)
        return;
    found->second.final = Tail::Final{e.length, e.sha256};
    found->second.status = e.status;
}

void ReplicaState::tell(const logged::Checkpoint &e)
{
    const auto found = items.find(e.item);
    if (found != items.end() && found->second.gen == e.gen && !found->second.verdict)
        found->second.checkpoints.push_back({e.length, e.sha256});
}

void ReplicaState::tell(const logged::ConversationDeleted &e)
{
    std::erase_if(items, [&](const auto &each) { return each.second.conversation == e.conversation; });
    std::erase_if(commands, [&](const Stored &each) {
        return each.command.conversation == e.conversation &&
               (each.state == State::Accepted || each.command.name == "delete");
    });
}

void ReplicaState::take(const change::WriteTail &c)
{
    const auto found = items.find(c.item);
    if (found != items.end() && found->second.gen == c.gen) {
        Item &item = found->second;
        item.length = std::max(item.length, c.offset + c.text.size());
        if (item.damagedAt && *item.damagedAt >= c.offset && *item.damagedAt < c.offset + c.text.size())
            item.damagedAt.reset();
    }
}

void ReplicaState::take(const change::RestartTail &c)
{
    const auto found = items.find(c.item);
    if (found == items.end())
        return;
    Item &item = found->second;
    if (item.gen != c.gen)
        item.checkpoints.clear();
    item.length = std::min(item.length, c.offset);
    if (item.damagedAt && *item.damagedAt >= item.length)
        item.damagedAt.reset();
    item.gen = c.gen;
    item.verdict.reset();
}

void ReplicaState::take(const change::FinishItem &c)
{
    const auto found = items.find(c.item);
    if (found == items.end())
        return;
    Item &item = found->second;
    item.verdict = c.verdict;
    item.checkpoints.clear();
    if (c.verdict == change::Verdict::Verified && item.final)
        item.length = std::min(item.length, item.final->length);
    if (c.verdict == change::Verdict::Gone && item.status == RunStatus::Working)
        item.status = RunStatus::Interrupted;
}

void ReplicaState::take(const change::Enqueue &c)
{
    std::erase_if(commands, [&](const Stored &each) {
        return each.command.id == c.command.id && each.state == State::Parked;
    });
    if (!find(c.command.id))
        commands.push_back({c.command, State::Queued, {}});
}

void ReplicaState::take(const change::Number &c)
{
    for (const change::Number::Pair &pair : c.pairs) {
        Stored *each = find(pair.id);
        if (each && each->command.seq == 0 && (each->state == State::Queued || each->state == State::Sent)) {
            each->command.seq = pair.seq;
            each->command.after = pair.after;
            each->state = State::Sent;
        }
        nextSeq = std::max(nextSeq, pair.seq + 1);
    }
}

void ReplicaState::take(const change::BeginDevice &c)
{
    device = c.device;
    nextSeq = 1;
    for (Stored &each : commands) {
        if (each.state == State::Sent || each.state == State::Accepted) {
            each.command.seq = 0;
            each.command.after = {};
        }
    }
}

void ReplicaState::take(const change::Settle &c)
{
    Stored *each = find(c.id);
    if (!each || each->state == State::Accepted || each->state == State::Parked)
        return;
    each->state = c.error.empty() ? State::Accepted : State::Parked;
    each->error = c.error;
    // Only messages are shown with how they were delivered.
    std::erase_if(commands, [&](const Stored &other) {
        return other.command.id == c.id && other.command.name != "send";
    });
}

void ReplicaState::take(const change::Withdraw &c)
{
    const bool isByUser = c.by == change::Withdraw::By::User;
    std::erase_if(commands, [&](const Stored &each) {
        const bool isOver = isByUser ? each.state == State::Sent : false;
        return each.command.id == c.id && each.state != State::Accepted && !isOver;
    });
}

void ReplicaState::take(const change::LoseAccepted &c)
{
    for (Stored &each : commands) {
        if (each.state != State::Accepted || each.command.name != "send" ||
            each.command.seq <= c.ackedCommand)
            continue;
        each.state = State::Parked;
        each.error = "lost_by_reset";
    }
}

bool ReplicaState::damage(std::uint64_t permille)
{
    for (auto each = items.rbegin(); each != items.rend(); ++each) {
        Item &item = each->second;
        if (item.verdict || item.length == 0)
            continue;
        item.damagedAt = item.length * permille / 1'000;
        return true;
    }
    return false;
}

ClientSession::Restored ReplicaState::restore(std::vector<Change> &finished) const
{
    ClientSession::Restored restored{
        .device = device, .cursor = cursor, .texts = {}, .commands = {}, .nextSeq = nextSeq};
    restored.telling = telling == told ? Telling::Complete : Telling::Open;
    for (const auto &[id, item] : items) {
        if (item.verdict)
            continue;
        OpenText open{id, Tail(item.gen), item.source, item.conversation};
        if (item.final)
            open.tail.setFinal(*item.final);
        for (const Tail::Mark &mark : item.checkpoints)
            (void)open.tail.expect(mark);
        std::string text = generatedText(id, item.gen, 0, item.length);
        if (item.damagedAt && *item.damagedAt < text.size())
            text[*item.damagedAt] = '?';
        (void)open.tail.write(item.gen, 0, text);
        open.tail.settle();
        if (open.tail.isVerified())
            finished.push_back(change::FinishItem{id, change::Verdict::Verified});
        else if (open.tail.isComplete())
            finished.push_back(change::FinishItem{id, change::Verdict::Unverified});
        else
            restored.texts.push_back(std::move(open));
    }
    for (const Stored &each : commands) {
        const CommandId &id = each.command.id;
        if (each.state == State::Parked)
            restored.parked.insert(id);
        else if (each.state != State::Accepted)
            restored.commands.push_back(each.command);
        else if (each.command.name == "send" && !items.contains({id.value}))
            restored.unseen.insert(id);
        if (each.state == State::Sent && each.command.seq == 0)
            restored.sentBefore.insert(id);
    }
    return restored;
}

} // namespace holdfast::sim
