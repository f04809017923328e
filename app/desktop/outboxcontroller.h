// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/link/sessionthread.h"
#include "model/store/historyreader.h"
#include "ui/transcript/messageactions.h"

#include <QObject>

#include <map>
#include <optional>
#include <set>

namespace holdfast {

class MainWindow;

/// What the user decides about messages that the gateway has not accepted: sent again, edited, deleted; and
/// the one question about those that are out of date.
class OutboxController : public QObject
{
    Q_OBJECT
public:
    OutboxController(SessionThread &session, MainWindow &window);

    /// After the outbox has changed, and at the start.
    void refresh(const HistoryReader &reader);
    /// A message was not taken: it goes back to where it was written.
    void giveBack(const action::RefuseCommand &refusal);
    /// Takes a message back, into the composer.
    void edit(const CommandId &id, const QString &text);

Q_SIGNALS:
    /// The user wants to see this conversation.
    void conversationWanted(const holdfast::ConversationId &id);

private:
    void act(MessageAction action, const CommandId &id, const QString &text);
    void sendAll();
    void review();
    void discard();
    void finishEditing(const HistoryReader &reader);

    struct Editing {
        CommandId id;
        QString text;
    };
    SessionThread &m_session;
    MainWindow &m_window;
    std::map<CommandId, ConversationId> m_asking; ///< out of date, and the user has not said what to do
    std::set<CommandId> m_reviewed;               ///< the banner has done its work for these
    std::optional<Editing> m_editing;             ///< goes into the composer when it is taken back
};

} // namespace holdfast
