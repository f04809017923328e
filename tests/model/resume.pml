/* SPDX-License-Identifier: Apache-2.0 */
/* Resume, outbox and epoch: one client, one gateway, two links, and somebody who cuts, kills and restores.
   Laws 1 to 6, 15 and 17 of model/protocol/PROTOCOL.md; what is left out stands in README.md. */

#ifndef FAULTS
#define FAULTS 2 /* cuts, kills and losses in one history */
#endif
#ifndef AGENT
#define AGENT 1  /* events that an agent writes */
#endif
#ifndef PROBES
#define PROBES 1 /* second links beside one that works */
#endif
#ifdef REACH     /* a mark that some history must reach: the run has to fail here */
#define MARK(n) assert(n != REACH)
#else
#define MARK(n) skip
#endif

#define NO 2 /* no such link */
#define EVENT(what) ((what) + 4 * lineage) /* who wrote it is part of what is compared: law 2 */

mtype:down = { RESUMED, RESET, LOG, SYNCED, RESULT };
mtype:up = { HELLO, ACK, COMMAND };
mtype:side = { CLOSED, WAITING, OPEN };
mtype:message = { QUEUED, SENT, ACCEPTED, LOST }; /* LOST: shown, and the user is asked */

chan down[2] = [2] of { mtype:down, byte, byte, byte };
chan up[2] = [3] of { mtype:up, byte, byte, byte };
bit broken[2] = 1;     /* nothing goes in any more; what is in it may still be read */
bit newest;            /* the link that was dialled last */

/* The gateway's disk; the copy of it in a backup is a prefix of the log. */
byte epoch = 1, lineage = 1, head, acked, copied = NO * 4;
byte log[5];
byte durable;          /* what outlives a power loss */
/* The gateway's memory */
mtype:side side[2] = CLOSED;
byte sent[2];
bit spoke[2], synced[2];
byte agent = AGENT;

/* The client's disk: cursor (its lineage is that of the last event), replica, outbox. */
byte myEpoch, cursor, mine[5];
mtype:message message[2] = QUEUED;
byte number[2], next = 1;
bit isStop;            /* the second message overtakes the first while that has no number */
/* The client's memory */
byte adopted = NO, attempt = NO, generation;
bit online, isOver; /* isOver: of a mutant */
byte probes = PROBES, faults = FAULTS;

byte tookEffect[2];    /* ghost: the epoch of the first effect */

hidden byte s, o, m, a, b, c;
hidden mtype:down d;
hidden mtype:up u;

#define IS(m, i) ((log[i] & 3) == (m) + 1)
#define HAS(m) (IS(m, 1) || IS(m, 2) || IS(m, 3) || IS(m, 4))
#define SAME(i) (i > cursor || mine[i] == log[i])
#define FOLD (cursor <= head && SAME(1) && SAME(2) && SAME(3) && SAME(4))
#define KEPT(m) (message[m] != ACCEPTED || HAS(m))
#define IS_SETTLED(m) ((message[m] == ACCEPTED && HAS(m)) || message[m] == LOST)
#define CONVERGED (adopted != NO && !broken[adopted] && attempt == NO && online && myEpoch == epoch && \
                   cursor == head && FOLD && IS_SETTLED(0) && IS_SETTLED(1) && agent == 0)

#define IS_FREE(s) (s != adopted && s != attempt && side[s] == CLOSED)
#define flush(channel) do :: nempty(channel) -> channel?_, _, _, _ :: empty(channel) -> break od

inline close(link) { side[link] = CLOSED; broken[link] = 1; spoke[link] = 0; synced[link] = 0; sent[link] = 0; flush(up[link]) }
inline leave(link) { broken[link] = 1; flush(down[link]) }

inline say(m) {
    if :: adopted != NO && !broken[adopted] -> up[adopted]!COMMAND, m, number[m], 0 :: else fi
}

