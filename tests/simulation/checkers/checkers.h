// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/checkers/bounds.h"
#include "tests/simulation/checkers/budget.h"
#include "tests/simulation/checkers/cause.h"
#include "tests/simulation/checkers/credit.h"
#include "tests/simulation/checkers/drain.h"
#include "tests/simulation/checkers/effect.h"
#include "tests/simulation/checkers/focus.h"
#include "tests/simulation/checkers/fold.h"
#include "tests/simulation/checkers/isolation.h"
#include "tests/simulation/checkers/keep.h"
#include "tests/simulation/checkers/lease.h"
#include "tests/simulation/checkers/outbox.h"
#include "tests/simulation/checkers/prefix.h"
#include "tests/simulation/checkers/quiet.h"
#include "tests/simulation/checkers/silence.h"
#include "tests/simulation/checkers/terminal.h"

namespace holdfast::sim {

/// One checker for each invariant; they watch every step and know only what changed in it.
struct Checkers {
    explicit Checkers(const Truth &truth)
        : fold(judge),
          prefix(judge),
          keep(judge),
          outbox(judge),
          effect(judge, truth),
          terminal(judge),
          isolation(judge),
          bounds(judge),
          quiet(judge),
          cause(judge),
          drain(judge),
          lease(judge),
          credit(judge),
          silence(judge),
          focus(judge),
          budget(judge)
    {}
    Judge judge;
    FoldChecker fold;
    PrefixChecker prefix;
    KeepChecker keep;
    OutboxChecker outbox;
    EffectChecker effect;
    TerminalChecker terminal;
    IsolationChecker isolation;
    BoundsChecker bounds;
    QuietChecker quiet;
    CauseChecker cause;
    DrainChecker drain;
    LeaseChecker lease;
    CreditChecker credit;
    SilenceChecker silence;
    FocusChecker focus;
    BudgetChecker budget;
};

} // namespace holdfast::sim
