// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/crashvfs.h"

#include <algorithm>
#include <cstring>

namespace holdfast::test {

namespace {

using File = CrashDisk::File;

/// The lock of a log's index that a checkpoint holds (WAL_CKPT_LOCK).
constexpr int checkpointSlot = 1;

struct Handle {
    CrashDisk *disk{nullptr};
    std::shared_ptr<File> file;
    std::string name;
    std::uint64_t life{0};
    int level{SQLITE_LOCK_NONE};
    bool isReadOnly{false};
    bool isDead() const { return disk->isOff() || disk->life() != life; }
};

/// What SQLite allocates for a file.
struct Opened {
    sqlite3_file base;
    Handle *handle;
};

Handle &handleOf(sqlite3_file *file) { return *reinterpret_cast<Opened *>(file)->handle; }
CrashDisk &diskOf(sqlite3_vfs *vfs) { return *static_cast<CrashDisk *>(vfs->pAppData); }

int codeOf(CrashDisk::Kind kind, int ioError)
{
    switch (kind) {
    case CrashDisk::Kind::None:
        return SQLITE_OK;
    case CrashDisk::Kind::Full:
        return SQLITE_FULL;
    case CrashDisk::Kind::PowerLoss:
    case CrashDisk::Kind::IoError:
    case CrashDisk::Kind::SyncError:
        break;
    }
    return ioError;
}

int close(sqlite3_file *file)
{
    auto *opened = reinterpret_cast<Opened *>(file);
    File &shared = *opened->handle->file;
    for (auto &[slot, holders] : shared.locks)
        holders.erase(opened->handle);
    std::erase_if(shared.exclusive, [&](const auto &each) { return each.second == opened->handle; });
    delete opened->handle;
    opened->handle = nullptr;
    return SQLITE_OK;
}

int read(sqlite3_file *file, void *to, int size, sqlite3_int64 offset)
{
    const Handle &handle = handleOf(file);
    if (handle.isDead())
        return SQLITE_IOERR_READ;
    const std::string &bytes = handle.file->seen;
    const auto begin = std::min(static_cast<std::size_t>(offset), bytes.size());
    const auto wanted = static_cast<std::size_t>(size);
    const std::size_t count = std::min(wanted, bytes.size() - begin);
    std::memcpy(to, bytes.data() + begin, count);
    std::memset(static_cast<char *>(to) + count, 0, wanted - count);
    return count == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file *file, const void *from, int size, sqlite3_int64 offset)
{
    Handle &handle = handleOf(file);
    if (handle.isDead())
        return SQLITE_IOERR_WRITE;
    const CrashDisk::Kind kind = handle.disk->strike(CrashDisk::Op::Write);
    if (kind == CrashDisk::Kind::None || kind == CrashDisk::Kind::PowerLoss)
        handle.disk->write(*handle.file, static_cast<std::uint64_t>(offset),
                           {static_cast<const char *>(from), static_cast<std::size_t>(size)});
    return codeOf(kind, SQLITE_IOERR_WRITE);
}

int truncate(sqlite3_file *file, sqlite3_int64 size)
{
    Handle &handle = handleOf(file);
    if (handle.isDead())
        return SQLITE_IOERR_TRUNCATE;
    const CrashDisk::Kind kind = handle.disk->strike(CrashDisk::Op::Truncate);
    if (kind == CrashDisk::Kind::None || kind == CrashDisk::Kind::PowerLoss)
        handle.disk->truncate(*handle.file, static_cast<std::uint64_t>(size));
    return codeOf(kind, SQLITE_IOERR_TRUNCATE);
}

/// What synchronous=NORMAL would not sync is a log that nobody checkpoints, and that was not begun anew.
CrashDisk::Moment momentOf(const Handle &handle)
{
    constexpr std::string_view suffix = "-wal";
    if (!handle.name.ends_with(suffix))
        return CrashDisk::Moment::Checkpoint;
    const auto main = handle.disk->find(handle.name.substr(0, handle.name.size() - suffix.size()));
    const bool isCheckpoint = main && main->exclusive.contains(checkpointSlot);
    const bool isBegun = std::ranges::any_of(handle.file->pending,
                                             [](const CrashDisk::Pending &each) { return each.offset == 0; });
    return isCheckpoint || isBegun ? CrashDisk::Moment::Checkpoint : CrashDisk::Moment::Commit;
}

int sync(sqlite3_file *file, int)
{
    Handle &handle = handleOf(file);
    if (handle.isDead())
        return SQLITE_IOERR_FSYNC;
    const CrashDisk::Kind kind = handle.disk->strike(CrashDisk::Op::Sync);
    if (kind == CrashDisk::Kind::IoError) {
        handle.disk->failSync(*handle.file);
    } else if (kind == CrashDisk::Kind::None) {
        handle.disk->sync(*handle.file, momentOf(handle));
    }
    return codeOf(kind, SQLITE_IOERR_FSYNC);
}

int fileSize(sqlite3_file *file, sqlite3_int64 *size)
{
    const Handle &handle = handleOf(file);
    if (handle.isDead())
        return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>(handle.file->seen.size());
    return SQLITE_OK;
}

bool othersHold(const Handle &handle, int level)
{
    const auto &holders = handle.file->locks[level];
    return std::ranges::any_of(holders, [&](const void *each) { return each != &handle; });
}

/// As in SQLite: any number SHARED, one RESERVED beside them, PENDING keeps new ones out, EXCLUSIVE is alone.
int lock(sqlite3_file *file, int level)
{
    Handle &handle = handleOf(file);
    if (handle.isDead())
        return SQLITE_IOERR_LOCK;
    if (level <= handle.level)
        return SQLITE_OK;
    if (handle.isReadOnly && level > SQLITE_LOCK_SHARED)
        return SQLITE_IOERR_LOCK; // the system gives no lock for writing on what is open for reading
    const bool isBusy =
        level == SQLITE_LOCK_SHARED
            ? othersHold(handle, SQLITE_LOCK_PENDING) || othersHold(handle, SQLITE_LOCK_EXCLUSIVE)
            : othersHold(handle, SQLITE_LOCK_RESERVED) || othersHold(handle, SQLITE_LOCK_PENDING) ||
                  othersHold(handle, SQLITE_LOCK_EXCLUSIVE) ||
                  (level == SQLITE_LOCK_EXCLUSIVE && othersHold(handle, SQLITE_LOCK_SHARED));
    if (isBusy)
        return SQLITE_BUSY;
    handle.file->locks[level].insert(&handle);
    handle.level = level;
    return SQLITE_OK;
}

int unlock(sqlite3_file *file, int level)
{
    Handle &handle = handleOf(file);
    for (auto &[held, holders] : handle.file->locks) {
        if (held > level)
            holders.erase(&handle);
    }
    handle.level = std::min(handle.level, level);
    return SQLITE_OK;
}

int checkReserved(sqlite3_file *file, int *isHeld)
{
    const Handle &handle = handleOf(file);
    *isHeld = !handle.file->locks[SQLITE_LOCK_RESERVED].empty() ||
              !handle.file->locks[SQLITE_LOCK_EXCLUSIVE].empty();
    return SQLITE_OK;
}

int fileControl(sqlite3_file *, int, void *) { return SQLITE_NOTFOUND; }
int sectorSize(sqlite3_file *) { return 4096; }                                  // as the unix one says
int characteristics(sqlite3_file *) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; } // likewise

int shmMap(sqlite3_file *file, int region, int size, int isWanted, void volatile **to)
{
    const Handle &handle = handleOf(file);
    *to = nullptr;
    if (handle.isDead())
        return SQLITE_IOERR_SHMMAP;
    auto &regions = handle.file->shared;
    const auto count = static_cast<std::size_t>(region) + 1;
    while (isWanted != 0 && regions.size() < count)
        regions.push_back(std::make_unique<std::vector<char>>(static_cast<std::size_t>(size)));
    if (regions.size() >= count)
        *to = regions[count - 1]->data();
    return SQLITE_OK;
}

/// Slots of the index of a log; told apart from the levels of a file by their numbers.
int shmLock(sqlite3_file *file, int offset, int count, int flags)
{
    constexpr int slots = 100;
    Handle &handle = handleOf(file);
    if (handle.isDead())
        return SQLITE_IOERR_SHMLOCK;
    File &shared = *handle.file;
    const bool isExclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (int slot = offset; slot < offset + count && (flags & SQLITE_SHM_LOCK) != 0; ++slot) {
        const auto owner = shared.exclusive.find(slot);
        const bool isOthers = owner != shared.exclusive.end() && owner->second != &handle;
        if (isOthers || (isExclusive && othersHold(handle, slots + slot)))
            return SQLITE_BUSY;
    }
    for (int slot = offset; slot < offset + count; ++slot) {
        if ((flags & SQLITE_SHM_UNLOCK) != 0) {
            shared.exclusive.erase(slot);
            shared.locks[slots + slot].erase(&handle);
        } else if (isExclusive) {
            shared.exclusive[slot] = &handle;
        } else {
            shared.locks[slots + slot].insert(&handle);
        }
    }
    return SQLITE_OK;
}

void shmBarrier(sqlite3_file *) {}

int shmUnmap(sqlite3_file *file, int isDeleted)
{
    if (isDeleted != 0)
        handleOf(file).file->shared.clear();
    return SQLITE_OK;
}

constexpr sqlite3_io_methods methods{
    2,        close,         read,        write,      truncate,        sync,   fileSize, lock,
    unlock,   checkReserved, fileControl, sectorSize, characteristics, shmMap, shmLock,  shmBarrier,
    shmUnmap, nullptr,       nullptr};

int open(sqlite3_vfs *vfs, sqlite3_filename path, sqlite3_file *file, int flags, int *outFlags)
{
    CrashDisk &disk = diskOf(vfs);
    file->pMethods = nullptr;
    const std::string name = path ? path : "";
    std::shared_ptr<File> found = disk.find(name);
    const bool isMade = !found && (flags & SQLITE_OPEN_CREATE) != 0;
    const CrashDisk::Kind kind = disk.strike(CrashDisk::Op::Open);
    if (kind != CrashDisk::Kind::None && !(kind == CrashDisk::Kind::PowerLoss && isMade))
        return codeOf(kind, SQLITE_CANTOPEN);
    if (!found && !isMade)
        return SQLITE_CANTOPEN;
    if (!found)
        found = disk.make(name);
    constexpr int journals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    if (isMade)
        found->wantsFolderSync = (flags & journals) != 0;
    auto *opened = reinterpret_cast<Opened *>(file);
    opened->handle = new Handle{.disk = &disk,
                                .file = std::move(found),
                                .name = name,
                                .life = disk.life(),
                                .isReadOnly = (flags & SQLITE_OPEN_READONLY) != 0};
    opened->base.pMethods = &methods;
    if (outFlags)
        *outFlags = flags;
    return SQLITE_OK;
}

int remove(sqlite3_vfs *vfs, const char *name, int isFolderSynced)
{
    CrashDisk &disk = diskOf(vfs);
    const CrashDisk::Kind kind = disk.strike(CrashDisk::Op::Delete);
    if (!disk.find(name))
        return SQLITE_IOERR_DELETE_NOENT;
    if (kind == CrashDisk::Kind::None || kind == CrashDisk::Kind::PowerLoss)
        disk.remove(name);
    if (kind == CrashDisk::Kind::None && isFolderSynced != 0)
        disk.syncFolder();
    return codeOf(kind, SQLITE_IOERR_DELETE);
}

int access(sqlite3_vfs *vfs, const char *name, int, int *isThere)
{
    const auto file = diskOf(vfs).find(name);
    *isThere = file ? 1 : 0;
    return SQLITE_OK;
}

int fullPathname(sqlite3_vfs *, const char *name, int size, char *to)
{
    sqlite3_snprintf(size, to, "%s", name);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs *vfs, int size, char *to)
{
    const std::string bytes = diskOf(vfs).noise(static_cast<std::size_t>(size));
    std::memcpy(to, bytes.data(), bytes.size());
    return size;
}

/// Nobody waits here: whoever holds a lock is in this thread.
int pause(sqlite3_vfs *, int microseconds) { return microseconds; }

int currentTime(sqlite3_vfs *, sqlite3_int64 *ms)
{
    *ms = 212'000'000'000'000;
    return SQLITE_OK;
}

constexpr int pagesOften = 12;

int onFirstStatement(unsigned, void *database, void *, void *)
{
    auto *connection = static_cast<sqlite3 *>(database);
    sqlite3_trace_v2(connection, 0, nullptr, nullptr);
    return sqlite3_wal_autocheckpoint(connection, pagesOften);
}

/// What is set while a connection is opened is set back to the default at the end of it.
int onConnection(sqlite3 *database, const char **, const sqlite3_api_routines *)
{
    return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, onFirstStatement, database);
}

} // namespace

void checkpointOften() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(onConnection)); }

CrashVfs::CrashVfs(CrashDisk &disk)
{
    m_vfs.iVersion = 2;
    m_vfs.szOsFile = sizeof(Opened);
    m_vfs.mxPathname = 512;
    m_vfs.zName = "crash";
    m_vfs.pAppData = &disk;
    m_vfs.xOpen = open;
    m_vfs.xDelete = remove;
    m_vfs.xAccess = access;
    m_vfs.xFullPathname = fullPathname;
    m_vfs.xRandomness = randomness;
    m_vfs.xSleep = pause;
    m_vfs.xCurrentTimeInt64 = currentTime;
    sqlite3_vfs_register(&m_vfs, 1);
    reseed();
}

CrashVfs::~CrashVfs() { sqlite3_vfs_unregister(&m_vfs); }

} // namespace holdfast::test
