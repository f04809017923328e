// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/gatewayevent.h"
#include "model/session/step.h"

#include <map>
#include <optional>

namespace holdfast {

/// How far one link has come: what was sent on it, and what it is to be sent next (law 11).
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

    GatewayLink(const ResumeRequest &resume, std::uint64_t after)
        : m_device(resume.device), m_attempt(resume.attempt), m_sentSeq(after)
    {}

    /// \param head  the end of the log.
    Want next(std::uint64_t head, TimePoint now) const;

    void readStarted() { m_isReading = true; }
    /// The batch went out: the link stands at `upTo`, and these texts begin for it.
    void logSent(std::uint64_t upTo, const std::vector<gate::TextState> &begun);
    void textSent(const TailPosition &position, std::size_t bytes, TimePoint now);
    void syncedSent() { m_isSynced = true; }

    /// The client holds this much of it and needs the rest.
    void follow(const gate::TextState &text, std::uint64_t offset);
    void textGrew(const gate::TextState &text);
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
    bool isConsistent() const;

private:
    struct Text {
        gate::TextState state;
        std::uint64_t sent{0};
        TimePoint sentAt{};
    };

    DeviceId m_device;
    AttemptId m_attempt;
    std::uint64_t m_sentSeq;
    std::map<ItemId, Text> m_texts;
    ItemId m_lastText; ///< the round robin goes on behind it
    Flow m_flow{Flow::Writable};
    bool m_isReading{false};
    bool m_isSynced{false};
    bool m_hasSpoken{false};
};

} // namespace holdfast
