// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/event.h"

#include <utility>

namespace holdfast {

/// A parked message that the user wants sent after all. It keeps its id unless the gateway has refused it
/// under that id, for it answers a command that it knows with the answer it gave (law 6). It is written now,
/// and lives for as long as it was meant to.
inline event::CommandGiven givenAgain(frame::Command parked, const std::string &error,
                                      const CommandId &freshId, WallTime now)
{
    event::CommandGiven given;
    const bool wasRefused = parked.seq != 0 && error != "lost_by_reset";
    if (wasRefused)
        given.replaces = std::exchange(parked.id, freshId);
    if (parked.expiresAtMs != 0)
        parked.expiresAtMs = now.ms + parked.expiresAtMs - parked.writtenAtMs;
    parked.writtenAtMs = now.ms;
    parked.seq = 0;
    parked.after = {};
    given.command = std::move(parked);
    return given;
}

} // namespace holdfast
