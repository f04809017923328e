// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/store/database.h"

#include <string>

namespace holdfast {

/// The texts of both stores: chunks of bytes by (item, start). Inside of a transaction of the caller for
/// writes.
class PartTable
{
public:
    explicit PartTable(Database &database) : m_database(database) {}

    /// Bytes from `offset` on, at most `bytesMax`; not cut at characters. Cost: one indexed read per chunk.
    Result<std::string> read(const std::string &item, std::uint64_t offset, std::uint64_t bytesMax) const;
    /// An empty text changes nothing.
    Result<> append(const std::string &item, std::uint64_t start, const std::string &text);
    /// Forgets everything from `length` on.
    Result<> truncate(const std::string &item, std::uint64_t length);
    /// Puts the many small chunks of a text that grows no more into few large ones; however long it is, one
    /// of these is in memory.
    Result<> merge(const std::string &item, std::uint64_t length);

private:
    Result<> mergeAt(const std::string &item, std::uint64_t at);

    Database &m_database;
};

} // namespace holdfast
