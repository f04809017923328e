// SPDX-License-Identifier: Apache-2.0
#include "app/link/sessionthread.h"

#include "app/link/identity.h"
#include "app/link/mailbox.h"
#include "app/link/monotonicclock.h"
#include "app/link/reconnectioncontroller.h"
#include "model/protocol/codec.h"

#include <QThread>

#include <semaphore>

namespace holdfast {

namespace {

/// What the interface thread orders.
struct SetEndpoint {
    Endpoint endpoint;
};
struct Give {
    frame::Command command;
};
struct GiveAgain {
    std::set<CommandId> ids;
};
struct Withdraw {
    CommandId id;
};
struct Focus {
    ConversationId conversation;
};
struct Retry {};
struct LookAround {};
struct Simulate {
    SessionThread::Simulation simulation;
};
using Order = std::variant<SetEndpoint, Give, GiveAgain, Withdraw, Focus, Retry, LookAround, Simulate>;
using Report = std::variant<ChangeSet, ConnectionStatus, action::RefuseCommand, change::Settle, Error>;

frame::Command commandOf(const char *name, const std::string &id, const ConversationId &conversation)
{
    frame::Command command;
    command.id = {id};
    command.name = name;
    command.conversation = conversation;
    command.writtenAtMs = MonotonicClock::wallTime().ms;
    return command;
}

} // namespace

/// Lives on the session thread; only the mailboxes are touched by both sides.
class SessionThread::Body : public QObject
{
public:
    Body(SessionThread &door, std::filesystem::path dataDir, const ClientSession::Options &options)
        : m_door(door), m_dataDir(std::move(dataDir)), m_options(options)
    {
        m_thread.setObjectName(QStringLiteral("session"));
        moveToThread(&m_thread);
    }
    /// Thread: interface.
    void startThread()
    {
        m_thread.start();
        QMetaObject::invokeMethod(this, &Body::open, Qt::QueuedConnection);
    }
    void endThread()
    {
        if (!m_thread.isRunning())
            return;
        QMetaObject::invokeMethod(this, &Body::closeAndQuit, Qt::QueuedConnection);
        m_closed.acquire();
        m_thread.wait();
    }
    void order(Order order)
    {
        if (m_orders.put(std::move(order)) == Mailbox<Order>::Put::WasEmpty)
            QMetaObject::invokeMethod(this, &Body::handleOrders, Qt::QueuedConnection);
    }
    std::vector<Report> takeReports() { return m_reports.take(); }
    ConnectionStatus lastStatus; ///< interface thread's copy

private:
    void open();
    void closeAndQuit()
    {
        handleOrders();
        m_controller.reset();
        m_thread.quit();
        m_closed.release();
    }
    void handleOrders();
    void report(Report report)
    {
        if (m_reports.put(std::move(report)) == Mailbox<Report>::Put::WasEmpty)
            QMetaObject::invokeMethod(&m_door, &SessionThread::newsArrived, Qt::QueuedConnection);
    }

    void reportRefusals(const std::vector<Change> &changes)
    {
        for (const Change &each : changes) {
            const auto *settled = std::get_if<change::Settle>(&each);
            if (settled && !settled->error.empty())
                report(*settled);
        }
    }

    void carryOut(const SetEndpoint &o) { m_controller->setEndpoint(o.endpoint); }
    void carryOut(const Give &o) { m_controller->give(o.command); }
    void carryOut(const GiveAgain &o) { m_controller->giveAgain(o.ids); }
    void carryOut(const Withdraw &o) { m_controller->withdraw(o.id); }
    void carryOut(const Focus &o) { m_controller->focus(o.conversation); }
    void carryOut(const Retry &) { m_controller->retryNow(); }
    void carryOut(const LookAround &) { m_controller->networkChanged(); }
    void carryOut(const Simulate &o)
    {
        if (o.simulation == Simulation::Offline)
            m_controller->goOffline();
        else
            m_controller->goOnline();
    }

