// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTemporaryDir>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace holdfast::test {

/// A folder of its own for one test; it goes with the object.
class TempDir
{
public:
    std::filesystem::path path() const { return m_dir.path().toStdString(); }
    std::filesystem::path operator/(const char *name) const { return path() / name; }

private:
    QTemporaryDir m_dir;
};

inline std::string bytesOf(const std::filesystem::path &file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void putBytes(const std::filesystem::path &file, const std::string &bytes)
{
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

/// What a kill -9 leaves behind: the database as it lies there while its writer lives, with its log.
inline void copyAsAfterKill(const std::filesystem::path &file, const std::filesystem::path &copy)
{
    std::filesystem::create_directories(copy.parent_path());
    for (const char *suffix : {"", "-wal"}) {
        if (std::filesystem::exists(file.string() + suffix))
            std::filesystem::copy_file(file.string() + suffix, copy.string() + suffix);
    }
}

} // namespace holdfast::test
