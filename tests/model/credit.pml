/* SPDX-License-Identifier: Apache-2.0 */
/* Credit: a gateway that sends no more than the client has room for, a client that may be slow or stand still, cuts.
   Law 10 of model/protocol/PROTOCOL.md (and 5: acks follow the commit; 11: control frames need no credit). */

#ifndef FAULTS
#define FAULTS 2
#endif
#ifdef REACH
#define MARK(n) assert(n != REACH)
#else
#define MARK(n) skip
#endif

#define TEXT 9       /* what there is to send, in units */
#define WINDOW 4     /* units that may be sent and not committed; a frame begun below it may end above it */
#define FRAME_MAX 2
#ifdef MUTANT_LATE_ACK
#define ACK_AT 6
#else
#define ACK_AT 2     /* owed units that are acknowledged at once; fewer wait for the timer */
#endif

mtype:down = { BEGIN, TAIL, PONG };
mtype:up = { HELLO, ACK, PING };
mtype:link = { CLOSED, DIALLED, READY };

chan down = [9] of { mtype:down, byte, byte }; /* its size bounds nothing: see NO_BACKLOG */
chan up = [8] of { mtype:up, byte };
mtype:link link = CLOSED;
bit serves;          /* the gateway has read the hello */
bit pinged, isStill; /* the client waits for an answer; it will never commit again */
bit hasPinged;       /* once a link */
byte faults = FAULTS;

byte sent;           /* the gateway's place in the text */
byte spent, granted; /* what this link has cost, and how much of it the client has committed */

byte held, waiting;  /* the client's disk; and what was received and is not on it yet */
byte got, told;      /* committed on this link, and how much of it was acknowledged */

hidden mtype:down d;
hidden mtype:up u;
hidden byte a, n;

#define IS_EXHAUSTED (spent - granted >= WINDOW)
#define OWED (got - told)
#define flush2(channel) do :: nempty(channel) -> channel?_, _, _ :: empty(channel) -> break od
#define flush1(channel) do :: nempty(channel) -> channel?_, _ :: empty(channel) -> break od
#define CONVERGED (held == TEXT || isStill)

inline ack() {
    assert(nfull(up)); up!ACK, got; told = got
}

inline take(cost) { /* a frame of so much is on the disk */
    held = held + cost; got = got + cost; waiting = waiting - cost;
    if :: OWED >= ACK_AT -> ack() :: else fi
}

active proctype Client() {
end:
    do
    :: atomic { link == CLOSED -> link = DIALLED; up!HELLO, held }
    :: atomic { link == READY && !hasPinged -> hasPinged = 1; pinged = 1; up!PING, 0 }
    :: atomic { nempty(down) && (waiting == 0 || isStill) -> down?d, a, n;
        if
        :: d == BEGIN -> link = READY
        :: d == PONG -> pinged = 0
        :: d == TAIL ->
           assert(a == held + waiting);  /* I2: no hole, nothing twice */
           waiting = waiting + n;
#ifdef MUTANT_ACK_BEFORE_COMMIT
           got = got + n; ack(); got = got - n
#endif
        fi }
    :: atomic { waiting > 0 && !isStill -> take(waiting) }
    :: atomic { !isStill && faults > 0 -> isStill = 1 } /* a full disk: it reads on and commits nothing */
#ifndef MUTANT_LATE_ACK
    :: atomic { link == READY && OWED > 0 && nfull(up) -> MARK(1); ack() } /* whenever the timer comes */
#endif
    od
}

inline tail(cost) { down!TAIL, sent, cost; spent = spent + cost; sent = sent + cost }

/* I11, NO_BACKLOG: what was sent on this link and is not on the client's disk is within the window. */
#define IS_BOUNDED (spent - got < WINDOW + FRAME_MAX)

active proctype Gateway() {
end:
    do
    :: atomic { nempty(up) && nfull(down) -> up?u, a;
        if
        :: u == HELLO -> serves = 1; sent = a; down!BEGIN, 0, 0;
#ifndef MUTANT_SPENT_KEPT
           spent = 0;
#endif
#ifndef MUTANT_GRANT_KEPT
           granted = 0
#endif
        :: u == ACK ->
#ifdef MUTANT_ACKS_ADDED
           granted = granted + a
#else
           assert(a >= granted && a <= spent); granted = a
#endif
        :: u == PING ->
           if :: IS_EXHAUSTED -> MARK(2) :: else fi;
#ifdef MUTANT_PONG_NEEDS_CREDIT
           if :: IS_EXHAUSTED -> skip :: else -> down!PONG, 0, 0 fi
#else
           down!PONG, 0, 0
#endif
        fi }
#ifdef MUTANT_NO_CREDIT
    :: atomic { serves && nfull(down) && sent < TEXT -> tail(1); assert(IS_BOUNDED) }
#elif defined(MUTANT_WAITS_FOR_ROOM)
    :: atomic { serves && nfull(down) && sent + 5 <= TEXT && spent - granted + 5 <= WINDOW -> tail(5); assert(IS_BOUNDED) }
    :: atomic { serves && nfull(down) && sent + 5 > TEXT && sent < TEXT && !IS_EXHAUSTED -> tail(1); assert(IS_BOUNDED) }
#else
    :: atomic { serves && nfull(down) && sent < TEXT && !IS_EXHAUSTED -> tail(1); assert(IS_BOUNDED) }
    :: atomic { serves && nfull(down) && sent + 1 < TEXT && !IS_EXHAUSTED -> tail(2); assert(IS_BOUNDED) }
#endif
    od
}

active proctype Adversary() {
    bit beat;
    do
    :: timeout -> assert(CONVERGED && !pinged); MARK(4); break /* I14 */
    :: atomic { faults > 0 && link != CLOSED -> faults--;
        if :: IS_EXHAUSTED -> MARK(3) :: else fi;
        link = CLOSED; serves = 0; flush2(down); flush1(up);
        pinged = 0; hasPinged = 0;
        if :: waiting > 0 && !isStill -> held = held + waiting :: else fi; /* it commits what it had read, on no link */
        waiting = 0;
#ifndef MUTANT_COUNT_KEPT
        got = 0; told = 0
#endif
        }
    od;
    do :: beat = 1 - beat od /* the end of a history goes on for ever, or no fairness would look at it */
}

#ifdef LIVENESS
ltl converge { <>[] CONVERGED && [](pinged -> <> !pinged) }
#endif
