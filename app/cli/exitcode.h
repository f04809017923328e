// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace holdfast {

/// How `holdfast-cli` ends; documented in the README, and never changed.
enum class ExitCode {
    Ok = 0,            ///< every answer completed and verified
    Usage = 2,         ///< the command line makes no sense
    Incomplete = 3,    ///< an answer ended otherwise, a message was refused, or there is no gateway of ours
    Refused = 4,       ///< the gateway refused the token
    NotTaken = 5,      ///< a message was not taken: the outbox is full, or queueing is off
    DataDirLocked = 6, ///< another process uses the data directory
    StoreUnusable = 7  ///< the disk refused, or the database cannot be used
};

} // namespace holdfast
