// SPDX-License-Identifier: Apache-2.0
#include "model/session/note.h"

namespace holdfast {

const char *toString(Note note)
{
    switch (note) {
    case Note::StaleLink:
        return "stale_link";
    case Note::DuplicateLog:
        return "duplicate_log";
    case Note::OverlappingLog:
        return "overlapping_log";
    case Note::LogHole:
        return "log_hole";
    case Note::DuplicateTail:
        return "duplicate_tail";
    case Note::TailHole:
        return "tail_hole";
    case Note::OldTail:
        return "old_tail";
    case Note::NewTailGeneration:
        return "new_tail_generation";
    case Note::UnknownTail:
        return "unknown_tail";
    case Note::ItemVerified:
        return "item_verified";
    case Note::ItemRepaired:
        return "item_repaired";
    case Note::ItemUnverifiable:
        return "item_unverifiable";
    case Note::ItemGone:
        return "item_gone";
    case Note::EpochChanged:
        return "epoch_changed";
    case Note::CommandsLost:
        return "commands_lost";
    case Note::CommandsResent:
        return "commands_resent";
    case Note::UnknownResult:
        return "unknown_result";
    case Note::CommandParked:
        return "command_parked";
    case Note::LinkSilent:
        return "link_silent";
    case Note::LoopBlocked:
        return "loop_blocked";
    case Note::ConnectTooSlow:
        return "connect_too_slow";
    case Note::ProofFailed:
        return "proof_failed";
    case Note::FrameOutOfPlace:
        return "frame_out_of_place";
    case Note::Superseded:
        return "superseded";
    case Note::LinkFull:
        return "link_full";
    }
    return "";
}

} // namespace holdfast
