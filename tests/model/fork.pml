/* SPDX-License-Identifier: Apache-2.0 */
/* Device fork: a profile was copied while a message of it was under way, and both copies go on under one device name.
   Law 6 of model/protocol/PROTOCOL.md, and of law 15 what 4001 means to whom. */

#ifndef FAULTS
#define FAULTS 1
#endif
#ifdef REACH
#define MARK(n) assert(n != REACH)
#else
#define MARK(n) skip
#endif

#define SHARED 0    /* the device name in both copies; 1 and 2 are the names they take */
#define COMMON 1    /* the message that was under way, sent as number 1 of the device */
#define OWN(i) ((i) + 2)

mtype:down = { RESUMED, RESULT, SUPERSEDED };
mtype:up = { HELLO, PING, COMMAND };
mtype:message = { NONE, QUEUED, SENT, ACCEPTED, PARKED };
mtype:answer = { FINE, DEVICE_FORKED };

/* One link each: what the other side may still read after a cut is law 6 of resume.pml. */
chan down[2] = [4] of { mtype:down, byte, mtype:answer };
chan up[2] = [4] of { mtype:up, byte, byte, byte };
bit isOpen[2], adopted[2]; /* the socket; and the client has heard the gateway on it */

/* The copies: device name, outbox. */
byte device[2] = SHARED, next[2] = 2;
mtype:message common[2] = SENT, own[2] = NONE;
byte commonNumber[2] = 1, ownNumber[2];

/* The gateway: its command table by device and number, its links. */
byte table[9], acked[3];
byte linkDevice[2];
bit serves[2], spoke[2], newer;
byte faults = FAULTS;

byte effects[4];    /* ghost: by message */

hidden byte a, b, c;
hidden mtype:down d;
hidden mtype:up u;
hidden mtype:answer r;

#define AT(device, number) table[(device) * 3 + (number) - 1]
#define IS_KNOWN(id) (table[0] == id || table[1] == id || table[2] == id || table[3] == id || table[4] == id || \
                      table[5] == id || table[6] == id || table[7] == id || table[8] == id)
#define IS_WELL(i) (isOpen[i] && adopted[i] && common[i] == ACCEPTED && effects[COMMON] == 1 && \
                    (own[i] == NONE || (own[i] == ACCEPTED && effects[OWN(i)] == 1)))
#define flushDown(i) do :: nempty(down[i]) -> down[i]?_, _, _ :: empty(down[i]) -> break od
#define flushUp(i) do :: nempty(up[i]) -> up[i]?_, _, _, _ :: empty(up[i]) -> break od

inline drop(i) {
    isOpen[i] = 0; adopted[i] = 0; serves[i] = 0; spoke[i] = 0; flushDown(i); flushUp(i)
}

/* A name of its own, and new numbers for all that has no answer. */
inline beginDevice(i) {
    assert(device[i] == SHARED); /* FORK_ENDS: who has a name of its own is never taken for a copy again */
    device[i] = i + 1; next[i] = 1;
#ifndef MUTANT_OLD_NUMBERS_STAY
    if :: common[i] == SENT -> common[i] = QUEUED :: else fi;
    if :: own[i] == SENT -> own[i] = QUEUED :: else fi
#endif
}

inline onResumed(i) { /* a is the highest number that the gateway knows of us */
    adopted[i] = 1;
    if
    :: a >= next[i] -> MARK(1); beginDevice(i); drop(i)
    :: else ->
       up[i]!PING, 0, 0, 0;
       if :: common[i] == SENT -> up[i]!COMMAND, COMMON, commonNumber[i], 0 :: else fi;
       if :: own[i] == SENT -> up[i]!COMMAND, OWN(i), ownNumber[i], 0 :: else fi
    fi
}

inline onResult(i) { /* to message a */
    if
    :: r != FINE -> MARK(2);
#ifdef MUTANT_REFUSAL_PARKS
       if :: a == COMMON -> common[i] = PARKED :: else -> own[i] = PARKED fi
#else
       beginDevice(i); drop(i)
#endif
    :: else ->
       assert(effects[a] == 1); /* I6: accepted, so it took effect once */
       if :: a == COMMON && common[i] == SENT -> common[i] = ACCEPTED
          :: a != COMMON && own[i] == SENT -> own[i] = ACCEPTED :: else fi
    fi
}

