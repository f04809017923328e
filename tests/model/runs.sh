# SPDX-License-Identifier: Apache-2.0
# What packaging/model runs. Longest first, so that the cores stay busy. Sourced, not run.
# shellcheck shell=bash
#
#   holds MODEL KIND KIND PROPERTIES [CASE [DEFINES]]     no violation in the whole state space
#   finds MODEL MUTANT KIND PROPERTY VIOLATION [DEFINES]  the bug is found, and as the violation of this property
#   reaches MODEL NUMBER WORDS [DEFINES]                  the mark is reached in some history

all='I1 I2 I4 I6 I7 I13 I14, no false fork'
holds resume safety safety "$all" restore '-DRESTORE -DFAULTS=2 -DAGENT=0'
holds resume safety safety "$all" restore1 '-DRESTORE -DFAULTS=1'
holds resume safety safety "$all" cuts '-DFAULTS=2'
holds resume liveness liveness 'converge (invariant 8)' restore '-DRESTORE -DFAULTS=1 -DAGENT=0'
holds resume liveness liveness 'converge (invariant 8)' cuts '-DFAULTS=1'
holds resume safety safety "$all" newlog '-DNEW_LOG -DFAULTS=1'
holds resume safety safety "$all, I9" powerloss '-DPOWER_LOSS -DFAULTS=1'
holds credit liveness liveness 'converge (8), every ping is answered'
holds credit safety safety 'I2 I11 I14'
holds fork liveness liveness 'converge (8)'
holds fork safety safety 'I5 I6 I14, a fork ends'
holds runs liveness liveness 'ends (7, 8)'
holds runs safety safety 'I2 I8 I14, stop'

# How SPIN prints the assertions of I1 and I6: with the macros written out.
fold='violated((side[s]!=1)||(((((cursor<=head)'
kept='violated((side[s]!=1)||(((message[0]!='

finds resume MUTANT_NUMBER_AT_WRITING safety 'no false fork (law 6)' '(b>acked)'
finds resume MUTANT_NOT_DURABLE safety 'no false fork (law 6)' '(b'
finds resume MUTANT_NEW_FIRST safety 'no false fork (law 6)' '(b>acked)'
finds resume MUTANT_ONLY_NEVER_SENT liveness 'converge (invariant 8)' 'acceptance cycle' '-DFAULTS=1 -DAGENT=0'
finds resume MUTANT_NEWEST_WINS safety 'handover (law 15)' '(adopted!=(1-s))'
finds resume MUTANT_SUPERSEDED_IS_FINAL liveness 'converge (invariant 8)' 'acceptance cycle' '-DFAULTS=1 -DAGENT=0'
finds resume MUTANT_DROP_UNEQUAL safety 'I13 synced is the whole' '(cursor>=a)'
finds resume MUTANT_APPEND_WHOLE safety 'I1' "$fold"
finds resume MUTANT_CURSOR_FIRST safety 'I1' "$fold"
finds resume MUTANT_STALE_RESUME safety 'I1' "$fold" -DRESTORE
finds resume MUTANT_NO_LINEAGE safety 'I1' "$fold" -DRESTORE
finds resume MUTANT_NO_DEDUPE safety 'I6 at most once' '!'
finds resume MUTANT_HIGH_WATER_APART safety 'no false fork (law 6)' '(b>acked)'
finds resume MUTANT_RESUMED_FORGETS safety 'I6 accepted, or shown as lost' "$kept" -DRESTORE
finds resume MUTANT_RESET_WITHOUT_ACKED safety 'I6 accepted, or shown as lost' "$kept" -DRESTORE
finds resume MUTANT_RESET_RESENDS safety 'I6 the user is asked (4)' 'tookEffect' -DNEW_LOG
finds resume MUTANT_EPOCH_IGNORED safety 'I14, the epoch is the one of the log' '(myEpoch==epoch)' -DNEW_LOG
finds resume MUTANT_EPOCH_KEPT safety 'I9' '(myEpoch!=epoch)' -DPOWER_LOSS
finds resume MUTANT_ANSWER_EARLY safety 'I9' 'violated(((message[0]!=' -DPOWER_LOSS

