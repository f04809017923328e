// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/connection.h"
#include "model/session/random.h"
#include "tests/simulation/plan.h"
#include "tests/simulation/schedule.h"
#include "tests/simulation/trace.h"

#include "model/protocol/frame.h"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace holdfast::sim {

/// The events of one history of a gateway by seq, also those that compaction has taken; another begins when a
/// part of it is lost.
struct Timeline {
    std::map<std::uint64_t, LogBody> events;
    std::set<std::uint64_t> gone;

    std::uint64_t head() const { return events.empty() ? 0 : events.rbegin()->first; }
    /// Nobody needs to be told of these any more.
    bool mayLack(std::uint64_t after, std::uint64_t before) const
    {
        for (std::uint64_t seq = after + 1; seq < before; ++seq) {
            if (events.contains(seq) && !gone.contains(seq))
                return false;
        }
        return true;
    }
};

/// What travels on a link, in order. Dialling, opening and ending travel the same way as frames.
struct Packet {
    enum class Kind { Dial, Opened, Frame, Lost };
    TimePoint at;
    Kind kind{Kind::Frame};
    Frame frame; ///< of a Dial: hello
    Cause cause{Cause::None};
    std::string detail;
    std::size_t bytes{0};
};

enum class Way { Up, Down };

/// A network of TCP connections. Within one nothing is lost and nothing overtakes: it is late, or cut. What
/// the system of a peer has received may still be read after the other end is gone.
class Network
{
public:
    struct Direction {
        std::deque<Packet> queue;
        TimePoint free{}; ///< the last packet arrives then
        std::size_t bytes{0};
        bool isScheduled{false};
    };
    struct Link {
        std::uint32_t client{0};
        std::uint32_t life{0};     ///< of the client: a later one knows nothing of it
        LinkId name{LinkId::None}; ///< as the client calls it
        std::uint32_t gateway{0};
        std::uint32_t gatewayLife{0};
        enum class End { Dialling, Open, Closed };
        End clientEnd{End::Dialling};
        End gatewayEnd{End::Closed};
        bool isDead{false};      ///< what is sent vanishes, and nobody is told
        bool isFull{false};      ///< the gateway has been told so
        std::uint64_t head{0};   ///< as the gateway said it at the beginning
        bool hasAnswered{false}; ///< a first frame came down
        Cursor from;             ///< where the gateway went on
        bool isAboveBudget{false};
        bool isSynced{false};
        TimePoint heardAt{}; ///< the last one, by the clock of the client
        Direction up;
        Direction down;
        std::shared_ptr<Timeline> timeline; ///< of the gateway that serves it

        bool isOpen() const { return !isDead && clientEnd == End::Open && gatewayEnd == End::Open; }
    };
    /// How a client reaches the gateways.
    struct Path {
        Duration latency{};
        TimePoint holeUp{};
        TimePoint holeDown{};
        TimePoint refusedUntil{};
        TimePoint hangsUntil{};
        TimePoint flapsUntil{};
        Random random{0};
    };

    Network(const Config &config, Schedule &schedule, Trace &trace)
        : m_config(config), m_schedule(schedule), m_trace(trace)
    {}

    void addPath(Path path) { m_paths.push_back(path); }
    Path &path(std::uint32_t client) { return m_paths[client]; }
    const Path &path(std::uint32_t client) const { return m_paths[client]; }
    Link &link(std::size_t index) { return m_links[index]; }
    const Link &link(std::size_t index) const { return m_links[index]; }
    std::size_t size() const { return m_links.size(); }

    /// A client dials. \returns the number of the link.
    std::size_t dial(Link link, const ResumeRequest &resume);
    void send(std::size_t link, Way way, Frame frame);
    /// The link is closed by this end; the other hears of it behind what is on its way, or instead of it.
    enum class Flight { Kept, Dropped };
    void close(std::size_t link, Way towards, Flight flight, Cause cause, std::string detail);
    void push(std::size_t link, Way way, Packet packet);
    /// The next packet, if it has arrived; else it is scheduled again. \param pausedUntil  of who receives
    /// it.
    std::optional<Packet> arrive(std::size_t link, Way way, TimePoint pausedUntil);
    /// Nothing is held back or refused.
    void heal();
    /// What could not be read by the other side; empty between honest peers.
    const std::string &unreadable() const { return m_unreadable; }

    static std::size_t bytesOf(const Frame &frame);

private:
    Direction &direction(Link &link, Way way) { return way == Way::Up ? link.up : link.down; }
    void plan(std::size_t link, Way way);

    const Config &m_config;
    Schedule &m_schedule;
    Trace &m_trace;
    std::vector<Path> m_paths;
    std::deque<Link> m_links;
    std::string m_unreadable;
};

} // namespace holdfast::sim
