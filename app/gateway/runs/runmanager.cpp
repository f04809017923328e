// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/runs/runmanager.h"

#include "app/link/logging.h"
#include "app/link/monotonicclock.h"

#include "model/protocol/limits.h"
#include "model/text/utf8.h"

#include <limits>

namespace holdfast {

RunManager::RunManager(GatewayLog &log, const AgentCatalog &catalog, QObject *parent)
    : QObject(parent), m_log(log), m_catalog(catalog)
{}

RunManager::~RunManager() = default;

Result<> RunManager::takeOver()
{
    const auto open = m_log.openRuns();
    if (!open)
        return tl::unexpected(open.error());
    for (const GatewayLog::OpenRun &run : *open) {
        const Agent *agent = m_catalog.find(run.start.agent);
        if (agent && (agent->afterCrash() == Agent::AfterCrash::Resume || run.length == 0))
            start(run.start);
        else
            finishUnstarted(run.start, RunStatus::Interrupted,
                            "the gateway stopped in the middle of this answer");
    }
    return {};
}

void RunManager::start(const logged::RunStarted &run)
{
    auto &queue = m_queues[run.conversation];
    queue.push_back(run);
    if (queue.size() == 1)
        startNext(run.conversation);
}

void RunManager::startNext(const ConversationId &conversation)
{
    const logged::RunStarted run = m_queues.at(conversation).front();
    const Agent *agent = m_catalog.find(run.agent);
    const auto stored = m_log.readText(run.item, 0, std::numeric_limits<std::size_t>::max());
    if (!agent || !stored) {
        finishUnstarted(run, RunStatus::Failed, "this agent is not available any more");
        return onEnded(conversation);
    }
    RunRequest request{turnsBefore(run), stored->size()};
    auto open = std::make_unique<OpenRun>(m_log, run, agent->run(request), *stored);
    connect(open.get(), &OpenRun::textGrew, this, &RunManager::textGrew);
    connect(open.get(), &OpenRun::logGrew, this, &RunManager::logGrew);
    connect(open.get(), &OpenRun::failed, this, &RunManager::failed);
    connect(open.get(), &OpenRun::ended, this, [this, conversation] { onEnded(conversation); });
    qCInfo(lcRun).noquote() << "event=started run=" + QString::fromStdString(run.run.value);
    OpenRun &starting = *open;
    m_running[conversation] = std::move(open);
    starting.begin();
}

void RunManager::onEnded(const ConversationId &conversation)
{
    const auto running = m_running.find(conversation);
    if (running != m_running.end()) {
        running->second.release()->deleteLater(); // its signal is what brought us here
        m_running.erase(running);
    }
    auto &queue = m_queues.at(conversation);
    queue.pop_front();
    if (queue.empty())
        m_queues.erase(conversation);
    else
        startNext(conversation);
}

void RunManager::stop(const ConversationId &conversation)
{
    const auto queue = m_queues.find(conversation);
    if (queue == m_queues.end())
        return; // stopping what has finished is a success without effect (law 8)
    while (queue->second.size() > 1) {
        finishUnstarted(queue->second.back(), RunStatus::Cancelled, "stopped before it began");
        queue->second.pop_back();
    }
    const auto running = m_running.find(conversation);
    if (running != m_running.end())
        running->second->stop();
}

void RunManager::forget(const ConversationId &conversation)
{
    m_running.erase(conversation);
    m_queues.erase(conversation);
}

std::vector<Turn> RunManager::turnsBefore(const logged::RunStarted &run) const
{
    std::vector<Turn> turns;
    const auto items = m_log.items(run.conversation);
    if (!items)
        return turns;
    for (const GatewayLog::StoredItem &item : *items) {
        if (item.id == run.item)
            break;
        auto text = m_log.readText(item.id, 0, std::numeric_limits<std::size_t>::max());
        if (text && !text->empty())
            turns.push_back(
                {item.role == Role::User ? Turn::Speaker::User : Turn::Speaker::Agent, std::move(*text)});
    }
    return turns;
}

void RunManager::finishUnstarted(const logged::RunStarted &run, RunStatus status, const std::string &detail)
{
    const auto text = m_log.readText(run.item, 0, std::numeric_limits<std::size_t>::max());
    PrefixHash hash;
    hash.append(text.value_or(std::string()));
    const std::uint64_t length = text ? text->size() : 0;
    const auto head =
        m_log.append({logged::RunFinished{.conversation = run.conversation,
                                          .run = run.run,
                                          .item = run.item,
                                          .gen = run.gen,
                                          .status = status,
                                          .length = length,
                                          .sha256 = hash.hex(),
                                          .detail = std::string(utf8::cut(detail, limits::detailBytesMax)),
                                          .atMs = MonotonicClock::wallTime().ms}},
                     Durability::Durable);
    if (!head) {
        Q_EMIT failed(head.error());
        return;
    }
    Q_EMIT textGrew({run.item, run.gen, length, gate::TextState::Status::Final});
    Q_EMIT logGrew(*head);
}

} // namespace holdfast
