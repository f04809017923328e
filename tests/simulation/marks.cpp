// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/marks.h"

#include <algorithm>

namespace holdfast::sim {

const char *toString(Mark mark)
{
    static constexpr std::array<const char *, markCount> names{"reset_while_streaming",
                                                               "second_drop_before_event",
                                                               "killed_while_catching_up",
                                                               "killed_before_commit",
                                                               "killed_after_commit",
                                                               "killed_between_number_and_send",
                                                               "resend_was_duplicate",
                                                               "seq_gap_accepted",
                                                               "stop_before_run",
                                                               "two_links_served",
                                                               "attempt_died_after_accept",
                                                               "power_loss_new_epoch",
                                                               "power_loss_lost_text",
                                                               "power_loss_same_epoch",
                                                               "diverged_by_lineage",
                                                               "lost_by_server_shown",
                                                               "backlog_full",
                                                               "client_power_loss_lost_commits",
                                                               "gateway_killed_before_store",
                                                               "gateway_killed_after_store",
                                                               "run_taken_over",
                                                               "run_interrupted",
                                                               "read_after_client_gave_up",
                                                               "late_after_hole",
                                                               "profile_forked",
                                                               "dial_while_gateway_down",
                                                               "slept_through_deadline",
                                                               "committed_after_link_lost",
                                                               "text_beyond_gateway",
                                                               "withdrawn_in_time",
                                                               "offline_by_user",
                                                               "refused_to_user",
                                                               "drain_completed",
                                                               "drain_deadline_hit",
                                                               "killed_while_draining",
                                                               "dial_held_for_next",
                                                               "lease_taken_over",
                                                               "stale_owner_rejected",
                                                               "compacted_past_cursor",
                                                               "tombstone_vs_command",
                                                               "expired_at_gateway",
                                                               "real_store_recovered",
                                                               "real_log_recovered",
                                                               "crash_in_recovery",
                                                               "disk_full_recovered",
                                                               "credit_exhausted",
                                                               "tail_merged",
                                                               "focus_changed_while_streaming",
                                                               "snapshot_resumed_midpage",
                                                               "continue_after_crash",
                                                               "run_incomplete",
                                                               "answered_after_cut",
                                                               "text_damaged"};
    return names[static_cast<std::size_t>(mark)];
}

bool isBeyondSimulation(Note note)
{
    constexpr std::array beyond{
        Note::StaleLink,         // the bodies drop what comes of a link they have given up
        Note::OldTail,           // no gateway begins a second generation of a text
        Note::NewTailGeneration, // the same
        Note::LogHole,           // needs a peer or a proxy that drops a frame in the middle of a TCP stream
        Note::TailHole,          // the same
        Note::UnknownResult,     // the same, or one that answers what was not asked
        Note::ProofFailed,       // needs a stranger on the gateway's port
        Note::FrameOutOfPlace,   // needs a peer that breaks the protocol
    };
    return std::ranges::find(beyond, note) != beyond.end();
}

} // namespace holdfast::sim
