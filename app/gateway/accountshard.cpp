// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/accountshard.h"

#include "app/link/identity.h"
#include "app/link/logging.h"
#include "app/link/monotonicclock.h"
#include "model/protocol/limits.h"

#include <utility>

namespace holdfast {

namespace {
constexpr auto compactionEvery = std::chrono::hours(1);
constexpr auto compactionPause = std::chrono::seconds(1); ///< between two batches
} // namespace

AccountShard::AccountShard(std::unique_ptr<GatewayLog> log, AgentCatalog &catalog, Dedupe dedupe,
                           QObject *parent)
    : QObject(parent),
      m_log(std::move(log)),
      m_catalog(catalog),
      m_dedupe(dedupe),
      m_runs(*m_log, catalog),
      m_session({m_log->epoch(), newHex128(), m_log->head(), m_log->floor()})
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] { feed(gate::event::TimeCame{}); });
    connect(&m_runs, &RunManager::textGrew, this,
            [this](const gate::TextState &text) { feed(gate::event::TextGrew{text}); });
    connect(&m_runs, &RunManager::logGrew, this, [this](quint64 head) { feed(gate::event::Appended{head}); });
    connect(&m_runs, &RunManager::failed, this, &AccountShard::fail);
    connect(&m_runs, &RunManager::becameIdle, this, &AccountShard::closeWhenIdle);
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, &m_runs, &RunManager::abandon);
    connect(&m_catalog, &AgentCatalog::changed, this,
            [this] { feed(gate::event::AgentsChanged{m_catalog.agents()}); });
    feed(gate::event::AgentsChanged{m_catalog.agents()});
}

AccountShard::~AccountShard() = default;

Result<> AccountShard::begin()
{
    connect(&m_compaction, &QTimer::timeout, this, &AccountShard::compact);
    m_compaction.start(compactionPause);
    return m_runs.takeOver();
}

/// What only time takes from the log, in batches small enough that nobody waits for one.
void AccountShard::compact()
{
    const auto compacted = orFail(m_log->compact(MonotonicClock::wallTime().ms));
    if (!compacted)
        return m_compaction.stop();
    m_compaction.start(*compacted == GatewayLog::Compacted::InPart ? compactionPause : compactionEvery);
    feed(gate::event::FloorRose{m_log->floor()});
}

void AccountShard::take(std::unique_ptr<ClientConnection> connection)
{
    const LinkId id = connection->id();
    ClientConnection &client = *connection;
    connect(&client, &ClientConnection::greeted, this,
            [this, id](const ResumeRequest &resume) { greet(id, resume); });
    connect(&client, &ClientConnection::received, this, [this, id](const Frame &f) {
        feed(gate::event::FrameReceived{id, f});
    });
    connect(&client, &ClientConnection::unreadable, this, [this, id](const Error &e) {
        feed(gate::event::FrameUnreadable{id, e});
    });
    connect(&client, &ClientConnection::full, this, [this, id] { feed(gate::event::LinkFull{id}); });
    connect(&client, &ClientConnection::writable, this, [this, id] { feed(gate::event::LinkWritable{id}); });
    connect(&client, &ClientConnection::lost, this, [this, id] { forget(id); });
    m_connections.emplace(id, std::move(connection));
    Q_EMIT connectionsChanged();
    client.begin();
}

void AccountShard::greet(LinkId id, const ResumeRequest &resume)
{
    gate::event::LinkOpened opened{.link = id,
                                   .resume = resume,
                                   .ackedCommand = orFail(m_log->ackedCommand(resume.device)).value_or(0),
                                   .lineage = orFail(m_log->lineageAt(resume.cursor.seq)).value_or(""),
                                   .texts = {},
                                   .serverTimeMs = MonotonicClock::wallTime().ms,
                                   .proof = m_connections.at(id)->proof()};
    for (const TailPosition &held : resume.tails) {
        if (auto state = orFail(m_log->textState(held.item)))
            opened.texts.push_back(*state);
    }
    opened.missedBytes = missedBytes(resume, opened.texts);
    feed(std::move(opened));
}

std::uint64_t AccountShard::missedBytes(const ResumeRequest &resume,
                                        const std::vector<gate::TextState> &texts)
{
    const std::uint64_t after = resume.cursor.epoch == m_log->epoch() ? resume.cursor.seq : 0;
    std::uint64_t bytes = orFail(m_log->missedBytes(after, resume.budget)).value_or(0);
    for (const gate::TextState &text : texts) {
        const auto held = std::ranges::find(resume.tails, text.item, &TailPosition::item);
        bytes += text.length - std::min(text.length, held->offset);
    }
    return bytes;
}

void AccountShard::forget(LinkId id)
{
    const auto found = m_connections.find(id);
    if (found == m_connections.end())
        return;
    found->second.release()->deleteLater(); // its signal is what brought us here
    m_connections.erase(found);
    feed(gate::event::LinkLost{id});
    Q_EMIT connectionsChanged();
    if (m_draining == Draining::Closing && m_connections.empty())
        Q_EMIT drained();
}

void AccountShard::drain(std::chrono::milliseconds deadline)
{
    if (m_draining != Draining::No)
        return;
    m_draining = Draining::Working;
    feed(gate::event::DrainBegun{deadline});
    m_deadline.start(deadline);
    m_runs.drain();
    closeWhenIdle();
}

