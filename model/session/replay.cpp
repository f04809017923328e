// SPDX-License-Identifier: Apache-2.0
#include "model/session/replay.h"

#include "model/text/check.h"

#include <algorithm>

namespace holdfast {

Replay::Replay(Cursor cursor, std::vector<OpenText> open, Telling telling)
    : m_cursor(std::move(cursor)), m_telling(telling)
{
    for (OpenText &text : open)
        m_texts[text.item] = Text{.tail = std::move(text.tail),
                                  .source = text.source,
                                  .conversation = text.conversation,
                                  .holeAsked = {}};
}

Replay::Effects Replay::onLog(const frame::Log &log)
{
    Effects effects;
    if (log.after > m_cursor.seq) {
        effects.notes.push_back(Note::LogHole);
        if (m_logAsked != m_cursor.seq)
            effects.frames.push_back(frame::GetLog{m_cursor.seq});
        m_logAsked = m_cursor.seq;
        return effects;
    }
    if (log.upTo <= m_cursor.seq) {
        effects.notes.push_back(Note::DuplicateLog);
        return effects;
    }
    if (log.after < m_cursor.seq)
        effects.notes.push_back(Note::OverlappingLog);
    change::ApplyLog apply;
    for (const LogEvent &event : log.events) {
        if (event.seq > m_cursor.seq)
            apply.events.push_back(event);
    }
    m_cursor.seq = log.upTo;
    m_cursor.lineage = log.lineage;
    apply.cursor = m_cursor;
    effects.events = apply.events.size();
    effects.changes.push_back(apply);
    for (const LogEvent &event : apply.events)
        take(event, effects);
    return effects;
}

void Replay::take(const LogEvent &event, Effects &effects)
{
    if (const auto *message = std::get_if<logged::MessageAdded>(&event.body)) {
        open(message->item, 0, OpenText::Source::Message, message->conversation);
        m_texts[message->item].tail.setFinal({message->length, message->sha256});
        finishIfComplete(message->item, effects);
    } else if (const auto *started = std::get_if<logged::RunStarted>(&event.body)) {
        open(started->item, started->gen, OpenText::Source::Run, started->conversation);
    } else if (const auto *finished = std::get_if<logged::RunFinished>(&event.body)) {
        const auto text = m_texts.find(finished->item);
        if (text == m_texts.end())
            return;
        text->second.tail.setFinal({finished->length, finished->sha256});
        finishIfComplete(finished->item, effects);
    } else if (const auto *checkpoint = std::get_if<logged::Checkpoint>(&event.body)) {
        takeMark(*checkpoint, effects);
    } else if (const auto *deleted = std::get_if<logged::ConversationDeleted>(&event.body)) {
        effects.notes.push_back(Note::Tombstone);
        for (auto text = m_texts.begin(); text != m_texts.end();) {
            const bool isOfIt = text->second.conversation == deleted->conversation;
            if (isOfIt)
                effects.changes.push_back(change::FinishItem{text->first, change::Verdict::Gone});
            if (isOfIt)
                m_fetching.drop(text->first);
            text = isOfIt ? m_texts.erase(text) : std::next(text);
        }
        fetchNext(effects);
    }
}

/// The text is compared where the gateway says what it must be, so that what differs costs no more than the
/// part behind the last place that was right (law 13).
void Replay::takeMark(const logged::Checkpoint &checkpoint, Effects &effects)
{
    const auto found = m_texts.find(checkpoint.item);
    if (found == m_texts.end() || found->second.tail.gen() != checkpoint.gen)
        return;
    if (!found->second.tail.expect({checkpoint.length, checkpoint.sha256}))
        fetchAgain(checkpoint.item, effects);
}

/// The text was cut back: what follows is fetched once more. What is on its way beyond that is a hole, and
/// asked for already.
void Replay::fetchAgain(const ItemId &item, Effects &effects)
{
    Text &text = m_texts.at(item);
    const TailPosition position{item, text.tail.gen(), text.tail.length()};
    effects.notes.push_back(Note::ItemRepaired);
    ++effects.repairs;
    effects.changes.push_back(change::RestartTail{item, position.gen, position.offset});
    effects.frames.push_back(frame::GetPart{position});
    text.holeAsked = position.offset;
}

void Replay::open(const ItemId &item, std::uint32_t gen, OpenText::Source source,
                  const ConversationId &conversation)
{
    // After a reset the log tells again what is held already: what was received stays, and is verified anew.
    const auto known = m_texts.find(item);
    if (known != m_texts.end() && known->second.tail.gen() == gen)
        return known->second.tail.tellAnew();
    m_texts[item] = Text{.tail = Tail(gen), .source = source, .conversation = conversation, .holeAsked = {}};
}

Replay::Effects Replay::onTail(const frame::Tail &tail)
{
    Effects effects;
    const auto found = m_texts.find(tail.item);
    if (found == m_texts.end()) {
        effects.notes.push_back(Note::UnknownTail);
        return effects;
    }
    Text &text = found->second;
    if (tail.gen > text.tail.gen()) {
        effects.notes.push_back(Note::NewTailGeneration);
        text.tail.restart(tail.gen);
        effects.changes.push_back(change::RestartTail{tail.item, tail.gen});
    }
    const Tail::Written written = text.tail.write(tail.gen, tail.offset, tail.text);
    switch (written.outcome) {
    case Tail::Outcome::Duplicate:
        effects.notes.push_back(Note::DuplicateTail);
        break;
    case Tail::Outcome::OldGen:
    case Tail::Outcome::NewGen:
        effects.notes.push_back(Note::OldTail);
        return effects;
    case Tail::Outcome::Hole:
        effects.notes.push_back(Note::TailHole);
        if (text.holeAsked != text.tail.length())
            effects.frames.push_back(frame::GetPart{{tail.item, text.tail.gen(), text.tail.length()}});
        text.holeAsked = text.tail.length();
        return effects;
    case Tail::Outcome::Fresh:
        effects.changes.push_back(
            change::WriteTail{tail.item, tail.gen, written.offset, std::string(written.fresh)});
        effects.bytes = written.fresh.size();
        if (std::exchange(text.hasSeam, false))
            effects.changes.push_back(change::CloseSeam{tail.item});
        break;
    case Tail::Outcome::Damaged:
        if (!written.fresh.empty())
            effects.changes.push_back(
                change::WriteTail{tail.item, tail.gen, written.offset, std::string(written.fresh)});
        effects.bytes = written.fresh.size();
        fetchAgain(tail.item, effects);
        return effects;
    }
    finishIfComplete(tail.item, effects);
    return effects;
}

void Replay::finishIfComplete(const ItemId &item, Effects &effects)
{
    Text &text = m_texts.at(item);
    if (!text.tail.isComplete())
        return;
    text.tail.settle();
    if (!text.tail.isComplete())
        return fetchAgain(item, effects);
    const bool isVerified = text.tail.isVerified();
    effects.notes.push_back(isVerified ? Note::ItemVerified : Note::ItemUnverifiable);
    if (text.hasSeam)
        effects.changes.push_back(change::CloseSeam{item});
    effects.changes.push_back(
        change::FinishItem{item, isVerified ? change::Verdict::Verified : change::Verdict::Unverified});
    effects.hasEnded = true;
    m_doneBytes += text.tail.length();
    m_texts.erase(item);
    m_fetching.drop(item);
    fetchNext(effects);
}

void Replay::fetchNext(Effects &effects)
{
    while (const std::optional<ItemId> item = m_fetching.next()) {
        Text &text = m_texts.at(*item);
        text.isExpected = true;
        effects.frames.push_back(frame::GetPart{{*item, text.tail.gen(), text.tail.length()}});
    }
}

Fetching::Place Replay::placeOf(const Text &text) const
{
    const bool isFocused = !m_focus.isEmpty() && text.conversation == m_focus;
    return isFocused ? Fetching::Place::Focused : Fetching::Place::Elsewhere;
}

Replay::Effects Replay::onGone(const frame::Gone &gone)
{
    Effects effects;
    effects.notes.push_back(Note::ItemGone);
    if (m_texts.erase(gone.item) > 0)
        effects.changes.push_back(change::FinishItem{gone.item, change::Verdict::Gone});
    m_fetching.drop(gone.item);
    fetchNext(effects);
    return effects;
}

Replay::Effects Replay::onReset(const Cursor &cursor)
{
    Effects effects;
    if (!m_cursor.isNull())
        effects.notes.push_back(Note::EpochChanged);
    m_cursor = cursor;
    m_telling = Telling::Open;
    m_logAsked.reset();
    effects.changes.push_back(change::BeginEpoch{cursor});
    return effects;
}

Replay::Effects Replay::onHead(std::uint64_t head)
{
    Effects effects;
    if (head > m_cursor.seq && m_logAsked != m_cursor.seq) {
        m_logAsked = m_cursor.seq;
        effects.frames.push_back(frame::GetLog{m_cursor.seq});
    }
    return effects;
}

Replay::Effects Replay::onSynced(const Cursor &cursor)
{
    Effects effects = onHead(cursor.seq);
    if (m_cursor.seq < cursor.seq)
        return effects;
    for (const auto &[item, text] : m_texts) {
        if (!text.isExpected && text.tail.final())
            m_fetching.want(item, placeOf(text));
    }
    fetchNext(effects);
    if (m_telling == Telling::Complete)
        return effects;
    m_telling = Telling::Complete;
    effects.changes.push_back(change::EndTelling{});
    return effects;
}

Replay::Effects Replay::onLinkLost()
{
    Effects effects;
    change::OpenSeams seams;
    for (auto &[item, text] : m_texts) {
        if (text.source != OpenText::Source::Run || text.tail.final() || text.hasSeam)
            continue;
        text.hasSeam = true;
        seams.tails.push_back({item, text.tail.gen(), text.tail.length()});
    }
    if (!seams.tails.empty())
        effects.changes.push_back(std::move(seams));
    return effects;
}

Replay::Effects Replay::onLinkReady(const std::vector<TailPosition> &named)
{
    Effects effects;
    m_logAsked.reset();
    m_fetching.clear();
    for (auto &[item, text] : m_texts) {
        text.holeAsked.reset();
        text.isExpected = !text.tail.final();
    }
    std::set<ItemId> said;
    for (const TailPosition &each : named) {
        said.insert(each.item);
        if (const auto found = m_texts.find(each.item); found != m_texts.end())
            found->second.isExpected = true;
    }
    for (const auto &[item, text] : m_texts) {
        if (!text.tail.final() && !said.contains(item))
            effects.frames.push_back(frame::GetPart{{item, text.tail.gen(), text.tail.length()}});
    }
    return effects;
}

Replay::Effects Replay::onFocus(const ConversationId &conversation)
{
    Effects effects;
    m_focus = conversation;
    for (const auto &[item, text] : m_texts) {
        if (m_fetching.isWaiting(item))
            m_fetching.want(item, placeOf(text));
    }
    fetchNext(effects);
    return effects;
}

std::vector<TailPosition> Replay::positions(std::size_t max) const
{
    std::vector<TailPosition> positions;
    for (const bool areGrowing : {true, false}) {
        for (auto each = m_texts.rbegin(); each != m_texts.rend() && positions.size() < max; ++each) {
            const Tail &tail = each->second.tail;
            if (tail.final().has_value() != areGrowing)
                positions.push_back({each->first, tail.gen(), tail.length()});
        }
    }
    return positions;
}

std::uint64_t Replay::heldBytes() const
{
    std::uint64_t bytes = m_doneBytes;
    for (const auto &[item, text] : m_texts)
        bytes += text.tail.length();
    return bytes;
}

bool Replay::isStreaming() const
{
    return std::ranges::any_of(m_texts, [](const auto &entry) {
        return entry.second.source == OpenText::Source::Run && !entry.second.tail.final();
    });
}

bool Replay::isConsistent() const
{
    return std::ranges::none_of(m_texts, [](const auto &entry) { return entry.second.tail.isComplete(); });
}

} // namespace holdfast
