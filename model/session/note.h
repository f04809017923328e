// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace holdfast {

/// Every branch worth knowing about: the log prints it, the timeline draws it, tests count it.
enum class Note {
    StaleLink,         ///< an event of a link that is no longer held changed nothing
    DuplicateLog,      ///< a batch at or below the cursor was ignored
    OverlappingLog,    ///< a batch began below the cursor and only its new part was applied
    LogHole,           ///< a batch began above the cursor; the part between was requested
    DuplicateTail,     ///< text that was known already
    TailHole,          ///< text beyond what is held; the part between was requested
    OldTail,           ///< text of a generation that has been replaced
    NewTailGeneration, ///< a text began anew
    UnknownTail,       ///< text of an item that is not open here
    ItemVerified,      ///< complete, length and SHA-256 as the gateway said
    ItemRepaired,      ///< hash or length differed: cut back to where it was right, and fetched from there
    ItemUnverifiable,  ///< it differed again and again: kept, and marked as unverified
    ItemGone,          ///< the gateway has no such text any more
    Tombstone,         ///< a conversation was deleted: it is gone from here, too
    EpochChanged,      ///< the gateway could not go on from our cursor
    CommandsLost,      ///< a new epoch does not know commands we had sent: the user is asked
    CommandsResent,    ///< commands without an answer were sent again on a new link
    UnknownResult,     ///< an answer to a command that is not waiting for one
    CommandParked,     ///< the gateway refused a command
    CommandBlocked,    ///< one before it in its conversation was refused: the user is asked
    CommandExpired,    ///< its time passed before it was numbered
    CommandDropped,    ///< the outbox was full: the least urgent one was parked
    CommandTurnedAway, ///< the outbox was full, or queueing is off: it was not taken
    CommandStale,      ///< it waited for more than a day: the user is asked
    ConversationMoved, ///< somebody else wrote where a message waits: the user is asked
    CommandWithdrawn,  ///< a message was taken back before the gateway accepted it
    WithdrawnTooLate,  ///< the gateway had accepted it already
    FlushPaced,        ///< commands wait, so that they do not all leave at once
    CommandsPaced,     ///< an account gives commands faster than it may: they wait in the gateway
    BreakerOpened,     ///< one refusal after the other: the rest waits
    BreakerClosed,     ///< the gateway accepts again
    LinkSilent,        ///< nothing was heard for too long
    LoopBlocked,       ///< we were late ourselves: no verdict about the link
    ConnectTooSlow,    ///< the connect deadline passed
    LinkSuspect,       ///< an answer is late: a second link is opened while this one may still live
    ProbeFailed,       ///< the second link could not be had; nothing changed
    HandedOver,        ///< the second link took over
    DeviceForked,      ///< this profile is a copy, or its copy has gone on: it took a new name
    NoProgress,        ///< link after link ended at the same place: begin anew
    StaleAttempt,      ///< the cursor moved while another gateway was dialled: its history may be another one
    AcceptedLost,      ///< a restored gateway has forgotten messages that it had accepted: the user is asked
    ProofFailed,       ///< the gateway could not prove that it knows the token
    FrameOutOfPlace,   ///< a frame that must not come in this state
    Superseded,        ///< an older link of the same device was closed
    LinkFull           ///< a client reads slower than the gateway sends
};

/// "stale_link", …: for logs.
const char *toString(Note note);

} // namespace holdfast