void AccountShard::closeWhenIdle()
{
    if (m_draining != Draining::Working || !m_runs.isIdle())
        return;
    m_draining = Draining::Closing;
    feed(gate::event::DrainReady{});
    if (m_connections.empty())
        Q_EMIT drained();
}

void AccountShard::end()
{
    if (m_stage != Stage::Failed)
        m_runs.abandon();
    m_stage = Stage::Failed; // nothing more is said or stored
    m_compaction.stop();
    while (!m_connections.empty())
        m_connections.begin()->second->close(CloseCode::Draining,
                                             QStringLiteral("the gateway is going away"));
    if (const auto closed = m_log->closeCleanly(); !closed)
        qCWarning(lcStore) << "close failed" << closed.error().detail.c_str();
}

/// Events wait in a row, so that what an action brings about is never handled in the middle of another step.
void AccountShard::feed(gate::Event event)
{
    m_events.push_back(std::move(event));
    if (m_stage != Stage::Idle)
        return;
    m_stage = Stage::Feeding;
    std::optional<Wake> wake;
    while (!m_events.empty() && m_stage == Stage::Feeding) {
        const gate::Event next = std::move(m_events.front());
        m_events.pop_front();
        const GatewaySession::Step step = m_session.on(next, MonotonicClock::now());
        for (const gate::Action &each : step.actions)
            std::visit([this](const auto &a) { perform(a); }, each);
        wake = step.wake;
    }
    if (m_stage == Stage::Feeding)
        m_stage = Stage::Idle;
    armTimer(wake);
}

void AccountShard::armTimer(const std::optional<Wake> &wake)
{
    if (!wake || m_stage == Stage::Failed)
        return m_timer.stop();
    const Duration delay = std::max(wake->at - MonotonicClock::now(), Duration::zero());
    m_timer.start(std::chrono::ceil<std::chrono::milliseconds>(delay));
}

template<class T>
std::optional<T> AccountShard::orFail(Result<T> result)
{
    if (result)
        return std::move(*result);
    fail(result.error());
    return std::nullopt;
}

/// Said once: whatever fails afterwards fails for the same reason.
void AccountShard::fail(const Error &error)
{
    if (std::exchange(m_stage, Stage::Failed) != Stage::Failed)
        Q_EMIT failed(error);
}

void AccountShard::perform(const gate::action::Send &a)
{
    const auto found = m_connections.find(a.link);
    if (found != m_connections.end())
        found->second->send(a.frame);
}

void AccountShard::perform(const gate::action::CloseLink &a)
{
    const auto found = m_connections.find(a.link);
    if (found != m_connections.end())
        found->second->close(a.code, QString::fromStdString(a.reason));
}

void AccountShard::perform(const gate::action::ReadLog &a)
{
    auto read = orFail(m_log->read(a.after, GatewayLog::pageBytes));
    if (!read)
        return;
    read->link = a.link;
    feed(std::move(*read));
}

void AccountShard::perform(const gate::action::ReadText &a)
{
    auto text = orFail(m_log->readText(a.position.item, a.position.offset, limits::tailBytesPerFrame));
    if (text)
        feed(gate::event::TextRead{a.link, a.position, std::move(*text)});
}

void AccountShard::perform(const gate::action::LookUp &a)
{
    const auto state = orFail(m_log->textState(a.position.item));
    if (state)
        feed(gate::event::TextFound{a.link, a.position, *state});
}

void AccountShard::perform(const gate::action::Ask &a)
{
    auto response = orFail(std::visit([this](const auto &f) { return m_log->answer(f); }, a.question));
    if (response)
        feed(gate::event::Answered{a.link, std::move(*response)});
}

void AccountShard::perform(const gate::action::Accept &a)
{
    const auto result = orFail(accept(a.device, a.command));
    if (result)
        feed(gate::event::CommandSettled{a.link, *result});
}

Result<frame::Result> AccountShard::accept(const DeviceId &device, const frame::Command &command)
{
    const auto known = m_log->answered(device, command);
    if (!known)
        return tl::unexpected(known.error());
    if (*known && m_dedupe == Dedupe::On)
        return **known;
    Result<gate::CommandContext> context = m_log->contextOf(command);
    if (!context)
        return tl::unexpected(context.error());
    context->nowMs = MonotonicClock::wallTime().ms;
    if (m_catalog.find(command.agent))
        context->agent = gate::CommandContext::Agent::Known;
    context->message = {*known ? newUuid7() : command.id.value};
    context->run = {newUuid7()};
    context->answer = {newUuid7()};
    const gate::Effects effects = gate::effectsOf(command, *context);
    Result<frame::Result> result = m_log->accept(device, command, effects);
    if (result && result->error.empty())
        follow(effects);
    return result;
}

/// What is stored is told, and carried out.
void AccountShard::follow(const gate::Effects &effects)
{
    for (const LogBody &event : effects.events) {
        if (const auto *added = std::get_if<logged::MessageAdded>(&event))
            feed(gate::event::TextGrew{{added->item, 0, added->length, gate::TextState::Status::Final}});
    }
    if (!effects.events.empty())
        feed(gate::event::Appended{m_log->head()});
    if (effects.stop)
        m_runs.stop(effects.stop->conversation, effects.stop->message);
    if (effects.forget)
        m_runs.forget(*effects.forget);
    if (effects.start)
        m_runs.start(*effects.start);
}

void AccountShard::perform(const gate::action::Noted &a)
{
    qCDebug(lcSession) << "link" << static_cast<unsigned>(a.link) << "note" << toString(a.note);
}

} // namespace holdfast
