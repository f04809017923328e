// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/credit.h"
#include "model/session/lanes.h"

namespace holdfast {

/// How far one link has come: what was sent on it, and what it is to be sent next (laws 10 and 11).
class GatewayLink
{
public:
    /// What to do next.
    struct Idle {};
    struct WantLog {
        std::uint64_t after{0};
    };
    struct WantText {
        TailPosition position;
    };
    /// Everything is sent for the first time.
    struct WantSynced {};
    /// A text has grown by little a moment ago: more would come in the same frame a little later.
    struct WantLater {
        TimePoint at;
    };
    using Want = std::variant<Idle, WantLog, WantText, WantSynced, WantLater>;

    /// What comes before `synced`: all that the client misses, or, when that is more than it is ready to
    /// take, the log. What is added while it comes is not waited for: a text may grow faster than the line
    /// carries it.
    enum class Before { All, Log };
    struct Replay {
        std::uint64_t after{0};   ///< the place in the log from which the client goes on
        std::uint64_t through{0}; ///< the end of the log when the link was opened
        Before before{Before::All};
    };

    GatewayLink(const ResumeRequest &resume, const Replay &replay, const CreditBounds &credit = {})
        : m_device(resume.device),
          m_attempt(resume.attempt),
          m_sentSeq(replay.after),
          m_replay(replay),
          m_credit(credit)
    {
        if (replay.before == Before::All)
            m_lanes.setHistory(Lanes::History::Shares);
    }

    /// \param head  the end of the log now.
    Want next(std::uint64_t head, TimePoint now) const;

    void readStarted() { m_isReading = true; }
    /// The batch went out: the link stands at `upTo`, and these texts begin for it.
    void logSent(const frame::Log &log, const std::vector<gate::TextState> &begun, TimePoint now);
    void tailSent(const frame::Tail &tail, TimePoint now);
    void syncedSent();
    void acked(std::uint64_t received, TimePoint now) { m_credit.acked(received, now); }

    /// The client holds this much of it and needs the rest.
    void follow(const gate::TextState &text, std::uint64_t offset);
    /// The beginning of `text` that fits the next frame.
    std::string_view fitting(std::string_view text) const;
    void textGrew(const gate::TextState &text) { m_lanes.grew(text); }
    void focus(const ConversationId &conversation) { m_lanes.focus(conversation); }
    void rewindLog(std::uint64_t after) { m_sentSeq = after; }

    enum class Flow { Writable, Full };
    void setFlow(Flow flow) { m_flow = flow; }
    Flow flow() const { return m_flow; }
    bool hasSpoken() const { return m_hasSpoken; }
    void spoke() { m_hasSpoken = true; }
    bool isSynced() const { return m_isSynced; }
    const DeviceId &device() const { return m_device; }
    const AttemptId &attempt() const { return m_attempt; }
    std::uint64_t sentSeq() const { return m_sentSeq; }
    const Credit &credit() const { return m_credit; }
    bool isConsistent() const { return m_lanes.isConsistent() && m_credit.isConsistent(); }

private:
    bool isThrough() const
    {
        return m_sentSeq >= m_replay.through &&
               (m_replay.before == Before::Log || (m_lanes.isLiveThrough() && m_lanes.isHistoryThrough()));
    }

    DeviceId m_device;
    AttemptId m_attempt;
    std::uint64_t m_sentSeq;
    Replay m_replay;
    Lanes m_lanes;
    /// Ended when their beginning was told, above the budget, and their end has not been told yet.
    std::map<ItemId, gate::TextState> m_leftOut;
    Credit m_credit;
    Flow m_flow{Flow::Writable};
    bool m_isReading{false};
    bool m_isSynced{false};
    bool m_hasSpoken{false};
};

} // namespace holdfast
