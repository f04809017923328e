// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/link/endpoint.h"
#include "model/items/changeset.h"
#include "model/protocol/error.h"
#include "model/session/clientsession.h"
#include "model/store/rows.h"

#include <QObject>

#include <filesystem>
#include <memory>

namespace holdfast {

/// A message as the user wrote it; the session gives it its CommandId, which is also its ItemId.
struct Draft {
    CommandId id;                ///< from newId()
    ConversationId conversation; ///< from newId() when the conversation is new
    AgentId agent;
    std::string title; ///< of a new conversation
    std::string text;
};

/// Owns the thread on which link, session core and store of a client live; a door with values on both sides.
/// Thread: the interface thread (all members). What the session thread has to say waits in a mailbox until
/// takeNews() fetches it; newsArrived() says that there is something, at most once until it is taken.
class SessionThread : public QObject
{
    Q_OBJECT
public:
    struct News {
        ChangeSet changes;
        ConnectionStatus status;
        std::vector<action::RefuseCommand> refused; ///< not taken: whoever gave it must be told
        std::vector<change::Settle> notAccepted; ///< taken, and refused later; of messages a reader has this
        std::optional<Error>
            fatal; ///< the store cannot go on (disk full, damaged, locked): nothing more is saved
    };

    SessionThread(std::filesystem::path dataDir, const ClientSession::Options &options,
                  QObject *parent = nullptr);
    ~SessionThread() override; ///< flushes and ends the thread

    /// Opens (or makes) the replica on the session thread; newsArrived() follows when it can be read.
    void start();
    /// Where to connect to; connects at once. Before the first call the client is offline.
    void setEndpoint(const Endpoint &endpoint);
    /// Writes the message to the outbox, durably, and sends it when there is a link. Errors: those of
    /// codec::check(); then nothing was written.
    [[nodiscard]] Result<> send(const Draft &draft);
    /// Ends the answer to a message, which need not have begun; every open one of the conversation when
    /// `message` is empty. A durable command (law 8).
    void stopAnswer(const ConversationId &conversation, const ItemId &message);
    /// Goes on behind an answer that ended too early, in an answer of its own; once, however often it is
    /// asked for. \returns the command's name.
    CommandId continueAnswer(const ItemRow &answer);
    /// Sends parked messages after all, in the order in which they were written.
    void sendAgain(const std::set<CommandId> &commands);
    /// Takes a message back, or deletes a parked one. The gateway is asked about one that is on its way;
    /// nothing happens when it is too late.
    void withdraw(const CommandId &command);
    /// What the user looks at comes first where the line is slow; nothing when it is empty.
    void focus(const ConversationId &conversation);
    /// One extra attempt at once; the ladder of delays stays as it is.
    void retryNow();
    /// The machine woke up, or its networks changed.
    void networkChanged();
    enum class Simulation { Online, Offline };
    /// "Simulate offline": cuts the link and keeps it cut.
    void simulate(Simulation simulation);

    News takeNews();

    /// A fresh UUIDv7 (RFC 9562 §5.7), in hex with hyphens.
    static std::string newId();

Q_SIGNALS:
    void newsArrived();

private:
    class Body;
    std::unique_ptr<Body> m_body;
};

} // namespace holdfast
