// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/random.h"
#include "model/store/replica.h"
#include "tests/simulation/checkers/judge.h"
#include "tests/simulation/commithistory.h"
#include "tests/simulation/marks.h"
#include "tests/simulation/realdisk.h"
#include "tests/simulation/replicastate.h"

namespace holdfast::sim {

/// The product's Replica beside its model: it is told the same, must hold the same whenever somebody looks,
/// and after a blow what it held after one of the commits, not before the last durable one.
class RealReplica
{
public:
    /// \param files  of a profile that was copied; empty: a new one, whose device has this name.
    RealReplica(Judge &judge, Marks &marks, std::uint64_t seed, std::string device,
                const RealDisk::Image &files);
    ~RealReplica();
    RealReplica(const RealReplica &) = delete;
    RealReplica &operator=(const RealReplica &) = delete;

    /// \returns how durable it was; nothing when it failed: the process must not use it any more.
    std::optional<Durability> perform(const std::vector<Change> &changes, Durability durability);
    /// What a session starts from. \param should  what the model says, and `finished` with it.
    ClientSession::Restored restore(const ClientSession::Restored &should);
    /// The process is gone, and the next one opens the file. \returns how many of the commits that were not
    /// synced it holds.
    std::size_t reopen(Blow blow);
    /// All texts and commands that a reader beside it sees.
    void compare(const ReplicaState &model);

    void arm(test::CrashDisk::Kind kind, std::uint64_t at) { m_disk.arm(kind, at); }
    RealDisk::Image files() const { return m_disk.files(); }
    /// Another profile stands in its place.
    void replace(const RealDisk::Image &files);

private:
    bool open();
    void close();
    void broken(const std::string &detail);
    std::uint64_t digest();

    Judge &m_judge;
    Marks &m_marks;
    Random m_random;
    std::string m_device;
    RealDisk m_disk;
    std::unique_ptr<Replica> m_replica;
    CommitHistory m_commits;
};

} // namespace holdfast::sim
