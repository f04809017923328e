// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/action.h"
#include "model/session/backoff.h"
#include "model/session/breaker.h"
#include "model/session/links.h"
#include "model/session/liveness.h"
#include "model/session/outbox.h"
#include "model/session/progress.h"
#include "model/session/receipts.h"
#include "model/session/replay.h"
#include "model/session/timertable.h"
#include "model/session/tokenbucket.h"
#include "model/session/wallreading.h"

#include <map>

namespace holdfast {

/// The client's side of the session protocol as a plain state machine: one Event in, one Step out, never a
/// clock, never a socket. The same object runs in the desktop, in the command line client and in a simulator.
class ClientSession
{
public:
    using Step = holdfast::Step<Action>;

    /// What the replica held when the program started.
    struct Restored {
        DeviceId device;
        Cursor cursor;
        std::vector<OpenText> texts;
        std::vector<frame::Command> commands; ///< without answer, in the order given; seq 0: not numbered
        std::uint64_t nextSeq{1};
        Telling telling{Telling::Complete};
        std::set<CommandId>
            sentBefore;             ///< of the commands without seq: sent under another name of the device
        std::set<CommandId> parked; ///< messages that wait for the user's word
        std::set<CommandId> unseen; ///< messages that were accepted, and are not here as items yet
    };
    /// Whether a message may be given that cannot leave at once. Off: it is refused, with a word.
    enum class Queueing { On, Off };
    struct Options {
        Backoff::Options backoff;
        OutboxOptions outbox;
        TokenBucket::Options flush;
        Queueing queueing{Queueing::On};
        std::uint64_t budget{ResumeRequest().budget}; ///< bytes of replay that it is ready to take
        std::uint64_t seed{1};                        ///< of the jitter
    };

    ClientSession(Restored restored, const Options &options);

    /// \param now  must not go back from call to call.
    Step on(const Event &event, TimePoint now);

    const ConnectionStatus &status() const { return m_status; }
    bool isConsistent() const;

private:
    void onEvent(const event::GoOnline &e, TimePoint now);
    void onEvent(const event::GoOffline &e, TimePoint now);
    void onEvent(const event::RetryNow &e, TimePoint now);
    void onEvent(const event::NetworkChanged &e, TimePoint now);
    void onEvent(const event::LinkOpened &e, TimePoint now);
    void onEvent(const event::LinkLost &e, TimePoint now);
    void onEvent(const event::FrameReceived &e, TimePoint now);
    void onEvent(const event::FrameUnreadable &e, TimePoint now);
    void onEvent(const event::Committed &e, TimePoint now);
    void onEvent(const event::CommandGiven &e, TimePoint now);
    void onEvent(const event::CommandWithdrawn &e, TimePoint now);
    void onEvent(const event::Asked &e, TimePoint now);
    void onEvent(const event::ClockRead &e, TimePoint now);
    void onEvent(const event::FocusChanged &e, TimePoint now);
    void onEvent(const event::TimeCame &e, TimePoint now);

    // The first frame of an attempt: one of the three outcomes (law 3).
    void onOutcome(const frame::Resumed &f, TimePoint now);
    void onOutcome(const frame::Reset &f, TimePoint now);
    void onOutcome(const frame::Rejected &f, TimePoint now);
    template<class Other>
    void onOutcome(const Other &, TimePoint now)
    {
        note(Note::FrameOutOfPlace);
        dropAttempt(Cause::BadFrame, "a frame before resumed, reset or rejected", Duration::zero(), now);
    }

    void onFrame(const frame::Log &f, TimePoint now);
    void onFrame(const frame::Tail &f, TimePoint now);
    void onFrame(const frame::Synced &f, TimePoint now);
    void onFrame(const frame::Result &f, TimePoint now);
    void onFrame(const frame::Pong &f, TimePoint now);
    void onFrame(const frame::Drain &f, TimePoint now);
    void onFrame(const frame::Agents &f, TimePoint now);
    void onFrame(const frame::Gone &f, TimePoint now);
    void onFrame(const frame::Response &f, TimePoint now);
    /// An outcome in the middle of a session, or a frame that only a client sends.
    template<class Other>
    void onFrame(const Other &, TimePoint now)
    {
        note(Note::FrameOutOfPlace);
        breakLink(Cause::BadFrame, "a frame out of place", now);
    }

