// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/runner.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <new>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace holdfast::sim {

namespace {

constexpr std::size_t failureSlots = 64;
constexpr std::size_t wordsMax = 1'000;
constexpr unsigned jobsMax = 64;

/// A failure in memory that several processes see.
struct Slot {
    std::uint64_t seed{0};
    char invariant[64]{};
    char detail[wordsMax]{};

    void set(std::uint64_t which, const Failure &failure)
    {
        seed = which;
        std::strncpy(invariant, failure.invariant.c_str(), sizeof(invariant) - 1);
        std::strncpy(detail, failure.detail.c_str(), sizeof(detail) - 1);
    }
};

struct Shared {
    std::atomic<std::uint64_t> next{0};
    std::atomic<std::size_t> failures{0};
    std::array<Slot, failureSlots> slots{};
    std::array<Tally, jobsMax> tallies{};
    std::array<std::uint64_t, jobsMax> current{};
};

/// One object that this process and those it starts share.
template<class T>
class SharedMemory
{
public:
    SharedMemory()
        : m_object(new(mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) T)
    {}
    ~SharedMemory() { munmap(m_object, sizeof(T)); }
    SharedMemory(const SharedMemory &) = delete;
    SharedMemory &operator=(const SharedMemory &) = delete;
    T *operator->() { return m_object; }
    T &operator*() { return *m_object; }

private:
    T *m_object;
};

void note(Shared &shared, std::uint64_t seed, const Failure &failure)
{
    const std::size_t slot = shared.failures.fetch_add(1);
    if (slot < failureSlots)
        shared.slots[slot].set(seed, failure);
}

void work(Shared &shared, const Order &order, unsigned job)
{
    while (shared.failures.load() < order.failuresMax) {
        const std::uint64_t offset = shared.next.fetch_add(1);
        if (offset >= order.seeds)
            return;
        const std::uint64_t seed = order.from + offset;
        shared.current[job] = seed;
        const Plan plan = generate(seed, order.stores);
        const Outcome outcome = runPlan(plan);
        shared.tallies[job].add(outcome);
        if (outcome.failure)
            note(shared, seed, *outcome.failure);
        else if (order.times == Order::Times::Twice && runPlan(plan).hash != outcome.hash)
            note(shared, seed, {"deterministic", "two runs of one seed differ"});
    }
}

pid_t startJob(Shared &shared, const Order &order, unsigned job)
{
    const pid_t child = fork();
    if (child == 0) {
        work(shared, order, job);
        _exit(0);
    }
    return child;
}

} // namespace

void Tally::add(const Outcome &outcome)
{
    ++seeds;
    steps += outcome.steps;
    virtualUs += outcome.virtualUs;
    marks.add(outcome.marks);
    for (std::size_t i = 0; i < opCount; ++i)
        ops[i] += outcome.ops[i];
}

void Tally::add(const Tally &other)
{
    seeds += other.seeds;
    steps += other.steps;
    virtualUs += other.virtualUs;
    marks.add(other.marks);
    for (std::size_t i = 0; i < opCount; ++i)
        ops[i] += other.ops[i];
}

Report runSeeds(const Order &order)
{
    SharedMemory<Shared> shared;
    std::map<pid_t, unsigned> jobs;
    for (unsigned job = 0; job < std::min(order.jobs, jobsMax); ++job)
        jobs[startJob(*shared, order, job)] = job;
    while (!jobs.empty()) {
        int status = 0;
        const pid_t child = waitpid(-1, &status, 0);
        const auto ended = jobs.find(child);
        if (ended == jobs.end())
            continue;
        const unsigned job = ended->second;
        jobs.erase(ended);
        if (!WIFSIGNALED(status))
            continue;
        note(*shared, shared->current[job], {"assertion", "the run was aborted"});
        if (shared->failures.load() < order.failuresMax)
            jobs[startJob(*shared, order, job)] = job;
    }
    Report report;
    for (const Tally &each : shared->tallies)
        report.tally.add(each);
    for (std::size_t i = 0; i < std::min(shared->failures.load(), failureSlots); ++i) {
        const Slot &slot = shared->slots[i];
        report.failures.push_back({slot.seed, {slot.invariant, slot.detail}});
    }
    std::ranges::sort(report.failures, {}, &FailedSeed::seed);
    return report;
}

std::optional<Failure> tryPlan(const Plan &plan)
{
    SharedMemory<Slot> slot;
    const pid_t child = fork();
    if (child == 0) {
        const Outcome outcome = runPlan(plan);
        if (outcome.failure)
            slot->set(1, *outcome.failure);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        return Failure{"assertion", "the run was aborted"};
    if (slot->seed == 0)
        return std::nullopt;
    return Failure{slot->invariant, slot->detail};
}

} // namespace holdfast::sim
