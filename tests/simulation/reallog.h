// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/random.h"
#include "model/store/gatewaylog.h"
#include "tests/simulation/checkers/judge.h"
#include "tests/simulation/commithistory.h"
#include "tests/simulation/logstate.h"
#include "tests/simulation/marks.h"
#include "tests/simulation/realdisk.h"

namespace holdfast::sim {

/// The product's GatewayLog beside its model, and the processes that have it open: it is told the same, must
/// answer the same whenever a gateway asks, refuse whom the model refuses, and hold after a blow what it held
/// after one of the commits, not before the last durable one.
class RealLog
{
public:
    using Process = std::uint32_t; ///< a node of the gateway

    RealLog(Judge &judge, Marks &marks, std::uint64_t seed, std::string account);
    ~RealLog();
    RealLog(const RealLog &) = delete;
    RealLog &operator=(const RealLog &) = delete;

    /// \param before  the model, to which it happens next. \returns how durable it was.
    Durability perform(Process process, const LogState::Transaction &transaction, Durability durability,
                       const LogState &before);
    /// The model does not let it write that.
    void refuses(Process process, const LogState::Transaction &transaction, const LogState &before);
    /// It goes in peace.
    void leaves(Process process);
    void isKilled(Process process);
    /// Every process is gone with the machine. \returns how many of the commits that were not synced it
    /// holds.
    std::size_t losePower();

    // What a process asks, and what the model says.
    void read(Process process, const gate::event::LogRead &should);
    void read(Process process, const TailPosition &position, const std::string &should);
    void read(Process process, const gate::TextState &should);
    void answer(Process process, const DeviceId &device, const frame::Command &command,
                const std::optional<frame::Result> &should);
    void bear(Process process, const frame::Command &command, const gate::CommandContext &should);
    void greet(Process process, const DeviceId &device, const Cursor &cursor, const LogState &model);
    /// Everything that the model knows.
    void compare(Process process, const LogState &model);

    RealDisk::Image files() const { return m_disk.files(); }
    /// Another file stands in its place. No process may have it open.
    void replace(const RealDisk::Image &files);

private:
    Result<> write(Process process, const LogState::Transaction &transaction, Durability durability,
                   const LogState &before);
    Result<> open(Process process, const LogState::Start &start, const LogState &before);
    GatewayLog *of(Process process);
    void close(Process process);
    void mustBe(bool isSame, const char *what);
    std::uint64_t digest();
    std::filesystem::path file() const { return m_disk.dir() / "log.db"; }

    Judge &m_judge;
    Marks &m_marks;
    Random m_random;
    std::string m_account;
    RealDisk m_disk;
    std::map<Process, std::unique_ptr<GatewayLog>> m_logs;
    CommitHistory m_commits;
};

} // namespace holdfast::sim
