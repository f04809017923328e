// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/runs.h"

#include "model/protocol/limits.h"
#include "model/text/utf8.h"
#include "tests/simulation/gatewaynode.h"
#include "tests/simulation/generatedtext.h"

#include <algorithm>

namespace holdfast::sim {

namespace {
constexpr std::uint64_t portions = 12; ///< in which an answer is said, about
/// More often than the product makes them, so that short texts have some.
constexpr std::uint64_t checkpointBytes = limits::checkpointBytes / 64;

AfterCrash policyOf(const logged::RunStarted &run)
{
    return static_cast<AfterCrash>(mixed(1, run.item.value) % 3);
}
} // namespace

void Runs::drop()
{
    m_book = {};
    m_agents.clear();
}

void Runs::takeOver()
{
    LogState::Transaction leases;
    leases.leases = LogState::Leases::Taken;
    if (!m_gateway.store(std::move(leases), Durability::Durable))
        return;
    std::vector<RunBook::Found> found;
    for (const logged::RunStarted &run : m_gateway.log().openRuns()) {
        found.push_back({run, m_gateway.log().state(run.item).length, policyOf(run)});
        m_gateway.m_context.marks.hit(Mark::RunTakenOver);
    }
    perform(m_book.takeOver(found));
}

void Runs::start(const logged::RunStarted &run) { perform(m_book.start(run, policyOf(run))); }

void Runs::stop(const ConversationId &conversation, const ItemId &message)
{
    perform(m_book.stop(conversation, message));
}

void Runs::forget(const ConversationId &conversation) { perform(m_book.forget(conversation)); }

void Runs::perform(const RunBook::Actions &actions)
{
    for (const RunBook::Action &each : actions) {
        if (!m_gateway.isWorking())
            return;
        std::visit([this](const auto &a) { act(a); }, each);
    }
    if (m_book.isIdle())
        m_gateway.becameIdle();
}

void Runs::act(const RunBook::Begin &a)
{
    const logged::RunStarted &run = a.run;
    m_gateway.m_context.checkers.drain.begins(m_gateway.isDraining(), run.item);
    const Truth &truth = m_gateway.m_context.truth;
    const auto planned = truth.answers.find({run.message.value});
    const std::uint64_t held = m_gateway.log().state(run.item).length;
    Agent agent;
    agent.start = run;
    agent.number = ++m_numbers;
    agent.produced = agent.stored = agent.checkpointAt = held;
    if (planned != truth.answers.end()) {
        agent.total = planned->second.blocks * textBlock;
        agent.paceMs = planned->second.paceMs;
        agent.ends = planned->second.isIncomplete ? RunStatus::Incomplete : RunStatus::Completed;
    }
    agent.hash.append(generatedText(run.item, run.gen, 0, held));
    schedule(agent);
    m_agents.insert_or_assign(run.run, std::move(agent));
}

void Runs::act(const RunBook::Stop &a) { perform(m_book.agentEnded(a.run, RunStatus::Cancelled, "stopped")); }

void Runs::act(const RunBook::Leave &a)
{
    const auto agent = m_agents.find(a.run);
    if (agent == m_agents.end())
        return;
    m_gateway.m_context.checkers.drain.leaves(
        m_gateway.mayWait() && policyOf(agent->second.start) != AfterCrash::Resume, agent->second.start.item);
    m_agents.erase(agent);
}

void Runs::act(const RunBook::Finish &a)
{
    if (a.status == RunStatus::Interrupted)
        m_gateway.m_context.marks.hit(Mark::RunInterrupted);
    m_agents.erase(a.run.run);
    const gate::TextState held = m_gateway.log().state(a.run.item);
    PrefixHash hash;
    hash.append(generatedText(a.run.item, a.run.gen, 0, held.length));
    const logged::RunFinished event{.conversation = a.run.conversation,
                                    .run = a.run.run,
                                    .item = a.run.item,
                                    .gen = a.run.gen,
                                    .status = a.status,
                                    .length = held.length,
                                    .sha256 = hash.hex(),
                                    .detail = a.detail,
                                    .atMs = 0};
    LogState::Transaction transaction;
    transaction.events.emplace_back(event);
    if (!m_gateway.store(std::move(transaction), Durability::Durable))
        return;
    m_gateway.feed(gate::event::Appended{m_gateway.log().head()});
    m_gateway.feed(gate::event::TextGrew{m_gateway.log().state(event.item)});
}

bool Runs::saidInParts(const frame::Tail &tail) const
{
    return std::ranges::any_of(m_agents, [&](const auto &each) {
        const Agent &agent = each.second;
        return agent.start.item == tail.item && tail.offset < agent.grewFrom &&
               tail.offset + tail.text.size() > agent.grewFrom;
    });
}

void Runs::schedule(const Agent &agent)
{
    Schedule &schedule = m_gateway.m_context.schedule;
    schedule.add(schedule.now() + std::chrono::milliseconds(agent.paceMs), Happening::Kind::RunTick,
                 m_gateway.m_index, agent.number);
}

void Runs::tick(std::uint64_t number)
{
    const auto found =
        std::ranges::find_if(m_agents, [number](const auto &each) { return each.second.number == number; });
    if (found == m_agents.end())
        return;
    Agent &agent = found->second;
    const RunId run = found->first;
    agent.produced =
        std::min(agent.total, agent.produced + 1 + m_random.below(2 * agent.total / portions + textBlock));
    if (!grow(agent))
        return;
    if (agent.produced >= agent.total)
        return end(agent);
    schedule(agent);
}

void Runs::end(const Agent &agent)
{
    const ItemId item = agent.start.item;
    const RunStatus said = agent.ends;
    if (said == RunStatus::Incomplete)
        m_gateway.m_context.marks.hit(Mark::RunIncomplete);
    perform(m_book.agentEnded(RunId(agent.start.run), said, {}));
    const auto text = m_gateway.log().texts.find(item);
    if (m_gateway.isWorking() && text != m_gateway.log().texts.end())
        m_gateway.m_context.checkers.terminal.ended(item, said, text->second.outcome);
}

/// Whole characters of what was said are stored before anybody is told. \returns false when the gateway has
/// died.
bool Runs::grow(Agent &agent)
{
    const ItemId item = agent.start.item;
    std::string text = generatedText(item, agent.start.gen, agent.stored, agent.produced - agent.stored);
    text.resize(text.size() - utf8::incompleteTail(text));
    if (text.empty())
        return true;
    agent.hash.append(text);
    agent.grewFrom = agent.stored;
    agent.stored += text.size();
    LogState::Transaction growth;
    growth.growth = LogState::Growth{item, agent.stored - text.size(), agent.stored};
    if (!m_gateway.store(std::move(growth), Durability::Usual))
        return false;
    m_gateway.feed(gate::event::TextGrew{m_gateway.log().state(item)});
    if (agent.stored - agent.checkpointAt < checkpointBytes)
        return true;
    agent.checkpointAt = agent.stored;
    LogState::Transaction checkpoint;
    checkpoint.events.emplace_back(logged::Checkpoint{item, agent.start.gen, agent.stored, agent.hash.hex()});
    if (!m_gateway.store(std::move(checkpoint), Durability::Usual))
        return false;
    m_gateway.feed(gate::event::Appended{m_gateway.log().head()});
    return true;
}

} // namespace holdfast::sim
