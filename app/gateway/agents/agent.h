// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"
#include "model/session/runbook.h"

#include <QObject>

#include <memory>
#include <string>
#include <vector>

namespace holdfast {

/// One message of the conversation that an agent answers, oldest first.
struct Turn {
    enum class Speaker { User, Agent };
    Speaker speaker{Speaker::User};
    std::string text;
    friend bool operator==(const Turn &, const Turn &) = default;
};

/// What a run is asked to do.
struct RunRequest {
    std::vector<Turn> turns; ///< the last one is to be answered; the agent's own is to be gone on with
    std::uint64_t offset{0}; ///< UTF-8 bytes of the answer that are stored already (a run taken over)
    std::string written;     ///< those bytes
    std::string context;     ///< what the agent knows in this conversation: a JSON object by key
};

/// The question that is to be answered: the last turn of the user.
std::string questionIn(const RunRequest &request);
/// How much of the answer is there: of this run, or of the one that it goes on behind.
std::uint64_t beginningOf(const RunRequest &request);

/// One answer being produced. It lives on its shard's thread and does nothing before start().
class AgentRun : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    /// Begins to produce; from then on textProduced() and, last and exactly once, finished().
    virtual void start() = 0;
    /// Ends it early: finished(Cancelled) follows. Does nothing when it has finished.
    virtual void stop() = 0;

Q_SIGNALS:
    /// The next bytes of the answer; they may end inside of a character.
    void textProduced(const QByteArray &utf8);
    /// \param detail  technical, in English, for the details of a failure; no secrets.
    void finished(holdfast::RunStatus status, const QString &detail);
    /// What the agent knows from now on: one value of its context, a JSON object. Before finished(); it is
    /// stored with the end of the run.
    void stateChanged(const QString &key, const QByteArray &json);
};

/// Something that answers. Stateless between runs.
class Agent
{
public:
    virtual ~Agent() = default;
    virtual AgentInfo info() const = 0;
    virtual AfterCrash afterCrash() const = 0;
    /// A run that has not started; never null. A request that makes no sense becomes a run that fails with a
    /// reason.
    virtual std::unique_ptr<AgentRun> run(const RunRequest &request) const = 0;
};

} // namespace holdfast
