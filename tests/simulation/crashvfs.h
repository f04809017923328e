// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/crashdisk.h"

#include <sqlite3.h>

namespace holdfast::test {

/// SQLite's default file system while it lives: all its files lie on `disk`. One at a time. Connections must
/// be closed before it goes.
class CrashVfs
{
public:
    explicit CrashVfs(CrashDisk &disk);
    ~CrashVfs();
    CrashVfs(const CrashVfs &) = delete;
    CrashVfs &operator=(const CrashVfs &) = delete;

    /// Makes SQLite's own random numbers (salts of the log) begin anew, so that a run can be repeated.
    static void reseed() { sqlite3_randomness(0, nullptr); }

private:
    sqlite3_vfs m_vfs{};
};

/// From now on every connection makes a checkpoint each dozen pages, so that short lives have many.
void checkpointOften();

} // namespace holdfast::test
