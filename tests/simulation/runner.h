// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/world.h"

namespace holdfast::sim {

/// What many runs came to.
struct Tally {
    std::uint64_t seeds{0};
    std::uint64_t steps{0};
    std::int64_t virtualUs{0};
    Marks marks;
    std::array<std::uint64_t, opCount> ops{};

    void add(const Outcome &outcome);
    void add(const Tally &other);
};

struct FailedSeed {
    std::uint64_t seed{0};
    Failure failure;
};

struct Order {
    std::uint64_t from{1};
    std::uint64_t seeds{1'000};
    unsigned jobs{1};
    enum class Times { Once, Twice } times{Times::Once}; ///< Twice: and both runs must be the same
    std::size_t failuresMax{1};                          ///< then it stops
    Stores stores{Stores::Drawn};
};

struct Report {
    Tally tally;
    std::vector<FailedSeed> failures; ///< by seed
};

/// Runs the plans of many seeds in as many processes as jobs; a run that aborts is a failure like any other.
Report runSeeds(const Order &order);

/// Runs a plan in a process of its own. \returns what failed, an abort included.
std::optional<Failure> tryPlan(const Plan &plan);

} // namespace holdfast::sim