/* Law 6: all that has no answer, in order, before anything new. */
inline resend() {
#ifdef MUTANT_ONLY_NEVER_SENT
    skip
#else
    if :: message[1] == SENT && !(message[0] == SENT && number[0] < number[1]) -> say(1) :: else fi;
    if :: message[0] == SENT -> say(0) :: else fi;
    if :: message[1] == SENT && message[0] == SENT && number[0] < number[1] -> say(1) :: else fi
#endif
}

inline adopt(link) {
    if
    :: adopted != NO -> leave(adopted); adopted = link;
       if :: !broken[link] -> up[link]!ACK, 0, 0, 0 :: else fi
    :: else -> adopted = link
    fi;
    attempt = NO; generation = c;
#ifdef MUTANT_NEW_FIRST
    if
    :: message[0] == SENT && message[1] == QUEUED -> sayFirst(1); say(0)
    :: message[1] == SENT && message[0] == QUEUED -> sayFirst(0); say(1)
    :: else -> resend()
    fi
#else
    resend()
#endif
}

/* Law 2: another process that knows less than was answered has forgotten it, and the user is asked. */
inline askFor(m, state) {
    if :: message[m] == state && number[m] > b -> message[m] = LOST; MARK(1) :: else fi
}

/* The first frame of an attempt: a is where the gateway goes on, or its epoch; b the highest number it knows of us;
   c names its process. */
inline onResumed() {
    assert(b < next); /* NO_FALSE_FORK */
    if
#ifndef MUTANT_STALE_RESUME
    :: a != cursor && c != generation -> MARK(2); leave(s); attempt = NO /* not where we are, and maybe not our log */
    :: else ->
#else
    :: true ->
#endif
#ifndef MUTANT_RESUMED_FORGETS
       if :: c != generation -> askFor(0, ACCEPTED); askFor(1, ACCEPTED) :: else fi;
#endif
       adopt(s)
    fi
}

inline onReset() {
    if :: myEpoch == a -> MARK(3) :: else fi;
    if :: adopted != NO -> MARK(4); leave(adopted); adopted = NO :: else fi;
    online = 0; myEpoch = a; cursor = 0; mine[1] = 0; mine[2] = 0; mine[3] = 0; mine[4] = 0;
#ifndef MUTANT_RESET_WITHOUT_ACKED
    askFor(0, ACCEPTED); askFor(1, ACCEPTED);
#endif
#ifndef MUTANT_RESET_RESENDS
    askFor(0, SENT); askFor(1, SENT);
#endif
    adopt(s)
}

inline onLog() { /* (a, a + 1 or 2], law 4 */
    o = a + 1 + (c != 0);
    assert(a <= cursor); /* NO_HOLE: links keep their order, and each begins at a cursor */
    if
    :: o <= cursor -> MARK(5)
#ifdef MUTANT_DROP_UNEQUAL
    :: o > cursor && a != cursor -> skip
    :: o > cursor && a == cursor ->
#else
    :: else -> if :: a < cursor -> MARK(6) :: else fi;
#endif
#ifdef MUTANT_APPEND_WHOLE
       mine[cursor + 1] = b; if :: c != 0 -> mine[cursor + 2] = c :: else fi; cursor = cursor + o - a
#elif defined(MUTANT_CURSOR_FIRST)
       cursor = o; if :: faults > 0 -> faults--; killClient() :: mine[a + 1] = b; if :: c != 0 -> mine[o] = c :: else fi fi
#else
       mine[a + 1] = b; if :: c != 0 -> mine[o] = c :: else fi; cursor = o
#endif
    fi;
    assert(side[s] != OPEN || FOLD) /* I1 */
}

inline killClient() {
    adopted = NO; attempt = NO; generation = 0; online = 0; isOver = 0; leave(0); leave(1);
#ifdef MUTANT_NOT_DURABLE
    if :: message[0] == SENT -> message[0] = QUEUED; number[0] = 0; next = 1 + number[1] :: else fi;
#endif
}

