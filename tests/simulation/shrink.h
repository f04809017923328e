// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/checkers/judge.h"
#include "tests/simulation/plan.h"

namespace holdfast::sim {

/// A smaller plan that breaks the same invariant: lines are taken out as long as it does (delta debugging,
/// Zeller 2002), then the numbers are made simpler.
Plan shrink(Plan plan, const Failure &failure);

} // namespace holdfast::sim
