// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"

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
    std::vector<Turn> turns; ///< the last one is the user's and is to be answered
    std::uint64_t offset{0}; ///< UTF-8 bytes of the answer that are stored already (a run taken over)
};

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
};

/// Something that answers. Stateless between runs.
class Agent
{
public:
    /// What becomes of a run whose gateway died in the middle of it.
    enum class AfterCrash {
        Resume,   ///< run again from RunRequest::offset: the bytes are the same
        Interrupt ///< the answer ends there as interrupted
    };
    virtual ~Agent() = default;
    virtual AgentInfo info() const = 0;
    virtual AfterCrash afterCrash() const = 0;
    /// A run that has not started; never null. A request that makes no sense becomes a run that fails with a
    /// reason.
    virtual std::unique_ptr<AgentRun> run(const RunRequest &request) const = 0;
};

} // namespace holdfast