proctype Client(bit i) {
    if :: own[i] = QUEUED :: true fi; /* each copy may have something to say of its own */
end:
    do
    :: atomic { !isOpen[i] -> isOpen[i] = 1; newer = i; up[i]!HELLO, device[i], 0, 0 }
    :: atomic { adopted[i] && common[i] == QUEUED -> commonNumber[i] = next[i]; next[i]++; common[i] = SENT;
           up[i]!COMMAND, COMMON, commonNumber[i], 0 }
    :: atomic { adopted[i] && common[i] != QUEUED && own[i] == QUEUED -> ownNumber[i] = next[i]; next[i]++;
           own[i] = SENT; up[i]!COMMAND, OWN(i), ownNumber[i], 0 }
    :: atomic { nempty(down[i]) -> down[i]?d, a, r;
        if
        :: d == RESUMED -> onResumed(i)
        :: d == RESULT -> onResult(i)
        :: d == SUPERSEDED -> /* a is whose attempt it was: each copy knows its own */
#ifndef MUTANT_SUPERSEDED_IGNORED
           if :: a != i -> MARK(3); beginDevice(i) :: else fi;
#endif
           drop(i)
        fi }
    od
}

inline onCommand(i) { /* message a, numbered b, of the link's device c */
    c = linkDevice[i]; r = FINE;
    if
#ifdef MUTANT_ID_PER_DEVICE
    :: AT(c, b) == a -> skip
#else
    :: IS_KNOWN(a) -> MARK(4) /* answered as it was, under any device */
#endif
#ifdef MUTANT_NUMBER_ALONE
    :: !IS_KNOWN(a) && b <= acked[c] -> skip
#elif defined(MUTANT_ID_PER_DEVICE)
    :: AT(c, b) != a && b <= acked[c] -> r = DEVICE_FORKED
#else
    :: !IS_KNOWN(a) && b <= acked[c] -> r = DEVICE_FORKED
#endif
    :: else ->
       effects[a]++; assert(effects[a] == 1); /* I6: at most once, whoever brings it */
       AT(c, b) = a; acked[c] = b
    fi;
    down[i]!RESULT, a, r
}

/* Law 15: its first frame closes the older link of the same device, and names the attempt. */
inline speak(i) {
    spoke[i] = 1;
    if
    :: newer == i && serves[1 - i] && linkDevice[1 - i] == linkDevice[i] ->
       serves[1 - i] = 0; flushUp(1 - i); down[1 - i]!SUPERSEDED, i, FINE
    :: else
    fi
}

proctype Gateway() {
    byte i;
end:
    do
    :: atomic {
        if :: isOpen[0] && nempty(up[0]) && nfull(down[0]) && nfull(down[1]) -> i = 0
           :: isOpen[1] && nempty(up[1]) && nfull(down[0]) && nfull(down[1]) -> i = 1 fi;
        up[i]?u, a, b, _;
        if
        :: u == HELLO -> serves[i] = 1; spoke[i] = 0; linkDevice[i] = a; down[i]!RESUMED, acked[a], FINE
        :: u != HELLO && serves[i] ->
           if :: !spoke[i] -> speak(i) :: else fi;
           if :: u == COMMAND -> onCommand(i) :: else fi
        :: else
        fi;
        i = 0 }
    od
}

proctype Adversary() {
    bit beat;
    do
    :: timeout -> assert(IS_WELL(0) && IS_WELL(1)); MARK(5); break /* I5, I14 */
    :: atomic { faults > 0 && isOpen[0] -> faults--; drop(0) }
    :: atomic { faults > 0 && isOpen[1] -> faults--; drop(1) }
    od;
    do :: beat = 1 - beat od /* the end of a history goes on for ever, or no fairness would look at it */
}

init {
    atomic {
        /* The copy was made before or after the gateway had stored the message. */
        if :: AT(SHARED, 1) = COMMON; acked[SHARED] = 1; effects[COMMON] = 1 :: true fi;
        run Client(0); run Client(1); run Gateway(); run Adversary()
    }
}

#ifdef LIVENESS
ltl converge { <>[] (IS_WELL(0) && IS_WELL(1)) }
#endif
