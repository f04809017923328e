// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/checkers/answer.h"
#include "tests/simulation/checkers/asked.h"
#include "tests/simulation/checkers/order.h"
#include "tests/simulation/context.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/realreplica.h"
#include "tests/simulation/replicastate.h"

#include <deque>
#include <memory>

namespace holdfast::sim {

/// What can be copied of a client while it lives.
struct Profile {
    ReplicaState store;
    RealDisk::Image files; ///< of the real store, if there is one
};

/// One profile on one machine: the body of a ClientSession, in the order of the real one
/// (app/link/reconnectioncontroller.cpp), that may die at every persistence point.
class ClientNode
{
public:
    ClientNode(Context context, std::uint32_t index, std::uint32_t account, const Profile &profile);

    void start();
    /// kill -9: its sockets are closed by the system.
    void kill();
    /// Its machine goes: some of what was not synced is gone, and nobody is told.
    void losePower(std::uint64_t keptPercent);
    /// Dies at its n-th persistence point from now, and starts again after `downMs`.
    void armKill(std::uint64_t points, std::uint64_t downMs)
    {
        m_killAfter = points;
        m_downMs = downMs;
    }
    /// The n-th operation of its real store from now finds no room if it is a write, never for 0; the client
    /// begins anew `downMs` after that.
    void fillDisk(std::uint64_t operation, std::uint64_t downMs);
    void replaceProfile(const Profile &profile);
    Profile profile() const { return {store(), m_real ? m_real->files() : RealDisk::Image()}; }
    /// The real store must hold what its model holds.
    void compareStores()
    {
        if (m_real)
            m_real->compare(store());
    }
    void pause(Duration duration);
    void sleep(Duration duration);
    void wakeUp();
    enum class From { Sleep, Offline };
    void comeBack(From from);

    void setClock(Duration ahead);
    /// What its wall clock shows.
    WallTime wall() const;

    void feed(Event event);
    /// \param context  0: its history, else what its agent knows.
    void ask(const ConversationId &conversation, std::uint64_t context);
    bool isAsking() const { return m_answers.isWaiting(); }
    /// Of a text that it holds in part one byte is another one from now on. It must not run.
    void damage(std::uint64_t permille);
    void hears(std::size_t link, Packet packet);
    void timeCame();
    void committed();

    bool isAlive() const { return m_session != nullptr; }
    bool isOnline() const { return m_session && m_session->status().state == ConnectionState::Online; }
    bool isPaused() const { return m_pausedUntil > m_context.schedule.now(); }
    TimePoint pausedUntil() const { return m_pausedUntil; }
    std::uint32_t account() const { return m_account; }
    std::uint32_t life() const { return m_life; }
    const ReplicaState &store() const { return m_disk.state(); }
    const ConnectionStatus &status() const { return m_session->status(); }
    std::string describe() const;

    bool wantsOnline{true};
    bool hasForked{false}; ///< its profile was copied, or put back
    bool isGone{false};
    bool hasBeenOnline{false}; ///< since all was healed

private:
    TimePoint localNow() const { return m_context.schedule.now() - m_slept; }
    void handle(const Event &event);
    void takeStock(const Event &event, const ClientSession::Step &step);
    void wakeAt(const std::optional<Wake> &wake);
    bool dies(Mark mark);
    void leaveLinks(Network::Flight flight);
    bool historyIsLost() const { return m_context.truth.accounts[m_account].hasLost; }
    CauseChecker::Had had() const
    {
        return {.gap = m_saidSeq < m_context.truth.accounts[m_account].floor,
                .fork = hasForked,
                .anew = m_hasAskedAnew,
                .loss = historyIsLost(),
                .damage = m_isDamaged};
    }

    void act(const action::OpenLink &a);
    void act(const action::AbortLink &a);
    void act(const action::SendFrame &a);
    void act(const action::Commit &a);
    void act(const action::ReportStatus &a);
    void act(const action::ReportResumed &) {}
    void act(const action::Answered &a)
    {
        if (m_answers.answered(a.response) > 1)
            m_context.marks.hit(Mark::AnsweredAfterCut);
    }
    void act(const action::RefuseCommand &) { m_context.marks.hit(Mark::RefusedToUser); }
    void act(const action::Noted &a);
    template<class Other>
    void act(const Other &)
    {
        m_context.checkers.judge.broken("simulator", "it does not know this action of a client");
    }
    bool writeNext();
    void endProcess();
    void comesBack(Blow blow, std::size_t kept);
    void look(const Change &change);
    bool isDeleted(const ItemId &id) const;

    Context m_context;
    std::uint32_t m_index;
    std::uint32_t m_account;
    Disk<ReplicaState, std::vector<Change>> m_disk;
    std::unique_ptr<RealReplica> m_real; ///< beside it, where the plan wants it
    std::unique_ptr<ClientSession> m_session;
    std::deque<Event> m_events;
    enum class Stage { Idle, Feeding, Dying } m_stage{Stage::Idle};
    std::uint32_t m_life{0};
    TimePoint m_pausedUntil{};
    TimePoint m_awakeSince{}; ///< the end of its last pause
    Duration m_slept{};
    Duration m_wallAhead{};
    std::optional<TimePoint> m_wakeAt;
    std::uint64_t m_killAfter{0};
    std::uint64_t m_downMs{0};
    std::map<LinkId, std::size_t> m_links;
    std::map<CommitId, CommandId> m_writing; ///< commands whose session does not know them on the disk
    CommitId m_lastOrdered{CommitId::None};
    CommitId m_lastWritten{CommitId::None};
    std::optional<std::size_t> m_heardOn; ///< the link of the frame that is being handled
    const frame::Synced *m_synced{nullptr};
    struct Ordered {
        action::Commit commit;
        std::optional<std::size_t> heardOn;
        std::set<CommandId> unwritten; ///< when it was ordered
    };
    std::deque<Ordered> m_ordered;           ///< commits that are not on the disk yet
    std::optional<std::size_t> m_lookedFrom; ///< the link that brought the commit at hand
    std::set<CommandId> m_unwritten;         ///< when the commit at hand was ordered
    ConnectionStatus m_reported;
    std::set<std::string> m_epochs; ///< the store has stood in
    std::uint64_t m_saidSeq{0};     ///< where the last attempt began
    AskedChecker m_asked;
    OrderChecker m_order;
    AnswerChecker m_answers;
    std::uint64_t m_questions{0};
    int m_repairs{0}; ///< in this life
    std::map<ItemId, int> m_restarts;
    bool m_hasAskedAnew{false};
    bool m_isDamaged{false};
    bool m_isAsleep{false};
    int m_dropsBeforeEvent{0};
    bool m_hasStoreFailed{false}; ///< in this life
    bool m_hasNumbered{false};    ///< since the last frame left
};

} // namespace holdfast::sim
