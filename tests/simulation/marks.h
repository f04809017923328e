// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/note.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace holdfast::sim {

/// What must sometimes happen, besides every Note: a row of runs that never reaches one of them has not
/// tested what it says it tests.
enum class Mark {
    ResetWhileStreaming,
    SecondDropBeforeEvent,
    KilledWhileCatchingUp,
    KilledBeforeCommit,
    KilledAfterCommit,
    KilledBetweenNumberAndSend,
    ResendWasDuplicate,
    SeqGapAccepted,
    StopBeforeRun,
    TwoLinksServed,
    AttemptDiedAfterAccept,
    PowerLossNewEpoch,
    PowerLossLostText,
    PowerLossSameEpoch,
    DivergedByLineage,
    LostByServerShown,
    BacklogFull,
    ClientPowerLossLostCommits,
    GatewayKilledBeforeStore,
    GatewayKilledAfterStore,
    RunTakenOver,
    RunInterrupted,
    ReadAfterClientGaveUp,
    LateAfterHole,
    ProfileForked,
    DialWhileGatewayDown,
    SleptThroughDeadline,
    CommittedAfterLinkLost,
    TextBeyondGateway,
    WithdrawnInTime,
    OfflineByUser,
    RefusedToUser,
    DrainCompleted,
    DrainDeadlineHit,
    KilledWhileDraining,
    DialHeldForNext,
    LeaseTakenOver,
    StaleOwnerRejected,
    CompactedPastCursor,
    TombstoneMet,
    ExpiredAtGateway,
    RealStoreRecovered,
    RealLogRecovered,
    CrashInRecovery,
    DiskFullRecovered,
    CreditExhausted,
    TailMerged,
    FocusChangedWhileStreaming,
    SnapshotResumedMidpage,
    ContinueAfterCrash,
    RunIncomplete,
    AnsweredAfterCut,
    TextDamaged
};
constexpr std::size_t markCount = 53;
constexpr std::size_t noteCountMax = 128;

const char *toString(Mark mark);
/// Notes that no run of the simulator can produce, by its construction; marks.cpp says why.
bool isBeyondSimulation(Note note);

/// How often each mark and each Note was seen.
struct Marks {
    std::array<std::uint64_t, markCount> marks{};
    std::array<std::uint64_t, noteCountMax> notes{};

    void hit(Mark mark) { ++marks[static_cast<std::size_t>(mark)]; }
    void hit(Note note) { ++notes[static_cast<std::size_t>(note)]; }
    void add(const Marks &other)
    {
        for (std::size_t i = 0; i < markCount; ++i)
            marks[i] += other.marks[i];
        for (std::size_t i = 0; i < noteCountMax; ++i)
            notes[i] += other.notes[i];
    }
};

} // namespace holdfast::sim
