// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/runner.h"
#include "tests/simulation/shrink.h"
#include "tests/simulation/stopwatch.h"

#include <QCoreApplication>

#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

using namespace holdfast;
using namespace holdfast::sim;

namespace {

struct Options {
    Order order;
    std::optional<std::uint64_t> seed;
    std::string replay;
    std::string save; ///< where a shrunk failure goes
    bool hasLog{false};
    bool needsMarks{false};
    bool shrinks{true};
};

constexpr const char *usage = "holdfast-sim [--seeds N] [--from M] [--jobs J] [--twice] [--marks] "
                              "[--failures N] [--no-shrink] [--save FILE] [--real-stores]\n"
                              "holdfast-sim --seed S [--log]       one seed, with its plan\n"
                              "holdfast-sim --replay FILE [--log]  a plan in words\n";

std::optional<std::uint64_t> numberOf(const char *word)
{
    std::uint64_t value = 0;
    const char *end = word + std::strlen(word);
    const auto [rest, error] = std::from_chars(word, end, value);
    return error == std::errc() && rest == end ? std::optional(value) : std::nullopt;
}

/// The options that take a number.
bool takeNumber(Options &options, const std::string &name, std::uint64_t value)
{
    if (name == "--seeds")
        options.order.seeds = value;
    else if (name == "--from")
        options.order.from = value;
    else if (name == "--jobs")
        options.order.jobs = static_cast<unsigned>(value);
    else if (name == "--failures")
        options.order.failuresMax = value;
    else if (name == "--seed")
        options.seed = value;
    else
        return false;
    return true;
}

std::optional<Options> parse(const std::vector<const char *> &words)
{
    Options options;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string name = words[i];
        if (name == "--twice")
            options.order.times = Order::Times::Twice;
        else if (name == "--marks")
            options.needsMarks = true;
        else if (name == "--real-stores")
            options.order.stores = Stores::Real;
        else if (name == "--log")
            options.hasLog = true;
        else if (name == "--no-shrink")
            options.shrinks = false;
        else if (i + 1 == words.size())
            return std::nullopt;
        else if (name == "--replay")
            options.replay = words[++i];
        else if (name == "--save")
            options.save = words[++i];
        else if (const auto value = numberOf(words[++i]); !value || !takeNumber(options, name, *value))
            return std::nullopt;
    }
    return options;
}

int runOne(const Plan &plan, const Options &options)
{
    std::printf("%s", toWords(plan).c_str());
    const Outcome outcome = runPlan(plan, options.hasLog ? Trace::Lines::Yes : Trace::Lines::No);
    if (options.order.times == Order::Times::Twice && runPlan(plan).hash != outcome.hash) {
        std::printf("FAILED deterministic: two runs differ\n");
        return 1;
    }
    if (outcome.failure) {
        std::printf("FAILED %s: %s\n", outcome.failure->invariant.c_str(), outcome.failure->detail.c_str());
        return 1;
    }
    std::printf("holds: %llu steps, trace %016llx\n", static_cast<unsigned long long>(outcome.steps),
                static_cast<unsigned long long>(outcome.hash));
    return 0;
}

int replay(const Options &options)
{
    std::ifstream file(options.replay);
    std::ostringstream words;
    words << file.rdbuf();
    const auto plan = parsePlan(words.str());
    if (!file || !plan) {
        std::fprintf(stderr, "cannot read %s: %s\n", options.replay.c_str(),
                     plan ? "no such file" : plan.error().detail.c_str());
        return 2;
    }
    return runOne(*plan, options);
}

void printTally(const Tally &tally, double seconds)
{
    std::printf("%llu seeds, %llu steps, %.1f virtual hours in %.1f s: %.0f seeds/s, %.0f steps/s\n",
                static_cast<unsigned long long>(tally.seeds), static_cast<unsigned long long>(tally.steps),
                static_cast<double>(tally.virtualUs) / 3.6e9, seconds,
                static_cast<double>(tally.seeds) / seconds, static_cast<double>(tally.steps) / seconds);
    for (std::size_t i = 0; i < opCount; ++i)
        std::printf("%s%s %llu", i == 0 ? "" : ", ", toString(static_cast<Op>(i)),
                    static_cast<unsigned long long>(tally.ops[i]));
    std::printf("\n");
}

/// \returns how many were never reached.
int printMarks(const Marks &marks, bool onlyMissing)
{
    int missing = 0;
    const auto print = [&](const char *kind, const char *name, std::uint64_t count) {
        missing += count == 0 ? 1 : 0;
        if (count == 0)
            std::printf("never reached: %s %s\n", kind, name);
        else if (!onlyMissing)
            std::printf("%12llu  %s %s\n", static_cast<unsigned long long>(count), kind, name);
    };
    for (std::size_t i = 0; i < markCount; ++i)
        print("mark", toString(static_cast<Mark>(i)), marks.marks[i]);
    for (std::size_t i = 0; i < noteCountMax && *holdfast::toString(static_cast<Note>(i)) != '\0'; ++i) {
        if (!isBeyondSimulation(static_cast<Note>(i)))
            print("note", holdfast::toString(static_cast<Note>(i)), marks.notes[i]);
    }
    return missing;
}

void report(const FailedSeed &failed, const Options &options)
{
    std::printf("FAILED seed %llu, %s: %s\n  again: holdfast-sim --seed %llu%s --log\n",
                static_cast<unsigned long long>(failed.seed), failed.failure.invariant.c_str(),
                failed.failure.detail.c_str(), static_cast<unsigned long long>(failed.seed),
                options.order.stores == Stores::Real ? " --real-stores" : "");
    if (!options.shrinks)
        return;
    const std::string words = "# " + failed.failure.invariant + ": " + failed.failure.detail + "\n" +
                              toWords(shrink(generate(failed.seed, options.order.stores), failed.failure));
    std::printf("  shrunk:\n%s", words.c_str());
    if (!options.save.empty())
        std::ofstream(options.save) << "# SPDX-License-Identifier: Apache-2.0\n" << words;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv); // Qt's SQL wants one
    const auto options = parse({argv + 1, argv + argc});
    if (!options) {
        std::fprintf(stderr, "%s", usage);
        return 2;
    }
    if (!options->replay.empty())
        return replay(*options);
    if (options->seed)
        return runOne(generate(*options->seed, options->order.stores), *options);
    const Stopwatch watch;
    const Report all = runSeeds(options->order);
    printTally(all.tally, watch.seconds());
    for (const FailedSeed &each : all.failures)
        report(each, *options);
    const int missing = all.failures.empty() ? printMarks(all.tally.marks, !options->needsMarks) : 0;
    if (!all.failures.empty() || (options->needsMarks && missing > 0))
        return 1;
    std::printf("all hold\n");
    return 0;
}