finds runs MUTANT_NO_FENCE safety 'I8 nothing by a stale owner' 'lease'
finds runs MUTANT_CHECKED_APART safety 'I8 nothing by a stale owner' 'lease'
finds runs MUTANT_TAKEN_WITHOUT_LEASE safety 'I8 owned before anybody is let in' 'lease'
finds runs MUTANT_LETS_IN_EARLY safety 'I8 owned before anybody is let in' 'lease'
finds runs MUTANT_FROM_THE_BEGINNING safety 'I2' 'offset'
finds runs MUTANT_LEFT_WORKING liveness 'ends (7, 8)' 'acceptance cycle'
finds runs MUTANT_STOP_FORGOTTEN safety 'stop (law 8)' 'isStopAccepted'
finds runs MUTANT_STOP_IN_MEMORY safety 'stop (law 8)' 'isStopAccepted'
finds runs MUTANT_STOP_NEEDS_RUN safety 'stop (law 8)' 'isStopAccepted'
finds runs MUTANT_ENDS_TWICE safety 'I8 one end' '(ends==1)' -DMUTANT_LEASE_ALONE
finds runs MUTANT_CUT_STOPS safety 'stop (law 8)' 'isStopAccepted'

finds credit MUTANT_ACK_BEFORE_COMMIT safety 'I11' 'spent'
finds credit MUTANT_SPENT_KEPT safety 'I14' 'held'
finds credit MUTANT_GRANT_KEPT safety 'I11' 'spent'
finds credit MUTANT_COUNT_KEPT safety 'I11' 'spent'
finds credit MUTANT_ACKS_ADDED safety 'I11' 'spent'
finds credit MUTANT_LATE_ACK safety 'I14' 'held'
finds credit MUTANT_WAITS_FOR_ROOM safety 'I14' 'held'
finds credit MUTANT_PONG_NEEDS_CREDIT liveness 'every ping is answered' 'acceptance cycle'
finds credit MUTANT_NO_CREDIT safety 'I11' 'spent'

finds fork MUTANT_REFUSAL_PARKS safety 'I5, I14' '(common[0]=='
finds fork MUTANT_ID_PER_DEVICE safety 'I6 at most once' 'effects'
finds fork MUTANT_NUMBER_ALONE safety 'I6 accepted, so it took effect' 'effects'
finds fork MUTANT_SUPERSEDED_IGNORED liveness 'converge (8)' 'acceptance cycle'
finds fork MUTANT_OLD_NUMBERS_STAY safety 'a fork ends' 'device'

for each in '1 the user is asked|-DRESTORE' '2 not where we are, another process' '3 reset diverged|-DRESTORE' \
  '4 reset beside a link|-DRESTORE' '5 a batch twice' '6 a batch that overlaps' '7 everything done' '8 superseded' \
  '9 the gateway hears an attempt that is dead' '10 a command twice'; do
  number=${each%% *}
  words=${each#* }
  reaches resume "$number" "${words%%|*}" "$([[ $words == *'|'* ]] && printf %s "${words#*|}")"
done
reaches runs 1 'stopped at the take-over'
reaches runs 2 'taken over at its offset'
reaches runs 3 'interrupted at the take-over'
reaches runs 4 'stop before the run'
reaches runs 5 'a stale owner writes'
reaches runs 6 'a stale owner ends'
reaches runs 7 'everything done'
reaches credit 1 'the timer acknowledges'
reaches credit 2 'a ping while there is no credit'
reaches credit 3 'cut while there is no credit'
reaches credit 4 'everything done'
reaches fork 1 'noticed at resumed'
reaches fork 2 'noticed as refused'
reaches fork 3 'noticed when superseded'
reaches fork 4 'known by its id'
reaches fork 5 'everything done'
