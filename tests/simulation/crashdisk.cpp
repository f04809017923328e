// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/crashdisk.h"

#include <algorithm>
#include <utility>

namespace holdfast::test {

namespace {

constexpr std::uint64_t sectorBytes = 512;

} // namespace

void CrashDisk::arm(const Fault &fault)
{
    m_fault = fault;
    m_ops = 0;
    m_hasStruck = false;
}

CrashDisk::Kind CrashDisk::strike(Op op)
{
    if (m_isOff)
        return Kind::IoError;
    ++m_ops;
    const bool isIt =
        m_ops == m_fault.at || (m_fault.extent == Extent::ForEver && m_fault.at != 0 && m_ops > m_fault.at);
    if (m_fault.kind == Kind::None || !isIt)
        return Kind::None;
    m_hasStruck = true;
    if (m_fault.kind == Kind::PowerLoss)
        m_isOff = true;
    if (m_fault.kind == Kind::Full && op != Op::Write)
        return Kind::None; // a full disk still syncs, shortens and deletes
    if (m_fault.kind == Kind::SyncError)
        return op == Op::Sync ? Kind::IoError : Kind::None;
    return m_fault.kind;
}

std::shared_ptr<CrashDisk::File> CrashDisk::find(const std::string &name) const
{
    const auto found = m_files.find(name);
    return found == m_files.end() ? nullptr : found->second;
}

std::shared_ptr<CrashDisk::File> CrashDisk::make(const std::string &name)
{
    auto file = std::make_shared<File>();
    if (!name.empty()) // else it is one that only its opener knows
        m_files[name] = file;
    return file;
}

void CrashDisk::apply(std::string &image, const Pending &change)
{
    if (change.what == Pending::What::Truncate) {
        if (change.offset < image.size())
            image.resize(change.offset);
        return;
    }
    if (image.size() < change.offset + change.bytes.size())
        image.resize(change.offset + change.bytes.size());
    image.replace(change.offset, change.bytes.size(), change.bytes);
}

/// Each sector it touches is as it was, or as it should be.
void CrashDisk::applyTorn(std::string &image, const Pending &change)
{
    if (change.what == Pending::What::Truncate)
        return;
    for (std::uint64_t done = 0; done < change.bytes.size();) {
        const std::uint64_t at = change.offset + done;
        const std::uint64_t size =
            std::min<std::uint64_t>(sectorBytes - at % sectorBytes, change.bytes.size() - done);
        if (m_random.below(2) == 0)
            apply(image, {at, change.bytes.substr(done, size)});
        done += size;
    }
}

void CrashDisk::write(File &file, std::uint64_t offset, std::string bytes)
{
    file.pending.push_back({offset, std::move(bytes)});
    apply(file.seen, file.pending.back());
}

void CrashDisk::truncate(File &file, std::uint64_t size)
{
    file.pending.push_back({size, {}, Pending::What::Truncate});
    apply(file.seen, file.pending.back());
}

void CrashDisk::sync(File &file, Moment moment)
{
    if (m_syncs == Syncs::Ignored || (m_syncs == Syncs::KeptAtCheckpoints && moment == Moment::Commit))
        return;
    for (const Pending &each : std::exchange(file.pending, {}))
        apply(file.durable, each);
    if (std::exchange(file.wantsFolderSync, false))
        syncFolder();
}

void CrashDisk::remove(const std::string &name) { m_files.erase(name); }
void CrashDisk::syncFolder()
{
    if (m_syncs != Syncs::Ignored)
        m_durableNames = m_files;
}

/// What of the pending writes has reached the platters. A cache may have written all, none, all up to a
/// moment, or any of them.
void CrashDisk::surviveInto(File &file)
{
    const std::vector<Pending> pending = std::exchange(file.pending, {});
    enum class Mood { Nothing, Everything, UpTo, Any } mood{static_cast<Mood>(m_random.below(4))};
    const std::uint64_t upTo = mood == Mood::UpTo ? m_random.below(pending.size() + 1) : 0;
    for (std::size_t i = 0; i < pending.size(); ++i) {
        std::uint64_t fate = m_random.below(3); // kept, dropped, torn
        if (mood == Mood::Everything || (mood == Mood::UpTo && i < upTo))
            fate = 0;
        else if (mood == Mood::Nothing || (mood == Mood::UpTo && i > upTo))
            fate = 1;
        if (fate == 0)
            apply(file.durable, pending[i]);
        else if (fate == 2)
            applyTorn(file.durable, pending[i]);
    }
}

void CrashDisk::restartAfterPowerLoss()
{
    std::set<std::string> names;
    for (const auto &[name, file] : m_files)
        names.insert(name);
    for (const auto &[name, file] : m_durableNames)
        names.insert(name);
    std::map<std::string, std::shared_ptr<File>> after;
    for (const std::string &name : names) {
        const auto seen = find(name);
        const auto known = m_durableNames.find(name);
        const auto durable = known == m_durableNames.end() ? nullptr : known->second;
        const auto file = seen == durable || m_random.below(2) == 0 ? seen : durable;
        if (!file)
            continue;
        surviveInto(*file);
        file->seen = file->durable;
        after[name] = file;
    }
    m_files = std::move(after);
    forgetHandles();
    syncFolder();
}

void CrashDisk::restartAfterKill() { forgetHandles(); }

/// Whoever still holds a file of before holds another one.
void CrashDisk::forgetHandles()
{
    std::map<std::string, std::shared_ptr<File>> durable;
    for (auto &[name, file] : m_files) {
        auto fresh = std::make_shared<File>();
        fresh->seen = file->seen;
        fresh->durable = file->durable;
        fresh->pending = file->pending;
        fresh->wantsFolderSync = file->wantsFolderSync;
        const auto named = m_durableNames.find(name);
        if (named != m_durableNames.end() && named->second == file)
            named->second = fresh;
        file = std::move(fresh);
    }
    ++m_life;
    m_isOff = false;
    m_fault = {};
}

CrashDisk::Image CrashDisk::image() const
{
    Image image;
    for (const auto &[name, file] : m_files)
        image[name] = file->seen;
    return image;
}

void CrashDisk::load(const Image &image)
{
    m_files.clear();
    for (const auto &[name, bytes] : image) {
        const auto file = make(name);
        file->seen = bytes;
        file->durable = bytes;
    }
    m_durableNames = m_files;
    forgetHandles();
}

std::string CrashDisk::noise(std::size_t size)
{
    std::string bytes(size, '\0');
    for (char &byte : bytes)
        byte = static_cast<char>(m_random.next());
    return bytes;
}

} // namespace holdfast::test
