// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/accountshard.h"

#include "app/link/identity.h"
#include "app/link/logging.h"
#include "app/link/monotonicclock.h"
#include "model/protocol/limits.h"
#include "model/text/utf8.h"

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
    connect(&m_runs, &RunManager::failed, this, &AccountShard::failed);
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
}

void AccountShard::end()
{
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
    m_stage = Stage::Failed;
    Q_EMIT failed(result.error());
    return std::nullopt;
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
    auto read = orFail(m_log->read(a.after, limits::tailBytesPerFrame));
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
    const ItemId message{*known ? newUuid7() : command.id.value};
    const GatewayLog::Effects effects = effectsOf(command, message);
    if (command.name == "delete" && effects.error.empty())
        m_runs.forget(command.conversation); // its texts go with the next transaction
    Result<frame::Result> result = m_log->accept(device, command, effects);
    if (!result || !result->error.empty())
        return result;
    for (const LogBody &event : effects.events) {
        if (const auto *added = std::get_if<logged::MessageAdded>(&event))
            feed(gate::event::TextGrew{{added->item, 0, added->length, gate::TextState::Status::Final}});
    }
    feed(gate::event::Appended{m_log->head()});
    if (command.name == "stop")
        m_runs.stop(command.conversation);
    for (const LogBody &event : effects.events) {
        if (const auto *run = std::get_if<logged::RunStarted>(&event))
            m_runs.start(*run);
    }
    return result;
}

/// What a command does: the only place where a command becomes events.
GatewayLog::Effects AccountShard::effectsOf(const frame::Command &command, const ItemId &message) const
{
    const std::int64_t now = MonotonicClock::wallTime().ms;
    GatewayLog::Effects effects;
    if (command.expiresAtMs != 0 && command.expiresAtMs < now)
        effects.error = "expired";
    else if (const auto refused = m_log->refusal(command.conversation); refused && *refused == "deleted")
        effects.error = command.name == "delete" || command.name == "stop" ? "" : *refused;
    else if (command.name == "delete")
        effects.events.push_back(logged::ConversationDeleted{command.conversation, now});
    else if (command.name == "stop")
        return effects;
    else if (command.name != "send")
        effects.error = "unknown_command";
    else if (command.text.empty())
        effects.error = "empty";
    else if (command.text.size() > limits::messageBytesMax)
        effects.error = "too_large";
    else if (!m_catalog.find(command.agent))
        effects.error = "unknown_agent";
    if (!effects.error.empty() || command.name == "delete" || command.name == "stop")
        return effects;

    if (const auto known = m_log->hasConversation(command.conversation); known && !*known)
        effects.events.push_back(
            logged::ConversationCreated{command.conversation, command.agent,
                                        std::string(utf8::cut(command.title, limits::titleBytesMax)), now});
    PrefixHash hash;
    hash.append(command.text);
    effects.events.push_back(
        logged::MessageAdded{command.conversation, message, command.text.size(), hash.hex(), now});
    effects.texts.push_back({message, command.text});
    effects.events.push_back(
        logged::RunStarted{command.conversation, {newUuid7()}, {newUuid7()}, command.agent, 0, now});
    return effects;
}

void AccountShard::perform(const gate::action::Noted &a)
{
    qCDebug(lcSession) << "link" << static_cast<unsigned>(a.link) << "note" << toString(a.note);
}

} // namespace holdfast
