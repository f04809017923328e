// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/link/websocketlink.h"
#include "model/items/changeset.h"
#include "model/session/clientsession.h"
#include "model/store/replica.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <map>
#include <memory>

namespace holdfast {

/// The body of a ClientSession: gives it sockets, a store and the time, and does what it says. It decides
/// nothing itself; whether, when and from where to reconnect is the session's. Thread: the one that made it.
class ReconnectionController : public QObject
{
    Q_OBJECT
public:
    ReconnectionController(std::unique_ptr<Replica> replica, ClientSession::Restored restored,
                           ClientSession::Options options, QObject *parent = nullptr);
    ~ReconnectionController() override;

    /// Where to dial; connects. A link to another endpoint is dropped.
    void setEndpoint(const Endpoint &endpoint);
    /// Writes the command down durably, and sends it when there is a link.
    void give(const frame::Command &command);
    /// Gives these parked messages again, in the order in which they were written.
    void giveAgain(const std::set<CommandId> &ids);
    /// Takes a command back, or deletes a parked one.
    void withdraw(const CommandId &id);
    /// answered() follows, when there is a link. \param question  with an id that was not used before.
    void ask(const Question &question);
    /// What the user looks at comes first where the line is slow; nothing when it is empty.
    void focus(const ConversationId &conversation);
    void retryNow();
    /// The machine woke up, or its networks changed: now is the time to try, and to doubt what seems to work.
    void networkChanged();
    /// Cuts the link and dials no more until goOnline().
    void goOffline();
    void goOnline();

    const ConnectionStatus &status() const { return m_session.status(); }

Q_SIGNALS:
    void statusChanged(const holdfast::ConnectionStatus &status);
    /// These changes are on disk.
    void committed(const std::vector<holdfast::Change> &changes, const holdfast::ChangeSet &touched);
    /// A replay is through.
    void resumed(quint64 events, quint64 bytes);
    void answered(const holdfast::frame::Response &response);
    /// This command was not taken, and nothing of it is kept.
    void refused(const holdfast::action::RefuseCommand &refusal);
    void noted(holdfast::Note note);
    /// The store cannot go on; nothing is sent or received any more.
    void failed(const holdfast::Error &error);

private:
    void feed(Event event);
    void readClock();
    void perform(const action::OpenLink &a);
    void perform(const action::AbortLink &a);
    void perform(const action::SendFrame &a);
    void perform(const action::Commit &a);
    void perform(const action::ReportStatus &a);
    void perform(const action::ReportResumed &a);
    void perform(const action::Answered &a);
    void perform(const action::RefuseCommand &a) { Q_EMIT refused(a); }
    void perform(const action::Noted &a);
    void fail(const Error &error);
    void onMessage(LinkId id, const QByteArray &message);
    void dropLink(LinkId id);
    void armTimer(const std::optional<Wake> &wake);

    std::unique_ptr<Replica> m_replica;
    ClientSession m_session;
    std::optional<Endpoint> m_endpoint;
    std::map<LinkId, std::unique_ptr<WebSocketLink>> m_links;
    std::deque<Event> m_events;
    QTimer m_timer;
    std::optional<std::chrono::milliseconds> m_wallAhead; ///< as the session was told
    enum class Feeding { No, Yes } m_feeding{Feeding::No};
    enum class Store { Working, Failed } m_store{Store::Working};
};

} // namespace holdfast