    SessionThread &m_door;
    std::filesystem::path m_dataDir;
    ClientSession::Options m_options;
    QThread m_thread;
    Mailbox<Order> m_orders;
    Mailbox<Report> m_reports;
    std::unique_ptr<ReconnectionController> m_controller;
    /// Hands all of this back, also where nobody sees into QThread::wait().
    std::binary_semaphore m_closed{0};
};

void SessionThread::Body::open()
{
    auto replica = Replica::open({m_dataDir, &MonotonicClock::wallTime, &newHex128});
    if (!replica)
        return report(replica.error());
    auto restored = (*replica)->restore();
    if (!restored)
        return report(restored.error());
    m_controller =
        std::make_unique<ReconnectionController>(std::move(*replica), std::move(*restored), m_options);
    connect(m_controller.get(), &ReconnectionController::statusChanged, this,
            [this](const ConnectionStatus &status) { report(status); });
    connect(m_controller.get(), &ReconnectionController::committed, this,
            [this](const std::vector<Change> &changes, const ChangeSet &touched) {
                reportRefusals(changes);
                report(touched);
            });
    connect(m_controller.get(), &ReconnectionController::refused, this,
            [this](const action::RefuseCommand &refusal) { report(refusal); });
    connect(m_controller.get(), &ReconnectionController::failed, this,
            [this](const Error &error) { report(error); });
    report(ChangeSet{});
    handleOrders();
}

void SessionThread::Body::handleOrders()
{
    if (!m_controller)
        return; // they wait for open()
    for (const Order &each : m_orders.take())
        std::visit([this](const auto &o) { carryOut(o); }, each);
}

SessionThread::SessionThread(std::filesystem::path dataDir, const ClientSession::Options &options,
                             QObject *parent)
    : QObject(parent), m_body(std::make_unique<Body>(*this, std::move(dataDir), options))
{}

SessionThread::~SessionThread() { m_body->endThread(); }

void SessionThread::start() { m_body->startThread(); }
void SessionThread::setEndpoint(const Endpoint &endpoint) { m_body->order(SetEndpoint{endpoint}); }
void SessionThread::withdraw(const CommandId &command) { m_body->order(Withdraw{command}); }
void SessionThread::sendAgain(const std::set<CommandId> &commands) { m_body->order(GiveAgain{commands}); }
void SessionThread::focus(const ConversationId &id) { m_body->order(Focus{id}); }
void SessionThread::retryNow() { m_body->order(Retry{}); }
void SessionThread::networkChanged() { m_body->order(LookAround{}); }
void SessionThread::simulate(Simulation simulation) { m_body->order(Simulate{simulation}); }

Result<> SessionThread::send(const Draft &draft)
{
    frame::Command command = commandOf("send", draft.id.value, draft.conversation);
    command.agent = draft.agent;
    command.title = draft.title;
    command.text = draft.text;
    const Result<> checked = codec::check(command);
    if (checked)
        m_body->order(Give{command});
    return checked;
}

void SessionThread::stopAnswer(const ConversationId &conversation, const ItemId &message)
{
    frame::Command command = commandOf("stop", newUuid7(), conversation);
    command.target = message;
    m_body->order(Give{command});
}

/// Its name is made of the answer's, so that a second one is known to be the same (law 6).
CommandId SessionThread::continueAnswer(const ItemRow &answer)
{
    frame::Command command = commandOf("continue", "continue:" + answer.id.value, answer.conversation);
    command.agent = answer.agent;
    command.target = answer.id;
    m_body->order(Give{command});
    return command.id;
}

SessionThread::News SessionThread::takeNews()
{
    News news;
    for (const Report &each : m_body->takeReports()) {
        if (const auto *changes = std::get_if<ChangeSet>(&each))
            news.changes.merge(*changes);
        else if (const auto *status = std::get_if<ConnectionStatus>(&each))
            m_body->lastStatus = *status;
        else if (const auto *refusal = std::get_if<action::RefuseCommand>(&each))
            news.refused.push_back(*refusal);
        else if (const auto *settled = std::get_if<change::Settle>(&each))
            news.notAccepted.push_back(*settled);
        else if (const auto *error = std::get_if<Error>(&each))
            news.fatal = *error;
    }
    news.status = m_body->lastStatus;
    return news;
}

std::string SessionThread::newId() { return newUuid7(); }

} // namespace holdfast
