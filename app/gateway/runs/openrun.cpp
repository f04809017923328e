// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/runs/openrun.h"

#include "app/link/logging.h"
#include "app/link/monotonicclock.h"
#include "model/protocol/limits.h"
#include "model/text/utf8.h"

#include <utility>

namespace holdfast {

namespace {
/// Text waits this long for more, so that a fast agent costs few transactions; well below the merge window.
constexpr std::chrono::milliseconds batchWindow(15);
constexpr std::size_t batchBytesMax = 64 * 1024;
} // namespace

OpenRun::OpenRun(GatewayLog &log, logged::RunStarted start, std::unique_ptr<AgentRun> agent,
                 const std::string &stored)
    : m_log(log),
      m_start(std::move(start)),
      m_agent(std::move(agent)),
      m_length(stored.size()),
      m_checkpointAt(stored.size())
{
    m_hash.append(stored);
    m_batch.setSingleShot(true);
    m_batch.setInterval(batchWindow);
    m_checkpoint.setInterval(limits::checkpointEvery);
    connect(&m_batch, &QTimer::timeout, this, [this] { store(Amount::WholeCharacters); });
    connect(&m_checkpoint, &QTimer::timeout, this, &OpenRun::checkpoint);
    if (!m_agent)
        return;
    connect(m_agent.get(), &AgentRun::textProduced, this, &OpenRun::onText);
    connect(m_agent.get(), &AgentRun::finished, this, &OpenRun::agentEnded);
    connect(m_agent.get(), &AgentRun::stateChanged, this, &OpenRun::onState);
}

OpenRun::~OpenRun() = default;

void OpenRun::begin()
{
    m_checkpoint.start();
    m_agent->start();
}

void OpenRun::onState(const QString &key, const QByteArray &json)
{
    if (static_cast<std::size_t>(json.size()) > limits::stateBytesMax) {
        qCWarning(lcRun).noquote() << "cause=state-too-large key=" + key;
        return;
    }
    m_states.push_back(logged::StateSnapshot{m_start.conversation, key.toStdString(), json.toStdString(),
                                             MonotonicClock::wallTime().ms});
}

void OpenRun::onText(const QByteArray &bytes)
{
    m_waiting.append(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    if (m_waiting.size() >= batchBytesMax)
        store(Amount::WholeCharacters);
    else if (!m_batch.isActive())
        m_batch.start();
}

/// \returns false when the store refused, and failed() was emitted.
bool OpenRun::store(Amount amount)
{
    if (m_stage == Stage::Over)
        return false;
    const std::size_t held = amount == Amount::Everything ? 0 : utf8::incompleteTail(m_waiting);
    const std::string text = m_waiting.substr(0, m_waiting.size() - held);
    if (text.empty())
        return true;
    const Result<std::uint64_t> length = m_log.appendText(m_start.item, m_length, text);
    if (!length) {
        m_stage = Stage::Over;
        Q_EMIT failed(length.error());
        return false;
    }
    m_waiting.erase(0, text.size());
    m_hash.append(text);
    m_length = *length;
    Q_EMIT textGrew({m_start.item, m_start.gen, m_length, gate::TextState::Status::Growing});
    if (m_length - m_checkpointAt >= limits::checkpointBytes)
        checkpoint();
    return true;
}

void OpenRun::checkpoint()
{
    if (m_stage == Stage::Over || m_length == m_checkpointAt)
        return;
    m_checkpointAt = m_length;
    append({logged::Checkpoint{m_start.item, m_start.gen, m_length, m_hash.hex()}}, Durability::Usual);
}

bool OpenRun::append(const std::vector<LogBody> &events, Durability durability)
{
    const Result<std::uint64_t> head = m_log.append(events, durability);
    if (!head) {
        m_stage = Stage::Over;
        Q_EMIT failed(head.error());
        return false;
    }
    Q_EMIT logGrew(*head);
    return true;
}

void OpenRun::leave()
{
    store(Amount::WholeCharacters);
    drop();
}

void OpenRun::drop()
{
    m_checkpoint.stop();
    m_batch.stop();
    m_stage = Stage::Over;
}

void OpenRun::finish(RunStatus status, const std::string &detail)
{
    m_checkpoint.stop();
    m_batch.stop();
    const bool isBroken = !utf8::isValid(m_waiting);
    if (isBroken) {
        qCWarning(lcRun) << "agent produced invalid UTF-8" << m_start.run.value.c_str();
        m_waiting.resize(m_waiting.size() - utf8::incompleteTail(m_waiting));
        if (!utf8::isValid(m_waiting))
            m_waiting.clear();
    }
    if (!store(Amount::Everything))
        return;
    const RunStatus told = isBroken && status == RunStatus::Completed ? RunStatus::Failed : status;
    std::vector<LogBody> events = std::move(m_states);
    events.push_back(logged::RunFinished{.conversation = m_start.conversation,
                                         .run = m_start.run,
                                         .item = m_start.item,
                                         .gen = m_start.gen,
                                         .status = told,
                                         .length = m_length,
                                         .sha256 = m_hash.hex(),
                                         .detail = std::string(utf8::cut(detail, limits::detailBytesMax)),
                                         .atMs = MonotonicClock::wallTime().ms});
    if (!append(events, Durability::Durable))
        return;
    m_stage = Stage::Over;
    Q_EMIT textGrew({m_start.item, m_start.gen, m_length, gate::TextState::Status::Final});
}

} // namespace holdfast
