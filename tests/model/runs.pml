/* SPDX-License-Identifier: Apache-2.0 */
/* Runs: the answer to one message, three generations of a gateway over one store, any of which may be killed, or freeze
   and come back after its successor has begun. Laws 8 and 9 of model/protocol/PROTOCOL.md. */

#define GENERATIONS 3
#ifdef REACH
#define MARK(n) assert(n != REACH)
#else
#define MARK(n) skip
#endif

#define TEXT 2                  /* the length of a whole answer */
#define G (g - 1)

mtype:answer = { ABSENT, WORKING, COMPLETED, CANCELLED, INTERRUPTED };
mtype:process = { UNBORN, STARTING, SERVING, FROZEN, DEAD };

/* The store: each atomic block of a gateway that touches it is one transaction. */
mtype:answer answer = ABSENT;
byte lease, length;             /* who owns the run; the text so far */
bit isStopKnown;                /* a stop whose target is the message, stored with its answer */

/* The user: both commands come again until they are answered, in either order (law 7: a stop overtakes). */
bit isMessageAccepted, isStopAccepted, wantsStop, wasEarly;

/* Memory of the generations. */
mtype:process process[GENERATIONS] = UNBORN;
bit isRunning[GENERATIONS], mustStop[GENERATIONS], isChecked[GENERATIONS];
byte offset[GENERATIONS];
byte newest = 1;                /* the port is its own: commands reach it alone */
bit isResumable;                /* the agent can go on at an offset */
byte ends;                      /* ghost: terminal events in the log */

#ifdef MUTANT_NO_FENCE
#define IS_MINE (answer == WORKING)
#elif defined(MUTANT_LEASE_ALONE)
#define IS_MINE (lease == g)
#else
#define IS_MINE (answer == WORKING && lease == g)
#endif

#define IS_OVER (answer == COMPLETED || answer == CANCELLED || answer == INTERRUPTED)
#define IS_DONE (isMessageAccepted && IS_OVER && (!wantsStop || isStopAccepted))

inline finish(how) {
    ends++; assert(ends == 1);                      /* I8: one end */
    assert(answer == WORKING && lease == g);           /* I8: by its owner */
    assert(how != CANCELLED || isStopAccepted);     /* law 8: nothing but a stop stops */
    answer = how
}

inline takeOver() { /* law 9: one transaction, before anybody is let in */
    if
    :: answer != WORKING -> skip
#ifndef MUTANT_STOP_FORGOTTEN
    :: answer == WORKING && isStopKnown -> MARK(1); lease = g; finish(CANCELLED)
    :: answer == WORKING && !isStopKnown && (isResumable || length == 0) ->
#else
    :: answer == WORKING && (isResumable || length == 0) ->
#endif
       MARK(2);
#ifndef MUTANT_TAKEN_WITHOUT_LEASE
       lease = g;
#endif
       isRunning[G] = 1;
#ifdef MUTANT_FROM_THE_BEGINNING
       offset[G] = 0
#else
       offset[G] = length
#endif
#ifndef MUTANT_STOP_FORGOTTEN
    :: answer == WORKING && !isStopKnown && !isResumable && length > 0 ->
#else
    :: answer == WORKING && !isResumable && length > 0 ->
#endif
#ifdef MUTANT_LEFT_WORKING
       skip
#else
       MARK(3); lease = g; finish(INTERRUPTED)
#endif
    fi
}

inline acceptMessage() {
    assert(answer == ABSENT);
    isMessageAccepted = 1; answer = WORKING; lease = g;
    if
    :: isStopKnown -> MARK(4); wasEarly = 1; finish(CANCELLED)
    :: else -> isRunning[G] = 1; offset[G] = 0
    fi
}

inline acceptStop() {
    isStopAccepted = 1;
#ifdef MUTANT_STOP_NEEDS_RUN
    if :: answer != ABSENT -> isStopKnown = 1 :: else -> wasEarly = 1 fi;
#elif defined(MUTANT_STOP_IN_MEMORY)
    skip;
#else
    isStopKnown = 1;
#endif
    if :: isRunning[G] -> mustStop[G] = 1 :: else fi
}

inline giveUp() { isRunning[G] = 0; mustStop[G] = 0; offset[G] = 0 }

