// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/clioptions.h"
#include "app/cli/exitcode.h"
#include "app/link/reconnectioncontroller.h"
#include "model/store/historyreader.h"

#include <QObject>

#include <map>
#include <memory>
#include <set>

namespace holdfast {

/// Prints what happens on a session, and knows when everything asked for is done: every command answered,
/// every answer ended. Thread: main.
class Follower : public QObject
{
    Q_OBJECT
public:
    /// Whose answers are printed and decide about the exit code: those to messages from here (Own), or all
    /// of the account that are new here.
    enum class Scope { Own, All };
    /// \param restored  what was open when the program started.
    Follower(ReconnectionController &session, std::unique_ptr<HistoryReader> reader,
             const ClientSession::Restored &restored, CliOptions::Output output, CliOptions::Ending ending,
             Scope scope);

    /// Says `word` once everything asked for is done, perhaps at once.
    void sayWhenIdle(const QString &word);
    /// Whatever it was told before: it ends when everything asked for is done.
    void endWhenDone();
    void setEnding(CliOptions::Ending ending) { m_ending = ending; }
    /// True when a message was not taken.
    bool hasRefused() const { return m_outcome == Outcome::Refused; }

Q_SIGNALS:
    /// Nothing is left to wait for, or waiting makes no sense any more.
    void finished(holdfast::ExitCode code);

private:
    void onStatus(const ConnectionStatus &status);
    void onCommitted(const std::vector<Change> &changes);
    void onGiven(const frame::Command &command);
    void onEvent(const LogEvent &event);
    void onFinished(const ItemId &item);
    void onTail(const change::WriteTail &tail);
    void onSettled(const change::Settle &settled);
    void onWithdrawn(const CommandId &id);
    void onRefused(const action::RefuseCommand &refusal);
    void tellOutbox(const OutboxStatus &status);
    void finish(ExitCode code);
    bool isDone() const;
    void finishWhenDone();

    std::unique_ptr<HistoryReader> m_reader;
    CliOptions::Output m_output;
    CliOptions::Ending m_ending;
    Scope m_scope;
    std::map<ItemId, ConversationId> m_own;   ///< messages given here
    std::set<CommandId> m_unanswered;         ///< commands without a result
    std::set<ItemId> m_unseen;                ///< accepted messages that the log has not shown yet
    std::set<ItemId> m_seen;                  ///< messages that the log has shown before their result came
    std::map<ConversationId, int> m_expected; ///< messages whose answer has not begun
    std::set<ItemId> m_messages;              ///< messages whose text is not here yet, with Scope::All
    std::set<ItemId> m_answers;               ///< answers that have begun and not ended
    ConnectionState m_state{ConnectionState::Offline};
    int m_handovers{0};    ///< told so far
    OutboxStatus m_outbox; ///< told so far
    QStringList m_waiting; ///< words to say when all is done
    enum class Contact { Never, Synced } m_contact{Contact::Never};
    enum class Outcome { Good, Bad, Told, Refused } m_outcome{Outcome::Good};
};

/// The word of a state in the JSON lines: "online", "catching_up", …
const char *wordOf(ConnectionState state);

/// Prints one line on stderr: "holdfast-cli: …".
void complain(const std::string &what);

} // namespace holdfast
