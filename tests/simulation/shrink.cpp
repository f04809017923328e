// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/shrink.h"

#include "tests/simulation/runner.h"

#include <algorithm>

namespace holdfast::sim {

namespace {

bool fails(const Plan &plan, const Failure &failure)
{
    const std::optional<Failure> now = tryPlan(plan);
    return now && now->invariant == failure.invariant;
}

/// Takes out portions of lines, large ones first.
void takeOutLines(Plan &plan, const Failure &failure)
{
    for (std::size_t portion = std::max<std::size_t>(1, plan.entries.size() / 2); portion > 0; portion /= 2) {
        for (std::size_t at = 0; at < plan.entries.size();) {
            Plan smaller = plan;
            const auto first = smaller.entries.begin() + static_cast<std::ptrdiff_t>(at);
            const std::size_t count = std::min(portion, plan.entries.size() - at);
            smaller.entries.erase(first, first + static_cast<std::ptrdiff_t>(count));
            if (fails(smaller, failure))
                plan = std::move(smaller);
            else
                at += portion;
        }
    }
}

/// Takes the value if it still fails with it.
template<class Set>
bool accepts(Plan &plan, const Failure &failure, Set set)
{
    Plan simpler = plan;
    set(simpler);
    if (simpler == plan || !fails(simpler, failure))
        return false;
    plan = std::move(simpler);
    return true;
}

void simplifyConfig(Plan &plan, const Failure &failure)
{
    const Config usual;
    for (const auto field :
         {&Config::accounts,       &Config::clients,       &Config::conversations, &Config::safetyMs,
          &Config::latencyMs,      &Config::jitterMs,      &Config::bytesPerMs,    &Config::lifetimeMs,
          &Config::commitMs,       &Config::eventsPerRead, &Config::bytesPerRead,  &Config::windowBytes,
          &Config::cutsCharacters, &Config::codec,         &Config::outboxMax,     &Config::outboxDrops,
          &Config::queueingOff,    &Config::preset,        &Config::creditBytes,   &Config::budgetBytes,
          &Config::realStores})
        accepts(plan, failure, [&](Plan &simpler) { simpler.config.*field = usual.*field; });
}

void simplifyNumbers(Plan &plan, const Failure &failure)
{
    for (std::size_t i = 0; i < plan.entries.size(); ++i) {
        for (std::size_t arg = 0; arg < plan.entries[i].args.size(); ++arg) {
            if (accepts(plan, failure, [&](Plan &simpler) { simpler.entries[i].args[arg] = 0; }))
                continue;
            while (accepts(plan, failure, [&](Plan &simpler) { simpler.entries[i].args[arg] /= 2; })) {
            }
        }
    }
}

} // namespace

Plan shrink(Plan plan, const Failure &failure)
{
    constexpr int rounds = 2;
    for (int i = 0; i < rounds; ++i) {
        takeOutLines(plan, failure);
        simplifyConfig(plan, failure);
        simplifyNumbers(plan, failure);
    }
    return plan;
}

} // namespace holdfast::sim
