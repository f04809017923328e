// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/commandeffects.h"
#include "model/session/gatewaysession.h"
#include "tests/simulation/context.h"
#include "tests/simulation/gatewaystore.h"
#include "tests/simulation/runs.h"

#include <deque>
#include <memory>

namespace holdfast::sim {

/// A process of the gateway of one account: the body of a GatewaySession, in the order of the real one
/// (app/gateway/accountshard.cpp), with its runs; it may die at every persistence point. An account has two
/// of these, of which one serves: the other is dead, or frozen and does not know that it was replaced.
class GatewayNode
{
public:
    GatewayNode(Context context, std::uint32_t account, std::uint32_t index,
                std::shared_ptr<GatewayStore> store);

    /// If it is the one that serves.
    void start();
    /// This process serves from now on, whatever the other one believes.
    void takeOver();
    /// \param flight  what its system had still to send.
    void kill(Network::Flight flight);
    /// Its machine goes, and nobody is told.
    void fallSilent();
    /// Some of what was not synced is gone.
    void losePower(std::uint64_t keptPercent);
    struct Drain {
        Duration deadline{};
        std::uint64_t downMs{0}; ///< until the next process starts
        GatewayStore::Dials dials{GatewayStore::Dials::Refused};
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
    void backUp()
    {
        m_store->backup = GatewayStore::Backup{log(), real() ? real()->files() : RealDisk::Image()};
    }
    /// The real store must hold what its model holds.
    void compareStores()
    {
        if (isAlive() && real())
            real()->compare(m_index, log());
    }
    void setClock(Duration ahead) { m_store->wallAhead = ahead; }
    /// \returns false when there is no copy. The gateway must not run.
    bool restore();
    void pause(Duration duration);
    void wakeUp();

    void hears(std::size_t link, Packet packet);
    void drained(std::size_t link);
    void timeCame();
    void runTick(std::uint64_t run);

    void compact(std::uint64_t life);

    bool isServing() const { return m_store->serving == m_index; }
    bool isAlive() const { return m_session != nullptr; }
    /// Alive, and not about to die of what it has just stored.
    bool isWorking() const { return m_session && m_stage != Stage::Dying; }
    std::uint32_t index() const { return m_index; }
    TimePoint pausedUntil() const { return m_pausedUntil; }
    const LogState &log() const { return m_store->disk.state(); }
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
    RealLog *real() const { return m_store->real.get(); }
    static LinkId nameOf(std::size_t link) { return static_cast<LinkId>(link + 1); }
    void greetHeld();
    void feed(gate::Event event);
    void handle(const gate::Event &event);
    void greet(std::size_t link, const ResumeRequest &resume);
    /// One transaction. \returns false when the gateway has died of it.
    bool store(LogState::Transaction transaction, Durability durability);
    /// The gateway dies of it, after what it is at. \returns false.
    bool die();
    /// The store does not let it write, or shows what it did not write.
    bool isRefused(const std::string &why);
    void watch();
    void beginTimeline();

    void act(const gate::action::Send &a);
    void act(const gate::action::CloseLink &a);
    void act(const gate::action::ReadLog &a);
    void act(const gate::action::ReadText &a);
    void act(const gate::action::LookUp &a);
    void act(const gate::action::Accept &a);
    void act(const gate::action::Ask &a);
    void act(const gate::action::Noted &a);
    template<class Other>
    void act(const Other &)
    {
        m_context.checkers.judge.broken("simulator", "it does not know this action of a gateway");
    }
    std::optional<frame::Result> accept(const gate::action::Accept &a);
    gate::CommandContext contextOf(const frame::Command &command);
    void goesOn(const ItemId &answer);
    std::int64_t wallMs() const;
    void weigh(std::size_t link, gate::event::LinkOpened &opened);
    CreditBounds credit() const;
    void watchCredit(std::size_t link, const Frame &frame);

    Context m_context;
    std::uint32_t m_account;
    std::uint32_t m_index;
    std::shared_ptr<GatewayStore> m_store;
    Runs m_runs;
    std::unique_ptr<GatewaySession> m_session;
    std::deque<gate::Event> m_events;
    enum class Stage { Idle, Feeding, Dying } m_stage{Stage::Idle};
    std::uint32_t m_life{0};
    std::string m_lineage;   ///< of this start
    std::uint64_t m_head{0}; ///< as this process knows it
    TimePoint m_pausedUntil{};
    TimePoint m_wokeAt{}; ///< from the last pause, or will
    std::optional<TimePoint> m_wakeAt;
    Timer m_wakeWhy{};                                     ///< who asked for it
    enum class Merging { No, Yes } m_merging{Merging::No}; ///< a text has waited for more
    std::uint64_t m_killAfter{0};
    std::uint64_t m_downMs{0};
    enum class Draining { No, Working, Closing } m_draining{Draining::No};
    TimePoint m_leavesAt{};
    std::map<std::size_t, DeviceId> m_links;
};

} // namespace holdfast::sim
