// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/store/database.h"
#include "model/store/rows.h"

#include <map>

/// The answers to get_conversation_history and get_agent_context. Gateway and client give them from their own
/// tables, and in the same words: where both know the same, the bytes are the same.
namespace holdfast::answers {

/// Items of one page: at the longest ids it stays below limits::frameBytesUsual.
constexpr int itemsPerPage = 40;
/// Contexts larger than this are refused as "too_large": the answer is one frame.
constexpr std::size_t contextBytesMax = 48 * 1024;

/// A page of what the log says of a conversation. \param sql  selects id, role, seq, length, sha256, status
/// in the order of seq, at most itemsPerPage + 1 of them.
Result<std::string> history(Database &database, const char *sql, const Database::Values &values);

/// {"key": value, …}; the values are JSON objects.
std::string context(const std::map<std::string, std::string> &values);

} // namespace holdfast::answers
