// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/crashdisk.h"

#include <sqlite3.h>

namespace holdfast::test {

/// A file system for SQLite on which all files lie on `disk`: its default one from when it is made or use()d,
/// until another is. Connections must be closed before it goes.
class CrashVfs
{
public:
    explicit CrashVfs(CrashDisk &disk);
    ~CrashVfs();
    CrashVfs(const CrashVfs &) = delete;
    CrashVfs &operator=(const CrashVfs &) = delete;

    /// Connections that are opened from now on use it.
    void use() { sqlite3_vfs_register(&m_vfs, 1); }

    /// Makes SQLite's own random numbers (salts of the log) begin anew, so that a run can be repeated.
    static void reseed() { sqlite3_randomness(0, nullptr); }

private:
    sqlite3_vfs m_vfs{};
};

/// From now on every connection makes a checkpoint each dozen pages, so that short lives have many.
void checkpointOften();

} // namespace holdfast::test
