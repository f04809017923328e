// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/crashdisk.h"
#include "tests/simulation/crashvfs.h"
#include "tests/support/tempdir.h"

namespace holdfast::sim {

/// What ended a process that used a store.
enum class Blow { Kill, PowerLoss };

/// The disk of one machine, and the folder that its store is told.
class RealDisk
{
public:
    using Image = test::CrashDisk::Image;

    explicit RealDisk(std::uint64_t seed) : m_disk(seed), m_vfs(m_disk) {}

    /// Before anything is opened or closed on it.
    void use() { m_vfs.use(); }
    std::filesystem::path dir() const { return m_dir.path(); }
    /// One operation fails, the `at`-th from now.
    void arm(test::CrashDisk::Kind kind, std::uint64_t at)
    {
        m_disk.arm({kind, at, test::CrashDisk::Extent::Once});
    }
    /// From now on nothing can be written, not even while the store is closed.
    void cut() { m_disk.cutPower(); }
    void restart(Blow blow)
    {
        m_disk.arm({});
        blow == Blow::Kill ? m_disk.restartAfterKill() : m_disk.restartAfterPowerLoss();
    }
    /// The files by their names in the folder, as programs see them.
    Image files() const
    {
        Image files;
        for (auto &[name, bytes] : m_disk.image())
            files[std::filesystem::path(name).filename()] = bytes;
        return files;
    }
    /// These files, and no others, lie in the folder. Nothing may be open.
    void put(const Image &files)
    {
        Image whole;
        for (const auto &[name, bytes] : files)
            whole[(dir() / name).string()] = bytes;
        m_disk.load(whole);
    }

private:
    test::TempDir m_dir;
    test::CrashDisk m_disk;
    test::CrashVfs m_vfs;
};

} // namespace holdfast::sim