inline dial() {
    if :: IS_FREE(0) -> attempt = 0 :: else -> attempt = 1 fi;
    newest = attempt; broken[attempt] = 0; side[attempt] = WAITING;
    up[attempt]!HELLO, myEpoch, cursor, mine[cursor] >> 2
}

/* Law 6: the number is on disk before the frame leaves. A kill between the two is a kill behind a frame that is lost. */
inline sayFirst(m) {
#ifndef MUTANT_NUMBER_AT_WRITING
    number[m] = next; next++;
#endif
    message[m] = SENT; say(m)
}

active proctype Client() {
    if :: isStop = 1 :: true fi;
#ifdef MUTANT_NUMBER_AT_WRITING
    number[0] = 1; number[1] = 2; next = 3;
#endif
end:
    do
    :: atomic { adopted != NO && message[0] == QUEUED && !(isStop && message[1] == QUEUED) -> sayFirst(0) }
    :: atomic { adopted != NO && message[1] == QUEUED && (isStop || message[0] != QUEUED) -> sayFirst(1) }
    :: atomic {
        if :: nempty(down[0]) -> s = 0 :: nempty(down[1]) -> s = 1 fi;
        down[s]?d, a, b, c;
        if
        :: d == RESUMED -> onResumed()
        :: d == RESET -> onReset()
        :: d == LOG -> onLog()
        :: d == SYNCED -> online = 1;
           assert(cursor >= a);                                  /* I13: synced is the whole */
           assert(side[s] != OPEN || (KEPT(0) && KEPT(1)))       /* I6: accepted, so there or shown as lost */
        :: d == RESULT && message[a] == SENT -> message[a] = ACCEPTED
        :: else
        fi }
    :: atomic { adopted != NO && broken[adopted] -> leave(adopted); adopted = NO; online = 0 }
    :: atomic { attempt != NO && broken[attempt] -> leave(attempt); attempt = NO }
#ifdef MUTANT_SUPERSEDED_IS_FINAL
    :: atomic { adopted == NO && attempt == NO && !isOver && (IS_FREE(0) || IS_FREE(1)) -> dial() }
#else
    :: atomic { adopted == NO && attempt == NO && (IS_FREE(0) || IS_FREE(1)) -> dial() }
#endif
    :: atomic { adopted != NO && attempt == NO && probes > 0 && (IS_FREE(0) || IS_FREE(1)) -> probes--; dial() }
    od
}

inline restart() {
    lineage++; close(0); close(1)
}

inline append(what) { head++; log[head] = EVENT(what) }

/* Law 15: the older link is served until the client speaks on the newer one. */
inline supersede() {
    if
    :: newest == s && side[1 - s] == OPEN ->
       assert(adopted != 1 - s); /* HANDOVER: an attempt that comes to nothing has destroyed nothing */
       close(1 - s);
       MARK(8)
    :: else
    fi
}

inline onHello() { /* cursor a:b:c */
    side[s] = OPEN;
    if :: broken[s] -> MARK(9) :: else fi;
#ifdef MUTANT_SUPERSEDED_IS_FINAL
    if :: side[1 - s] == OPEN -> isOver = 1; close(1 - s) :: else fi;
#endif
#ifdef MUTANT_NEWEST_WINS
    supersede();
#endif
    if
#ifdef MUTANT_NO_LINEAGE
    :: a == epoch && b <= head ->
#elif defined(MUTANT_EPOCH_IGNORED)
    :: a != 0 && b <= head && (log[b] >> 2) == c ->
#else
    :: a == epoch && b <= head && (log[b] >> 2) == c ->
#endif
       sent[s] = b; if :: !broken[s] -> down[s]!RESUMED, b, acked, lineage :: else fi
    :: else -> sent[s] = 0; if :: !broken[s] -> down[s]!RESET, epoch, acked, lineage :: else fi
    fi
}

