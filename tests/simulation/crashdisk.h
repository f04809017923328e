// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/random.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace holdfast::test {

/// Files in memory that know what of them lies on the platters and what only in the page cache. A power loss
/// keeps, drops or tears (at sectors of 512 bytes) every write since the last sync, by a seeded choice; names
/// are as durable as the last sync of their folder. Faults are armed by the number of the operation.
class CrashDisk
{
public:
    /// What a sync is worth. KeptAtCheckpoints: what synchronous=NORMAL would have asked for; Ignored: a disk
    /// that lies.
    enum class Syncs { Kept, KeptAtCheckpoints, Ignored };
    enum class Kind { None, PowerLoss, IoError, Full, SyncError };
    enum class Extent { Once, ForEver };
    struct Fault {
        Kind kind{Kind::None};
        std::uint64_t at{0}; ///< the operation that fails, counted from arm(): 1, 2, …
        Extent extent{Extent::Once};
    };
    enum class Op { Open, Write, Truncate, Sync, Delete };

    struct Pending {
        std::uint64_t offset{0};
        std::string bytes;
        enum class What { Write, Truncate } what{What::Write};
    };
    struct File {
        std::string seen;    ///< as programs read it
        std::string durable; ///< as it would be read after a power loss that dropped all of `pending`
        std::vector<Pending> pending; ///< since the last sync
        bool wantsFolderSync{false};  ///< its first sync also syncs the folder (journals)
        std::vector<std::unique_ptr<std::vector<char>>> shared; ///< the index of a write-ahead log
        std::map<int, std::set<const void *>> locks;            ///< level or slot: who holds it
        std::map<int, const void *> exclusive;                  ///< slot: who holds it alone
    };
    using Image = std::map<std::string, std::string>;

    explicit CrashDisk(std::uint64_t seed) : m_random(seed) {}

    void setSyncs(Syncs syncs) { m_syncs = syncs; }
    /// The next operation is number 1.
    void arm(const Fault &fault);
    std::uint64_t ops() const { return m_ops; }
    bool hasStruck() const { return m_hasStruck; }
    bool isOff() const { return m_isOff; }
    void cutPower() { m_isOff = true; }

    /// The machine is switched on again: what is left of the files is read. Handles of before are dead.
    void restartAfterPowerLoss();
    /// Every process is dead, the machine is not.
    void restartAfterKill();
    /// All files, synced.
    Image image() const;
    void load(const Image &image);

    // For the file system that stands on it.
    std::uint64_t life() const { return m_life; }
    /// Counts an operation. \returns what must go wrong with it.
    Kind strike(Op op);
    std::shared_ptr<File> find(const std::string &name) const;
    std::shared_ptr<File> make(const std::string &name);
    void write(File &file, std::uint64_t offset, std::string bytes);
    void truncate(File &file, std::uint64_t size);
    enum class Moment { Commit, Checkpoint };
    void sync(File &file, Moment moment);
    /// As Linux does it: what could not be written is forgotten as if it had been.
    void failSync(File &file) { surviveInto(file); }
    void remove(const std::string &name);
    void syncFolder();
    std::string noise(std::size_t size);

private:
    static void apply(std::string &image, const Pending &change);
    void applyTorn(std::string &image, const Pending &change);
    void surviveInto(File &file);
    void forgetHandles();

    Random m_random;
    Syncs m_syncs{Syncs::Kept};
    Fault m_fault;
    std::uint64_t m_ops{0};
    std::uint64_t m_life{1};
    bool m_hasStruck{false};
    bool m_isOff{false};
    std::map<std::string, std::shared_ptr<File>> m_files;
    std::map<std::string, std::shared_ptr<File>> m_durableNames;
};

} // namespace holdfast::test