    bool isReady() const
    {
        return m_status.state == ConnectionState::CatchingUp || m_status.state == ConnectionState::Online;
    }
    void setState(ConnectionState state, TimePoint now);
    void dial(TimePoint now);
    void probe(TimePoint now);
    bool proofHolds(const std::string &proof, TimePoint now);
    bool isWhereItWas(const std::string &generation) const;
    void adopt(const std::string &generation, std::uint64_t head, TimePoint now);
    void resend(const ResumeRequest &said, TimePoint now);
    bool isAheadOf(const ResumeRequest &said, const std::string &generation) const;
    void loseAccepted(const std::string &generation, std::uint64_t ackedCommand);
    bool isForked(std::uint64_t ackedCommand) const { return ackedCommand >= m_outbox.nextSeq(); }
    void beginDevice();
    void abandonAttempt();
    void dropAttempt(Cause cause, const std::string &detail, Duration atLeast, TimePoint now);
    void attemptEnded(Cause cause, const std::string &detail, Duration atLeast, TimePoint now);
    void breakLink(Cause cause, const std::string &detail, TimePoint now);
    void linkEnded(Cause cause, const std::string &detail, Duration atLeast, TimePoint now);
    void leaveLink();
    void retryLater(Cause cause, const std::string &detail, Duration atLeast, TimePoint now);
    void perform(Replay::Effects effects);
    CommitId commit(Durability durability, std::vector<Change> changes);
    void write(const frame::Command &command, const CommandId &replaces, TimePoint now);
    void refuse(const frame::Command &command, const char *reason);
    void noteSettled(const Outbox::Settled &settled, TimePoint now);
    void askAboutMoved(Replay::Effects &effects);
    void askAboutStale(TimePoint now);
    void park(const std::vector<change::Settle> &settled, Note why);
    std::size_t usualQuota(TimePoint now);
    void flushOutbox(TimePoint now);
    void armOutbox(TimePoint now);
    void sendCommands(const std::vector<frame::Command> &commands, TimePoint now);
    void ask(const Question &question, TimePoint now);
    void send(Frame frame)
    {
        m_step.actions.push_back(action::SendFrame{m_links.adopted(), std::move(frame)});
    }
    void note(Note note) { m_step.actions.push_back(action::Noted{note}); }
    void ping(TimePoint now);
    void noteReceipt(std::uint64_t cost, TimePoint now);
    void ackWhenDue(TimePoint now);
    void sendAck(TimePoint now);
    void armLiveness();
    Liveness::Mode mode() const
    {
        return m_replay.isStreaming() ? Liveness::Mode::Streaming : Liveness::Mode::Idle;
    }

    DeviceId m_device;
    Random m_random;
    std::string m_instance; ///< the names of our attempts begin with it
    Replay m_replay;
    Receipts m_receipts;
    Options m_options;
    Outbox m_outbox;
    WallReading m_wall;
    TokenBucket m_bucket;
    Breaker m_breaker;
    Links m_links;
    Progress m_progress;
    Backoff m_backoff;
    Liveness m_liveness;
    TimerTable m_timers;
    ConnectionStatus m_status;
    ConnectionStatus m_reported;
    Step m_step;

    std::uint64_t m_lastCommit{0};
    std::map<CommitId, CommandId> m_enqueueing; ///< commands on their way to the disk
    std::optional<std::pair<CommitId, change::Number>> m_numbering;
    std::map<std::uint64_t, Question> m_asked; ///< without an answer yet, by id
    ConversationId m_focus;                    ///< what the user looks at
    Receipts::Entry m_receipt;                 ///< what the event at hand brought
    TimePoint m_ackedAt{};
    std::uint64_t m_head{0}; ///< as of resumed: what the replay goes to
    std::uint64_t m_replayedEvents{0};
    std::uint64_t m_replayedBytes{0};
    std::uint64_t m_lastPing{0};
    std::optional<TimePoint> m_hurriedAt; ///< an attempt was made because somebody sent
    std::optional<TimePoint> m_pingSentAt;
    std::optional<TimePoint> m_suspectedAt;                   ///< this suspicion has had its second link
    std::string m_generation;                                 ///< of the process that our link leads to
    enum class Draining { No, Yes } m_draining{Draining::No}; ///< that process has said that it goes
};

} // namespace holdfast