inline onCommand() { /* message a, numbered b */
    if
#ifndef MUTANT_NO_DEDUPE
    :: HAS(a) -> MARK(10)
#endif
#ifdef MUTANT_NO_DEDUPE
    :: true ->
#else
    :: else -> assert(b > acked); /* NO_FALSE_FORK: nobody copied this profile */
#endif
       assert(!HAS(a)); /* I6: at most once in this log */
       assert(tookEffect[a] == 0 || tookEffect[a] == epoch); /* I6: in another epoch only when the user was asked */
       assert(a == 0 || isStop || tookEffect[0] != 0 || message[0] == LOST); /* I7 */
       append(a + 1); tookEffect[a] = epoch;
#ifdef MUTANT_HIGH_WATER_APART
       if :: faults > 0 -> faults--; log[head] = 0; head--; acked = b; restart() :: acked = b fi;
#else
       acked = b;
#endif
#if defined(POWER_LOSS) && !defined(MUTANT_ANSWER_EARLY)
       durable = head
#endif
    fi;
    if :: side[s] == OPEN && !broken[s] -> down[s]!RESULT, a, 0, 0 :: else fi
}

inline pump(s) {
    if
    :: sent[s] < head -> /* up to two events: a batch can begin below the cursor and end above it */
       a = sent[s];
       sent[s] = (a + 2 <= head -> a + 2 : head);
       down[s]!LOG, a, log[a + 1], (a + 2 <= head -> log[a + 2] : 0)
    :: else -> synced[s] = 1; down[s]!SYNCED, head, 0, 0
    fi
}

#define CAN_PUMP(s) (side[s] == OPEN && !broken[s] && nfull(down[s]) && (sent[s] < head || !synced[s]))
#define CAN_READ(s) (side[s] != CLOSED && nempty(up[s]) && nfull(down[s]))

active proctype Gateway() {
end:
    do
    :: atomic {
        if :: CAN_READ(0) -> s = 0 :: CAN_READ(1) -> s = 1 fi;
        up[s]?u, a, b, c;
        if :: u != HELLO && !spoke[s] -> spoke[s] = 1; supersede() :: else fi;
        if :: u == HELLO -> onHello() :: u == COMMAND -> onCommand() :: else fi }
    :: atomic { CAN_PUMP(0) -> pump(0) }
    :: atomic { CAN_PUMP(1) -> pump(1) }
    :: atomic { agent > 0 -> agent--; append(3) }
    :: atomic { side[0] != CLOSED && broken[0] -> close(0) }
    :: atomic { side[1] != CLOSED && broken[1] -> close(1) }
    od
}

inline cutLog(to) {
    head = to;
    if :: head < 4 -> log[4] = 0 :: else fi; if :: head < 3 -> log[3] = 0 :: else fi;
    if :: head < 2 -> log[2] = 0 :: else fi; if :: head < 1 -> log[1] = 0 :: else fi;
    acked = (HAS(0) -> number[0] : 0); acked = (HAS(1) && number[1] > acked -> number[1] : acked)
}

active proctype Adversary() {
    bit beat;
    do
    :: timeout -> assert(CONVERGED); MARK(7); break /* I14: where nothing moves, everything is done */
    :: atomic { faults > 0 -> faults--;
        if
        :: !broken[0] -> broken[0] = 1
        :: !broken[1] -> broken[1] = 1
        :: restart()
        :: killClient()
#ifdef RESTORE
        :: copied <= head -> cutLog(copied); restart()
#endif
#ifdef NEW_LOG
        :: cutLog(0); epoch++; restart()
#endif
#ifdef POWER_LOSS
        :: cutLog(durable);
#ifndef MUTANT_EPOCH_KEPT
           epoch++;
#endif
           assert(KEPT(0) && KEPT(1));               /* I9: what was answered outlives it */
           assert(myEpoch != epoch || cursor <= head); /* I9: what was told outlives it, or the epoch is another */
           restart()
#endif
        fi }
#ifdef RESTORE
    :: copied > head -> copied = head
#endif
    od;
    do :: beat = 1 - beat od /* the end of a history goes on for ever, or no fairness would look at it */
}

#ifdef LIVENESS
ltl converge { <>[] CONVERGED }
#endif
