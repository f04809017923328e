// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/commandeffects.h"
#include "model/session/gatewaysession.h"
#include "tests/simulation/context.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/logstate.h"
#include "tests/simulation/runs.h"

#include <deque>
#include <memory>

namespace holdfast::sim {

/// The gateway of one account: the body of a GatewaySession, in the order of the real one
/// (app/gateway/accountshard.cpp), with its runs; it may die at every persistence point.
class GatewayNode
{
public:
    GatewayNode(Context context, std::uint32_t index);

    void start();
    /// \param flight  what its system had still to send.
    void kill(Network::Flight flight);
    /// Its machine goes: some of what was not synced is gone, and nobody is told.
    void losePower(std::uint64_t keptPercent);
    enum class Dials { Refused, Held }; ///< Held: a supervisor has the socket (packaging/systemd)
    struct Drain {
        Duration deadline{};
        std::uint64_t downMs{0}; ///< until the next process starts
        Dials dials{Dials::Refused};
        std::uint64_t killAfter{0}; ///< persistence points; 0: it may go in peace
    };
    /// It is asked to go; the second time it leaves at once.
    void drain(const Drain &drain);
    void drainCame(Happening::Kind kind, std::uint64_t life);
    void armKill(std::uint64_t points, std::uint64_t downMs)
    {
        m_killAfter = points;
        m_downMs = downMs;
    }
    void backUp() { m_backup = m_disk.state(); }
    /// \returns false when there is no copy. The gateway must not run.
    bool restore();
    void pause(Duration duration);
    void wakeUp();

    void hears(std::size_t link, Packet packet);
    void drained(std::size_t link);
    void timeCame();
    void runTick(std::uint64_t run);

    bool isAlive() const { return m_session != nullptr; }
    /// Alive, and not about to die of what it has just stored.
    bool isWorking() const { return m_session && m_stage != Stage::Dying; }
    TimePoint pausedUntil() const { return m_pausedUntil; }
    const LogState &log() const { return m_disk.state(); }
    bool hasOpenRuns() const { return m_runs.hasOpen(); }

private:
    friend class Runs;
    bool isDraining() const { return m_draining != Draining::No; }
    /// It drains, and its deadline is still to come.
    bool mayWait() const { return m_draining == Draining::Working && m_context.schedule.now() < m_leavesAt; }
    void becameIdle();
    void leave();
    void leaveWhenAlone();
    void startLater();
    static LinkId nameOf(std::size_t link) { return static_cast<LinkId>(link + 1); }
    void greetHeld();
    void feed(gate::Event event);
    void handle(const gate::Event &event);
    void greet(std::size_t link, const ResumeRequest &resume);
    /// One transaction. \returns false when the gateway has died of it.
    bool store(LogState::Transaction transaction, Durability durability);
    void beginTimeline();

    void act(const gate::action::Send &a);
    void act(const gate::action::CloseLink &a);
    void act(const gate::action::ReadLog &a);
    void act(const gate::action::ReadText &a);
    void act(const gate::action::LookUp &a);
    void act(const gate::action::Accept &a);
    void act(const gate::action::Noted &a);
    template<class Other>
    void act(const Other &)
    {
        m_context.checkers.judge.broken("simulator", "it does not know this action of a gateway");
    }
    std::optional<frame::Result> accept(const DeviceId &device, const frame::Command &command);
    gate::CommandContext contextOf(const frame::Command &command);
    std::int64_t wallMs() const;

    Context m_context;
    std::uint32_t m_index;
    Disk<LogState, LogState::Transaction> m_disk;
    Runs m_runs;
    std::unique_ptr<GatewaySession> m_session;
    std::deque<gate::Event> m_events;
    enum class Stage { Idle, Feeding, Dying } m_stage{Stage::Idle};
    std::uint32_t m_life{0};
    std::uint32_t m_boots{1};
    std::uint32_t m_epochs{0};
    TimePoint m_pausedUntil{};
    TimePoint m_wokeAt{}; ///< from the last pause, or will
    std::optional<TimePoint> m_wakeAt;
    std::uint64_t m_killAfter{0};
    std::uint64_t m_downMs{0};
    enum class Draining { No, Working, Closing } m_draining{Draining::No};
    TimePoint m_leavesAt{};
    Dials m_dials{Dials::Refused};               ///< while nobody listens
    std::map<std::size_t, ResumeRequest> m_held; ///< links that wait for the next process
    std::optional<LogState> m_backup;
    std::shared_ptr<Timeline> m_timeline;
    std::map<std::size_t, DeviceId> m_links;
};

} // namespace holdfast::sim
