// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"

#include <deque>
#include <map>
#include <optional>
#include <variant>
#include <vector>

namespace holdfast {

/// What becomes of a run whose gateway died in the middle of it (law 9).
enum class AfterCrash {
    Resume,   ///< its agent produces the same bytes again, from the offset on
    Continue, ///< its agent goes on behind the text there is
    Ask       ///< the answer ends as interrupted; the user decides
};

/// The runs of one account, as a plain state machine: in the order of each conversation one after the other,
/// each ended exactly once (law 9), stopped by a word (law 8), handed over by a gateway that goes (law 17).
/// It tells what is to be done, in order; what is told is stored before the next word comes in.
class RunBook
{
public:
    /// Its agent shall begin, behind what is stored of its text.
    struct Begin {
        logged::RunStarted run;
        friend bool operator==(const Begin &, const Begin &) = default;
    };
    /// Its agent shall stop; agentEnded() follows.
    struct Stop {
        RunId run;
        friend bool operator==(const Stop &, const Stop &) = default;
    };
    /// The one terminal event, behind all its text.
    struct Finish {
        logged::RunStarted run;
        RunStatus status{RunStatus::Completed};
        std::string detail;
        friend bool operator==(const Finish &, const Finish &) = default;
    };
    /// Its agent is let go, without an end: who comes next takes the run over.
    struct Leave {
        RunId run;
        friend bool operator==(const Leave &, const Leave &) = default;
    };
    /// Its conversation is gone, and the text with it: its agent is let go, and nothing of it is stored.
    struct Drop {
        RunId run;
        friend bool operator==(const Drop &, const Drop &) = default;
    };
    using Action = std::variant<Begin, Stop, Finish, Leave, Drop>;
    using Actions = std::vector<Action>;

    /// A run that the log says is open.
    struct Found {
        logged::RunStarted run;
        std::uint64_t length{0}; ///< UTF-8 bytes stored
        AfterCrash policy{AfterCrash::Ask};
    };

    /// Deals with what a dead gateway left, oldest first; before any client is let in.
    Actions takeOver(const std::vector<Found> &found);
    /// A run that has been stored begins when those before it in its conversation have ended.
    Actions start(const logged::RunStarted &run, AfterCrash policy);
    /// Ends the answers to this message, or all of the conversation; what has ended stays as it is.
    Actions stop(const ConversationId &conversation, const ItemId &message);
    /// The agent of a run has no more to say. Of a run that is not ours any more it changes nothing.
    Actions agentEnded(const RunId &run, RunStatus status, const std::string &detail);
    /// The conversation is deleted: the tombstone is the end of its runs.
    Actions forget(const ConversationId &conversation);
    /// The gateway goes: nothing begins, what can be resumed is left to the next one at once.
    Actions drain();
    /// It can wait no longer: everything is left to the next one.
    Actions abandon();

    /// No agent is at work.
    bool isIdle() const { return m_working.empty(); }
    /// Neither at work nor waiting.
    bool isEmpty() const { return m_queues.empty(); }
    bool isConsistent() const;

private:
    struct Entry {
        logged::RunStarted run;
        AfterCrash policy{AfterCrash::Ask};
    };
    void beginNext(const ConversationId &conversation, Actions &actions);
    template<class LettingGo>
    void letGo(const ConversationId &conversation, Actions &actions);

    std::map<ConversationId, std::deque<Entry>> m_queues;
    std::map<ConversationId, RunId> m_working; ///< the first of its queue
    enum class Going { No, Yes } m_going{Going::No};
};

} // namespace holdfast