inline grow() {
    if
#ifdef MUTANT_CHECKED_APART
    :: true ->
#else
    :: IS_MINE ->
#endif
       assert(answer == WORKING && lease == g);        /* I8: nothing behind the end, nothing by a stale owner */
       assert(offset[G] == length);                 /* I2: at the end of what there is */
       assert(!isStopAccepted || mustStop[G]);      /* law 8: who accepted the stop may be about to stop, nobody else */
       length++; offset[G]++
    :: else -> MARK(5); giveUp()                    /* somebody else's by now */
    fi
}

inline finishMine(how) {
    if :: IS_MINE -> finish(how) :: else -> MARK(6) fi;
#ifndef MUTANT_ENDS_TWICE
    giveUp()
#endif
}

proctype Gateway(byte g) {
end_unborn:
    process[G] == STARTING || process[G] == DEAD;
#ifdef MUTANT_LETS_IN_EARLY
    if :: atomic { process[G] == STARTING -> process[G] = SERVING } :: process[G] == DEAD -> skip fi;
#endif
    if
    :: atomic { process[G] == STARTING || process[G] == SERVING ->
         takeOver(); process[G] = SERVING }
    :: process[G] == DEAD -> goto over
    fi;
end:
    do
    :: atomic { process[G] == SERVING && newest == g && !isMessageAccepted -> acceptMessage() }
    :: atomic { process[G] == SERVING && newest == g && wantsStop && !isStopAccepted ->
           assert(answer != WORKING || lease == g);    /* I8: whoever lets people in owns what works */
           acceptStop() }
#ifdef MUTANT_CHECKED_APART
    :: atomic { process[G] == SERVING && isRunning[G] && !isChecked[G] && offset[G] < TEXT ->
           if :: IS_MINE -> isChecked[G] = 1 :: else -> giveUp() fi }
    :: atomic { process[G] == SERVING && isRunning[G] && isChecked[G] -> isChecked[G] = 0; grow() }
#else
    :: atomic { process[G] == SERVING && isRunning[G] && offset[G] < TEXT -> grow() }
#endif
    :: atomic { process[G] == SERVING && isRunning[G] && offset[G] == TEXT && !mustStop[G] -> finishMine(COMPLETED) }
    :: atomic { process[G] == SERVING && isRunning[G] && mustStop[G] -> finishMine(CANCELLED) }
#ifdef MUTANT_CUT_STOPS
    :: atomic { process[G] == SERVING && isRunning[G] -> finishMine(CANCELLED) } /* the user's link is lost */
#endif
    :: process[G] == DEAD -> break
    od;
over:
    skip
}

inline kill(g) { process[G] = DEAD; isRunning[G] = 0; mustStop[G] = 0; offset[G] = 0; isChecked[G] = 0 }

/* Kills and freezes any but the last generation, lets what was frozen come back, and starts the next one. */
proctype Adversary() {
    bit beat;
end:
    do
    :: atomic { newest < GENERATIONS && process[newest - 1] == SERVING -> process[newest - 1] = FROZEN }
    :: atomic { newest < GENERATIONS && (process[newest - 1] == SERVING || process[newest - 1] == STARTING) -> kill(newest) }
    :: atomic { newest < GENERATIONS && (process[newest - 1] == FROZEN || process[newest - 1] == DEAD) ->
           newest++; process[newest - 1] = STARTING }
    :: atomic { process[0] == FROZEN && newest > 1 -> process[0] = SERVING }
    :: atomic { process[1] == FROZEN && newest > 2 -> process[1] = SERVING }
    :: timeout -> assert(IS_DONE);                           /* I14 */
       assert(!wasEarly || (answer == CANCELLED && length == 0)); /* law 8: a stop before the run is a stop */
       MARK(7); break
    od;
    do :: beat = 1 - beat od /* the end of a history goes on for ever, or no fairness would look at it */
}

init {
    atomic {
        if :: isResumable = 1 :: true fi;
        if :: wantsStop = 1 :: true fi;
        process[0] = STARTING;
        run Gateway(1); run Gateway(2); run Gateway(3); run Adversary()
    }
}

#ifdef LIVENESS
ltl ends { <>[] IS_DONE }
#endif
