// SPDX-License-Identifier: Apache-2.0
#include "app/link/reconnectioncontroller.h"

#include "app/link/identity.h"
#include "app/link/logging.h"
#include "app/link/monotonicclock.h"
#include "model/protocol/codec.h"
#include "model/protocol/limits.h"
#include "model/session/givenagain.h"

#include <QRandomGenerator>

namespace holdfast {

namespace {
/// Less is a clock that is being corrected.
constexpr auto clockJump = std::chrono::seconds(1);

ClientSession::Options seeded(ClientSession::Options options)
{
    options.seed = QRandomGenerator::system()->generate64();
    return options;
}
} // namespace

ReconnectionController::ReconnectionController(std::unique_ptr<Replica> replica,
                                               ClientSession::Restored restored,
                                               ClientSession::Options options, QObject *parent)
    : QObject(parent), m_replica(std::move(replica)), m_session(std::move(restored), seeded(options))
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] { feed(event::TimeCame{}); });
}

ReconnectionController::~ReconnectionController() = default;

void ReconnectionController::setEndpoint(const Endpoint &endpoint)
{
    m_endpoint = endpoint;
    feed(event::GoOffline{Cause::None});
    feed(event::GoOnline{});
}

void ReconnectionController::give(const frame::Command &command) { feed(event::CommandGiven{command}); }
void ReconnectionController::giveAgain(const std::set<CommandId> &ids)
{
    const Result<std::vector<OutboxEntry>> outbox = m_replica->outbox();
    if (!outbox)
        return fail(outbox.error());
    for (const OutboxEntry &each : *outbox) {
        if (each.state == CommandState::Parked && ids.contains(each.command.id))
            feed(givenAgain(each.command, each.error, {newUuid7()}, MonotonicClock::wallTime()));
    }
}

void ReconnectionController::withdraw(const CommandId &id) { feed(event::CommandWithdrawn{id}); }
void ReconnectionController::ask(const Question &question) { feed(event::Asked{question}); }
void ReconnectionController::focus(const ConversationId &id) { feed(event::FocusChanged{id}); }
void ReconnectionController::retryNow() { feed(event::RetryNow{}); }
void ReconnectionController::networkChanged() { feed(event::NetworkChanged{}); }
void ReconnectionController::goOffline() { feed(event::GoOffline{Cause::Simulated}); }

void ReconnectionController::goOnline()
{
    if (m_endpoint)
        feed(event::GoOnline{});
}

/// Events wait in a row, so that what an action brings about is never handled in the middle of another step.
void ReconnectionController::feed(Event event)
{
    m_events.push_back(std::move(event));
    if (m_feeding == Feeding::Yes)
        return;
    m_feeding = Feeding::Yes;
    readClock();
    std::optional<Wake> wake;
    while (!m_events.empty() && m_store == Store::Working) {
        const Event next = std::move(m_events.front());
        m_events.pop_front();
        const ClientSession::Step step = m_session.on(next, MonotonicClock::now());
        for (const Action &each : step.actions)
            std::visit([this](const auto &a) { perform(a); }, each);
        wake = step.wake;
    }
    m_feeding = Feeding::No;
    armTimer(wake);
}

/// The wall clock is told when it does not show what the session must think it shows: at the start, after
/// sleep, and when somebody sets it.
void ReconnectionController::readClock()
{
    const auto ahead = MonotonicClock::wallAhead();
    if (m_wallAhead && std::chrono::abs(ahead - *m_wallAhead) < clockJump)
        return;
    m_wallAhead = ahead;
    m_events.push_front(event::ClockRead{MonotonicClock::wallTime()});
}

void ReconnectionController::armTimer(const std::optional<Wake> &wake)
{
    if (!wake || m_store == Store::Failed)
        return m_timer.stop();
    const Duration delay = std::max(wake->at - MonotonicClock::now(), Duration::zero());
    m_timer.start(std::chrono::ceil<std::chrono::milliseconds>(delay));
}

void ReconnectionController::perform(const action::OpenLink &a)
{
    if (!m_endpoint)
        return;
    auto link = std::make_unique<WebSocketLink>(a.link, *m_endpoint);
    const LinkId id = a.link;
    connect(link.get(), &WebSocketLink::opened, this, [this, id] {
        feed(event::LinkOpened{id, m_links.at(id)->expectedProof()});
    });
    connect(link.get(), &WebSocketLink::received, this,
            [this, id](const QByteArray &message) { onMessage(id, message); });
    connect(
        link.get(), &WebSocketLink::lost, this,
        [this, id](Cause cause, const QString &detail, int retryAfterMs) {
            qCInfo(lcLink) << "link lost" << static_cast<int>(id) << detail;
            dropLink(id);
            feed(event::LinkLost{id, cause, detail.toStdString(), std::chrono::milliseconds(retryAfterMs)});
        });
    WebSocketLink &opening = *link;
    m_links.emplace(id, std::move(link));
    opening.open(a.resume);
}

void ReconnectionController::perform(const action::AbortLink &a)
{
    const auto found = m_links.find(a.link);
    if (found != m_links.end())
        found->second->abort();
    dropLink(a.link);
}

/// The link may be the one whose signal is being handled, so it is deleted when that is over.
void ReconnectionController::dropLink(LinkId id)
{
    const auto found = m_links.find(id);
    if (found == m_links.end())
        return;
    found->second->disconnect(this);
    found->second.release()->deleteLater();
    m_links.erase(found);
}

void ReconnectionController::perform(const action::SendFrame &a)
{
    const auto found = m_links.find(a.link);
    if (found != m_links.end())
        found->second->send(a.frame);
}

void ReconnectionController::perform(const action::Commit &a)
{
    if (m_store == Store::Failed)
        return;
    const Result<std::set<ConversationId>> touched = m_replica->perform(a.changes, a.durability);
    if (!touched)
        return fail(touched.error());
    ChangeSet changes = changesOf(a.changes);
    changes.conversations.insert(touched->begin(), touched->end());
    Q_EMIT committed(a.changes, changes);
    feed(event::Committed{a.id});
}

void ReconnectionController::fail(const Error &error)
{
    qCWarning(lcStore) << "the store failed" << error.detail.c_str();
    m_store = Store::Failed;
    while (!m_links.empty())
        perform(action::AbortLink{m_links.begin()->first});
    Q_EMIT failed(error);
}

void ReconnectionController::perform(const action::ReportStatus &a)
{
    qCInfo(lcSession) << "state" << static_cast<int>(a.status.state) << "cause"
                      << static_cast<int>(a.status.cause) << "attempts" << a.status.attempts;
    Q_EMIT statusChanged(a.status);
}

void ReconnectionController::perform(const action::ReportResumed &a) { Q_EMIT resumed(a.events, a.bytes); }

void ReconnectionController::perform(const action::Answered &a) { Q_EMIT answered(a.response); }

void ReconnectionController::perform(const action::Noted &a)
{
    qCDebug(lcSession) << "note" << toString(a.note);
    Q_EMIT noted(a.note);
}

void ReconnectionController::onMessage(LinkId id, const QByteArray &message)
{
    const std::string_view bytes(message.constData(), static_cast<std::size_t>(message.size()));
    Result<Frame> frame = codec::decode(bytes, limits::frameBytesToClientMax);
    if (frame)
        feed(event::FrameReceived{id, std::move(*frame)});
    else
        feed(event::FrameUnreadable{id, frame.error()});
}

} // namespace holdfast
