// SPDX-License-Identifier: Apache-2.0
// What the cores of a gateway ask for: frames, reads, and commands that take effect.
#include "tests/simulation/gatewaynode.h"

#include "model/text/utf8.h"
#include "tests/simulation/generatedtext.h"

namespace holdfast::sim {

namespace {
/// A socket that holds so many windows is closed.
constexpr std::size_t backlogWindows = 8;

std::size_t indexOf(LinkId link) { return static_cast<std::size_t>(link) - 1; }
} // namespace

void GatewayNode::act(const gate::action::Send &a)
{
    Network::Link &link = m_context.network.link(indexOf(a.link));
    if (link.gatewayEnd != Network::Link::End::Open)
        return;
    if (const auto *tail = std::get_if<frame::Tail>(&a.frame))
        m_context.checkers.prefix.leaves(log(), *tail);
    else if (const auto *batch = std::get_if<frame::Log>(&a.frame))
        m_context.checkers.prefix.leaves(log(), *batch);
    watchCredit(indexOf(a.link), a.frame);
    m_context.network.send(indexOf(a.link), Way::Down, a.frame);
    if (link.down.bytes > backlogWindows * m_context.config.windowBytes) {
        m_context.marks.hit(Mark::BacklogFull);
        return act(gate::action::CloseLink{a.link, CloseCode::Backlog, "the client does not read"});
    }
    if (!link.isFull && link.down.bytes > m_context.config.windowBytes) {
        link.isFull = true;
        feed(gate::event::LinkFull{a.link});
    }
}

CreditBounds GatewayNode::credit() const
{
    const std::uint64_t first = m_context.config.creditBytes;
    return first == 0 ? CreditBounds{} : CreditBounds{first, first / 4, first * 4}; // as the product's
}

/// What the client misses, as AccountShard::missedBytes().
void GatewayNode::weigh(std::size_t index, gate::event::LinkOpened &opened)
{
    const ResumeRequest &resume = opened.resume;
    const bool isOurs = resume.cursor.epoch == log().epoch;
    opened.missedBytes = log().missedBytes(isOurs ? resume.cursor.seq : 0, resume.budget);
    for (std::size_t i = 0; i < resume.tails.size(); ++i)
        opened.missedBytes +=
            opened.texts[i].length - std::min(opened.texts[i].length, resume.tails[i].offset);
    Network::Link &link = m_context.network.link(index);
    link.from = resume.cursor;
    link.isAboveBudget = opened.missedBytes > resume.budget;
    if (!link.isAboveBudget)
        return;
    m_context.checkers.budget.opens(index, log(), resume);
    for (std::size_t i = index; i-- > 0;) {
        const Network::Link &before = m_context.network.link(i);
        if (before.client != link.client)
            continue;
        const std::uint64_t began = before.from.epoch == resume.cursor.epoch ? before.from.seq : 0;
        if (before.isAboveBudget && !before.isSynced && isOurs && resume.cursor.seq > began)
            m_context.marks.hit(Mark::SnapshotResumedMidpage);
        return;
    }
}

void GatewayNode::watchCredit(std::size_t link, const Frame &frame)
{
    CreditChecker &checker = m_context.checkers.credit;
    const std::uint64_t window = m_session->creditWindow(nameOf(link));
    if (window == 0)
        return; // it is closed in this very step
    checker.leaves(link, creditCost(frame), window, credit().first);
    if (checker.inFlight(link) >= window)
        m_context.marks.hit(Mark::CreditExhausted);
    if (std::holds_alternative<frame::Synced>(frame)) {
        m_context.network.link(link).isSynced = true;
        m_context.checkers.focus.synced(link);
        m_context.checkers.budget.synced(link);
    }
    const auto *tail = std::get_if<frame::Tail>(&frame);
    if (tail) {
        m_context.checkers.focus.leaves(link, *tail);
        m_context.checkers.budget.leaves(link, *tail);
    }
    if (tail && m_merging == Merging::Yes && m_runs.saidInParts(*tail))
        m_context.marks.hit(Mark::TailMerged);
}

void GatewayNode::act(const gate::action::CloseLink &a)
{
    const std::size_t index = indexOf(a.link);
    if (m_links.erase(index) == 0)
        return;
    const Cause cause = a.code == CloseCode::Superseded ? Cause::Superseded
                        : a.code == CloseCode::BadFrame ? Cause::BadFrame
                                                        : Cause::Closed;
    m_context.network.close(index, Way::Down, Network::Flight::Kept, cause, a.reason);
    feed(gate::event::LinkLost{a.link});
    leaveWhenAlone();
}

void GatewayNode::act(const gate::action::ReadLog &a)
{
    // As GatewayLog::read(): another start writes here.
    if (log().head() > m_head && isRefused("events that are not ours"))
        return;
    gate::event::LogRead read = log().read(a.link, a.after, m_context.config.eventsPerRead);
    if (real())
        real()->read(m_index, read);
    feed(std::move(read));
}

void GatewayNode::act(const gate::action::ReadText &a)
{
    const gate::TextState state = log().state(a.position.item);
    const std::uint64_t end = std::min(state.length, a.position.offset + m_context.config.bytesPerRead);
    std::string text;
    if (end > a.position.offset)
        text = generatedText(a.position.item, state.gen, a.position.offset, end - a.position.offset);
    if (real())
        real()->read(m_index, a.position, text);
    if (end < state.length && m_context.config.cutsCharacters == 0)
        text.resize(text.size() - utf8::incompleteTail(text));
    feed(gate::event::TextRead{a.link, a.position, std::move(text)});
}

void GatewayNode::act(const gate::action::LookUp &a)
{
    const gate::TextState state = log().state(a.position.item);
    if (real())
        real()->read(m_index, state);
    m_context.checkers.budget.asks(indexOf(a.link), a.position.item);
    m_context.checkers.focus.asks(indexOf(a.link), state, a.position.offset);
    feed(gate::event::TextFound{a.link, a.position, state});
}

void GatewayNode::act(const gate::action::Noted &a)
{
    m_context.marks.hit(a.note);
    m_context.trace.mix(m_index, 2'000 + static_cast<std::uint64_t>(a.note));
}

/// As GatewayLog::answer(): what is asked of a conversation is answered with it, or refused.
void GatewayNode::act(const gate::action::Ask &a)
{
    using Standing = gate::CommandContext::Conversation;
    frame::Response response{.id = 0, .error = {}, .json = "{}"};
    std::visit(
        [&](const auto &question) {
            const Standing standing = log().standing(question.conversation);
            response.id = question.id;
            if (standing == Standing::Known)
                response.json = "{\"conversation\":\"" + question.conversation.value + "\"}";
            else
                response.error = standing == Standing::Deleted ? "deleted" : "unknown_conversation";
        },
        a.question);
    feed(gate::event::Answered{a.link, response});
}

void GatewayNode::act(const gate::action::Accept &a)
{
    if (const auto result = accept(a))
        feed(gate::event::CommandSettled{a.link, *result});
}

/// \returns nothing when the gateway has died of it.
std::optional<frame::Result> GatewayNode::accept(const gate::action::Accept &a)
{
    const auto &[link, device, command] = a;
    const auto known = log().answered(device, command);
    if (real())
        real()->answer(m_index, device, command, known);
    if (known) {
        m_context.marks.hit(Mark::ResendWasDuplicate);
        return known;
    }
    if (command.seq > log().acked(device) + 1)
        m_context.marks.hit(Mark::SeqGapAccepted);
    m_context.checkers.effect.takes(command.id, m_context.network.link(indexOf(link)).client);
    const gate::Effects effects = effectsOf(command, contextOf(command));
    if (command.name == "continue" && effects.start)
        goesOn(command.target);
    const frame::Result result{command.seq, command.id, effects.error, log().head() + effects.events.size()};
    LogState::Transaction transaction;
    transaction.events = effects.events;
    transaction.answer = LogState::Answer{device, result};
    if (effects.foretells)
        transaction.foretelling = effects.foretells;
    if (!store(std::move(transaction), Durability::Durable))
        return std::nullopt;
    if (effects.error == "expired")
        m_context.marks.hit(Mark::ExpiredAtGateway);
    if (effects.error == "deleted")
        m_context.marks.hit(Mark::TombstoneMet);
    if (!effects.error.empty())
        return result;
    m_context.checkers.effect.happens(command, wallMs());
    m_context.checkers.effect.follows(m_account, command, log().isAnswered(command.after));
    for (const gate::NewText &text : effects.texts)
        feed(gate::event::TextGrew{log().state(text.item)});
    feed(gate::event::Appended{log().head()});
    if (effects.forget)
        m_runs.forget(*effects.forget);
    if (effects.stop)
        m_runs.stop(effects.stop->conversation, effects.stop->message);
    if (effects.start)
        m_runs.start(*effects.start);
    if (!isWorking())
        return std::nullopt;
    return result;
}

void GatewayNode::goesOn(const ItemId &answer)
{
    const auto text = log().texts.find(answer);
    const bool isEnded = text != log().texts.end() && text->second.status == gate::TextState::Status::Final;
    m_context.checkers.terminal.goesOn(answer, isEnded);
    if (isEnded && text->second.outcome == RunStatus::Interrupted)
        m_context.marks.hit(Mark::ContinueAfterCrash);
}

std::int64_t GatewayNode::wallMs() const
{
    const Duration since = m_context.schedule.now().time_since_epoch() + m_store->wallAhead;
    return wallBegin + std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

gate::CommandContext GatewayNode::contextOf(const frame::Command &command)
{
    const std::string name = std::to_string(m_account) + ".r" + std::to_string(++m_context.truth.runs);
    gate::CommandContext context{.nowMs = wallMs(),
                                 .conversation = log().standing(command.conversation),
                                 .agent = gate::CommandContext::Agent::Known,
                                 .after = log().after(command.after),
                                 .target = log().target(command.target),
                                 .foretold = log().foretold({command.id.value}),
                                 .message = {command.id.value},
                                 .run = {name},
                                 .answer = {name}};
    if (real())
        real()->bear(m_index, command, context);
    if (context.foretold == gate::Foretold::Stop)
        m_context.marks.hit(Mark::StopBeforeRun);
    return context;
}

} // namespace holdfast::sim
