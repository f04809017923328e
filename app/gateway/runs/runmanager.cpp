// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/runs/runmanager.h"

#include "app/link/logging.h"
#include "app/link/monotonicclock.h"

#include <limits>
#include <utility>

namespace holdfast {

namespace {
/// A model server is found by asking for it, which takes a moment after a start of the gateway.
constexpr std::chrono::seconds agentAppearsWithin(15);
constexpr auto everything = std::numeric_limits<std::size_t>::max();
} // namespace

RunManager::RunManager(GatewayLog &log, const AgentCatalog &catalog, QObject *parent)
    : QObject(parent), m_log(log), m_catalog(catalog)
{
    m_patience.setSingleShot(true);
    m_patience.setInterval(agentAppearsWithin);
    connect(&m_patience, &QTimer::timeout, this, &RunManager::giveUpWaiting);
    connect(&m_catalog, &AgentCatalog::changed, this, &RunManager::lookForAgents);
}

RunManager::~RunManager() = default;

AfterCrash RunManager::policyOf(const AgentId &id) const
{
    const Agent *agent = m_catalog.find(id);
    return agent ? agent->afterCrash() : AfterCrash::Ask;
}

Result<> RunManager::takeOver()
{
    const auto open = m_log.takeRuns();
    if (!open)
        return tl::unexpected(open.error());
    std::vector<RunBook::Found> found;
    for (const GatewayLog::OpenRun &run : *open)
        found.push_back({run.start, run.length, policyOf(run.start.agent)});
    perform(m_book.takeOver(found));
    return {};
}

void RunManager::start(const logged::RunStarted &run) { perform(m_book.start(run, policyOf(run.agent))); }

void RunManager::stop(const ConversationId &conversation, const ItemId &message)
{
    perform(m_book.stop(conversation, message));
}

void RunManager::forget(const ConversationId &conversation) { perform(m_book.forget(conversation)); }
void RunManager::drain() { perform(m_book.drain()); }
void RunManager::abandon() { perform(m_book.abandon()); }

/// Actions wait in a row, so that what one brings about (an agent that fails at once) comes after it.
void RunManager::perform(const RunBook::Actions &actions)
{
    m_actions.insert(m_actions.end(), actions.begin(), actions.end());
    if (std::exchange(m_performing, Performing::Yes) == Performing::Yes)
        return;
    while (!m_actions.empty()) {
        const RunBook::Action next = std::move(m_actions.front());
        m_actions.pop_front();
        std::visit([this](const auto &a) { carryOut(a); }, next);
    }
    m_performing = Performing::No;
    if (m_book.isIdle())
        Q_EMIT becameIdle();
}

void RunManager::carryOut(const RunBook::Begin &a)
{
    if (const Agent *agent = m_catalog.find(a.run.agent))
        return begin(a.run, *agent);
    m_waiting.emplace(a.run.run, a.run);
    m_patience.start();
}

void RunManager::lookForAgents()
{
    for (auto each = m_waiting.begin(); each != m_waiting.end();) {
        const logged::RunStarted run = each->second;
        const Agent *agent = m_catalog.find(run.agent);
        each = agent ? m_waiting.erase(each) : std::next(each);
        if (agent)
            begin(run, *agent);
    }
}

void RunManager::giveUpWaiting()
{
    for (const auto &[id, run] : std::exchange(m_waiting, {}))
        perform(m_book.agentEnded(id, RunStatus::Failed, "this agent is not available any more"));
}

void RunManager::begin(const logged::RunStarted &run, const Agent &agent)
{
    auto stored = m_log.readText(run.item, 0, everything);
    if (!stored) {
        Q_EMIT failed(stored.error());
        return;
    }
    const std::string held = *stored;
    auto open = std::make_unique<OpenRun>(m_log, run, agent.run(requestFor(run, std::move(*stored))), held);
    connect(open.get(), &OpenRun::textGrew, this, &RunManager::textGrew);
    connect(open.get(), &OpenRun::logGrew, this, &RunManager::logGrew);
    connect(open.get(), &OpenRun::failed, this, &RunManager::failed);
    connect(open.get(), &OpenRun::agentEnded, this,
            [this, id = run.run](RunStatus status, const QString &detail) {
                perform(m_book.agentEnded(id, status, detail.toStdString()));
            });
    qCInfo(lcRun).noquote() << "event=started run=" + QString::fromStdString(run.run.value);
    OpenRun &starting = *open;
    m_open[run.run] = std::move(open);
    starting.begin();
}

void RunManager::carryOut(const RunBook::Stop &a)
{
    if (m_waiting.erase(a.run) > 0)
        return perform(m_book.agentEnded(a.run, RunStatus::Cancelled, "stopped before it began"));
    const auto open = m_open.find(a.run);
    if (open != m_open.end())
        open->second->stop();
}

/// The run may never have been at work here; its text is what the store has.
void RunManager::carryOut(const RunBook::Finish &a)
{
    auto open = m_open.find(a.run.run);
    if (open == m_open.end()) {
        const auto stored = m_log.readText(a.run.item, 0, everything);
        if (!stored) {
            Q_EMIT failed(stored.error());
            return;
        }
        auto idle = std::make_unique<OpenRun>(m_log, a.run, nullptr, *stored);
        connect(idle.get(), &OpenRun::textGrew, this, &RunManager::textGrew);
        connect(idle.get(), &OpenRun::logGrew, this, &RunManager::logGrew);
        connect(idle.get(), &OpenRun::failed, this, &RunManager::failed);
        open = m_open.emplace(a.run.run, std::move(idle)).first;
    }
    open->second->finish(a.status, a.detail);
    close(a.run.run);
}

void RunManager::carryOut(const RunBook::Leave &a)
{
    m_waiting.erase(a.run);
    const auto open = m_open.find(a.run);
    if (open == m_open.end())
        return;
    open->second->leave();
    close(a.run);
}

void RunManager::carryOut(const RunBook::Drop &a)
{
    m_waiting.erase(a.run);
    const auto open = m_open.find(a.run);
    if (open == m_open.end())
        return;
    open->second->drop();
    close(a.run);
}

/// Its signal may be what brought us here.
void RunManager::close(const RunId &run)
{
    const auto open = m_open.find(run);
    open->second->disconnect(this);
    open->second.release()->deleteLater();
    m_open.erase(open);
}

/// The conversation before the answer: what was said, and what its agent knows.
RunRequest RunManager::requestFor(const logged::RunStarted &run, std::string stored) const
{
    RunRequest request{.turns = {}, .offset = stored.size(), .written = std::move(stored), .context = {}};
    const auto items = m_log.items(run.conversation);
    const auto context = m_log.answer(frame::GetContext{0, run.conversation});
    if (context)
        request.context = context->json;
    if (!items)
        return request;
    for (const GatewayLog::StoredItem &item : *items) {
        if (item.id == run.item)
            break;
        auto text = m_log.readText(item.id, 0, everything);
        if (text && !text->empty())
            request.turns.push_back(
                {item.role == Role::User ? Turn::Speaker::User : Turn::Speaker::Agent, std::move(*text)});
    }
    return request;
}

} // namespace holdfast
