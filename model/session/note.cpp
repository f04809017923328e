// SPDX-License-Identifier: Apache-2.0
#include "model/session/note.h"

#include <algorithm>
#include <array>
#include <utility>

namespace holdfast {

namespace {
constexpr auto names = std::to_array<std::pair<Note, const char *>>({
    {Note::StaleLink, "stale_link"},
    {Note::DuplicateLog, "duplicate_log"},
    {Note::OverlappingLog, "overlapping_log"},
    {Note::LogHole, "log_hole"},
    {Note::DuplicateTail, "duplicate_tail"},
    {Note::TailHole, "tail_hole"},
    {Note::OldTail, "old_tail"},
    {Note::NewTailGeneration, "new_tail_generation"},
    {Note::UnknownTail, "unknown_tail"},
    {Note::ItemVerified, "item_verified"},
    {Note::ItemRepaired, "item_repaired"},
    {Note::ItemUnverifiable, "item_unverifiable"},
    {Note::ItemGone, "item_gone"},
    {Note::Tombstone, "tombstone"},
    {Note::EpochChanged, "epoch_changed"},
    {Note::CommandsLost, "commands_lost"},
    {Note::CommandsResent, "commands_resent"},
    {Note::UnknownResult, "unknown_result"},
    {Note::CommandParked, "command_parked"},
    {Note::CommandBlocked, "command_blocked"},
    {Note::CommandExpired, "command_expired"},
    {Note::CommandDropped, "command_dropped"},
    {Note::CommandTurnedAway, "command_turned_away"},
    {Note::CommandStale, "command_stale"},
    {Note::ConversationMoved, "conversation_moved"},
    {Note::CommandWithdrawn, "command_withdrawn"},
    {Note::WithdrawnTooLate, "withdrawn_too_late"},
    {Note::FlushPaced, "flush_paced"},
    {Note::CommandsPaced, "commands_paced"},
    {Note::BreakerOpened, "breaker_opened"},
    {Note::BreakerClosed, "breaker_closed"},
    {Note::LinkSilent, "link_silent"},
    {Note::LoopBlocked, "loop_blocked"},
    {Note::ConnectTooSlow, "connect_too_slow"},
    {Note::LinkSuspect, "link_suspect"},
    {Note::ProbeFailed, "probe_failed"},
    {Note::HandedOver, "handed_over"},
    {Note::DeviceForked, "device_forked"},
    {Note::NoProgress, "no_progress"},
    {Note::StaleAttempt, "stale_attempt"},
    {Note::AcceptedLost, "accepted_lost"},
    {Note::ProofFailed, "proof_failed"},
    {Note::FrameOutOfPlace, "frame_out_of_place"},
    {Note::Superseded, "superseded"},
    {Note::LinkFull, "link_full"},
});
} // namespace

const char *toString(Note note)
{
    const auto found = std::ranges::find(names, note, &std::pair<Note, const char *>::first);
    return found == names.end() ? "" : found->second;
}

} // namespace holdfast
