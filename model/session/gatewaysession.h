// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/limits.h"
#include "model/session/commandqueue.h"
#include "model/session/gatewaylink.h"
#include "model/session/timertable.h"

#include <map>

namespace holdfast {

/// The gateway's side of the session protocol for one account, as a plain state machine: one Event in, one
/// Step out. Live events and replay take the same way: every link pulls the log from where it stands, then
/// the texts, one read at a time, and stops while its socket is full.
class GatewaySession
{
public:
    using Step = holdfast::Step<gate::Action>;

    struct Options {
        std::string epoch;
        std::string generation; ///< names this process
        std::uint64_t head{0};
        std::uint64_t floor{0}; ///< cursors below it may have missed a tombstone
        CreditBounds credit{};
        TokenBucket::Options pace{limits::commandsPerSecond, limits::commandsAtOnce}; ///< of commands
    };
    explicit GatewaySession(Options options);

    /// \param now  must not go back from call to call.
    Step on(const gate::Event &event, TimePoint now);

    std::size_t linkCount() const { return m_links.size(); }
    /// Of law 10, as it is now; 0 for a link that is not there.
    std::uint64_t creditWindow(LinkId link) const
    {
        const auto found = m_links.find(link);
        return found == m_links.end() ? 0 : found->second.credit().window();
    }
    bool isConsistent() const;

private:
    void onEvent(const gate::event::LinkOpened &e, TimePoint now);
    void onEvent(const gate::event::LinkLost &e, TimePoint now);
    void onEvent(const gate::event::FrameReceived &e, TimePoint now);
    void onEvent(const gate::event::FrameUnreadable &e, TimePoint now);
    void onEvent(const gate::event::LogRead &e, TimePoint now);
    void onEvent(const gate::event::TextRead &e, TimePoint now);
    void onEvent(const gate::event::TextFound &e, TimePoint now);
    void onEvent(const gate::event::Appended &e, TimePoint now);
    void onEvent(const gate::event::TextGrew &e, TimePoint now);
    void onEvent(const gate::event::CommandSettled &e, TimePoint now);
    void onEvent(const gate::event::LinkFull &e, TimePoint now);
    void onEvent(const gate::event::LinkWritable &e, TimePoint now);
    void onEvent(const gate::event::Answered &e, TimePoint now);
    void onEvent(const gate::event::FloorRose &e, TimePoint now);
    void onEvent(const gate::event::DrainBegun &e, TimePoint now);
    void onEvent(const gate::event::DrainReady &e, TimePoint now);
    void onEvent(const gate::event::AgentsChanged &e, TimePoint now);
    void onEvent(const gate::event::TimeCame &e, TimePoint now);

    void onFrame(LinkId id, const frame::Command &f, TimePoint now);
    void onFrame(LinkId id, const frame::Ack &f, TimePoint now);
    void onFrame(LinkId id, const frame::Ping &f, TimePoint);
    void onFrame(LinkId id, const frame::GetPart &f, TimePoint);
    void onFrame(LinkId id, const frame::GetLog &f, TimePoint);
    void onFrame(LinkId id, const frame::Focus &f, TimePoint);
    void onFrame(LinkId id, const frame::GetHistory &f, TimePoint) { ask(id, f); }
    void onFrame(LinkId id, const frame::GetContext &f, TimePoint) { ask(id, f); }
    /// Frames that only a gateway sends, and a second hello: out of place.
    template<class Other>
    void onFrame(LinkId id, const Other &, TimePoint)
    {
        note(id, Note::FrameOutOfPlace);
        close(id, CloseCode::BadFrame, "a frame out of place");
    }

    void ask(LinkId id, Question question)
    {
        m_step.actions.push_back(gate::action::Ask{id, std::move(question)});
    }
    void welcome(LinkId id, const gate::event::LinkOpened &e);
    void supersede(LinkId newest);
    void takeCommands(TimePoint now);
    void pump(LinkId id, TimePoint now);
    void pumpAll(TimePoint now);
    void tellDrain(LinkId id, Duration slot, TimePoint now);
    void letGo(TimePoint now);
    void forget(LinkId id);
    void close(LinkId id, CloseCode code, std::string reason);
    void send(LinkId id, Frame frame) { m_step.actions.push_back(gate::action::Send{id, std::move(frame)}); }
    void note(LinkId id, Note note) { m_step.actions.emplace_back(gate::action::Noted{id, note}); }
    GatewayLink *find(LinkId id);

    std::string m_epoch;
    std::string m_generation;
    std::uint64_t m_head;
    std::uint64_t m_floor;
    CreditBounds m_credit;
    std::map<LinkId, GatewayLink> m_links;
    CommandQueue m_commands;
    std::vector<AgentInfo> m_agents;
    TimerTable m_timers;
    std::optional<TimePoint> m_leavesAt;     ///< while it drains: the deadline
    bool m_isLettingGo{false};               ///< nothing is at work any more
    std::map<LinkId, TimePoint> m_lettingGo; ///< when each link is closed
    Step m_step;
};

} // namespace holdfast
