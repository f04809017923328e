// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/simulation/checkers/checkers.h"
#include "tests/simulation/marks.h"
#include "tests/simulation/network.h"
#include "tests/simulation/schedule.h"
#include "tests/simulation/trace.h"
#include "tests/simulation/truth.h"

namespace holdfast::sim {

/// What the wall clocks show when a world begins, ms since 1970.
constexpr std::int64_t wallBegin = 1'764'000'000'000;

/// What every node of a world works with.
struct Context {
    const Config &config;
    Schedule &schedule;
    Network &network;
    Checkers &checkers;
    Truth &truth;
    Marks &marks;
    Trace &trace;
    std::uint64_t &steps;
};

} // namespace holdfast::sim
