// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/gatewaysession.h"
#include "tests/support/memorystores.h"

#include <deque>
#include <memory>
#include <set>

namespace holdfast::test {

/// A client and a gateway core talking over a network in memory, under a clock that only moves when told to.
/// Every frame is one step, so a test can break the link, or kill a side, behind any of them.
class Dialogue
{
public:
    explicit Dialogue(const ClientSession::Options &options = {});

    /// The client begins to connect.
    void goOnline() { toClient(event::GoOnline{}); }
    void give(const std::string &id, const std::string &text);
    /// The gateway's agent begins an answer, adds to it, ends it.
    void startAnswer(const std::string &item);
    void grow(const std::string &item, const std::string &text);
    void finish(const std::string &item);

    /// Delivers the oldest frame in flight. \returns false when nothing is in flight.
    bool deliverOne();
    /// Delivers everything, and moves the clock to every wake up to `limit` from now.
    void run(Duration limit = std::chrono::seconds(60));
    void advance(Duration by) { m_now += by; }

    /// The link breaks: what is in flight is gone, and both sides are told.
    void cut();
    /// The client dies, and starts again from what it had stored.
    void killClient();
    /// The gateway dies, and starts again from its log.
    void killGateway();
    /// What every link is told to be missing, whatever it is.
    void setMissedBytes(std::uint64_t bytes) { m_missedBytes = bytes; }
    /// Every frame that was sent to the client, in order.
    const std::vector<Frame> &sent() const { return m_sent; }
    /// The client's disk takes its time: what is ordered waits until flush(). Off at first.
    void holdCommits() { m_disk = Disk::Slow; }
    /// What waits is written, and the client hears of it.
    void flush();
    /// The next frames of this kind on their way to the gateway are lost.
    void loseAcks(int count) { m_acksToLose = count; }
    /// The last ack that the gateway received.
    const frame::Ack &lastAck() const { return m_lastAck; }
    /// How often the client said what its user looks at.
    int focuses() const { return m_focuses; }
    /// What was sent to the client on its links and not acknowledged, at most at any time.
    std::uint64_t mostInFlight() const { return m_mostInFlight; }
    enum class Network { Up, Down };
    void setNetwork(Network network) { m_network = network; }

    const ConnectionStatus &status() const { return m_client->status(); }
    const MemoryReplica &replica() const { return m_replica; }
    MemoryLog &log() { return m_log; }
    const std::multiset<Note> &notes() const { return m_notes; }
    /// What the client's questions were answered.
    const std::vector<frame::Response> &answers() const { return m_answers; }
    /// What the client did not take.
    const std::vector<action::RefuseCommand> &refused() const { return m_refused; }
    /// Bytes of text that travelled to the client.
    std::uint64_t bytesSent() const { return m_bytesSent; }
    void toClient(const Event &event);
    void toGateway(const gate::Event &event);

private:
    struct Flight {
        enum class Direction { ToClient, ToGateway } direction;
        LinkId link;
        Frame frame;
    };

    void act(const action::OpenLink &a);
    void act(const action::AbortLink &a);
    void act(const action::SendFrame &a);
    void act(const action::Commit &a);
    void act(const action::ReportStatus &) {}
    void act(const action::ReportResumed &) {}
    void act(const action::Answered &a) { m_answers.push_back(a.response); }
    void act(const action::RefuseCommand &a) { m_refused.push_back(a); }
    void act(const action::Noted &a) { m_notes.insert(a.note); }
    void act(const gate::action::Send &a);
    void act(const gate::action::CloseLink &a);
    void act(const gate::action::ReadLog &a) { toGateway(m_log.read(a.link, a.after, 3)); }
    void act(const gate::action::ReadText &a)
    {
        toGateway(
            gate::event::TextRead{a.link, a.position, m_log.text(a.position.item, a.position.offset, 16)});
    }
    void act(const gate::action::LookUp &a)
    {
        toGateway(gate::event::TextFound{a.link, a.position, m_log.state(a.position.item)});
    }
    void act(const gate::action::Accept &a);
    void act(const gate::action::Ask &a)
    {
        const std::uint64_t id = std::visit([](const auto &f) { return f.id; }, a.question);
        toGateway(gate::event::Answered{a.link, {id, {}, "{}"}});
    }
    void act(const gate::action::Noted &a) { m_notes.insert(a.note); }

    TimePoint m_now{std::chrono::seconds(100)};
    MemoryReplica m_replica;
    MemoryLog m_log;
    ClientSession::Options m_options;
    std::unique_ptr<ClientSession> m_client;
    std::unique_ptr<GatewaySession> m_gateway;
    std::optional<Wake> m_clientWake;
    std::optional<Wake> m_gatewayWake;
    std::deque<Flight> m_flights;
    std::deque<Event> m_clientEvents;
    std::deque<gate::Event> m_gatewayEvents;
    enum class Working { No, Yes };
    Working m_clientWorking{Working::No};
    Working m_gatewayWorking{Working::No};
    std::set<LinkId> m_links; ///< as the network knows them
    Network m_network{Network::Up};
    enum class Disk { Fast, Slow } m_disk{Disk::Fast};
    std::deque<action::Commit> m_commits; ///< ordered, not written
    std::uint64_t m_missedBytes{0};
    std::vector<Frame> m_sent;
    int m_acksToLose{0};
    int m_focuses{0};
    frame::Ack m_lastAck;
    std::map<LinkId, std::uint64_t> m_costs;
    std::uint64_t m_mostInFlight{0};
    std::multiset<Note> m_notes;
    std::vector<action::RefuseCommand> m_refused;
    std::uint64_t m_bytesSent{0};
    std::vector<frame::Response> m_answers;
    int m_starts{0}; ///< of the gateway
};

} // namespace holdfast::test
