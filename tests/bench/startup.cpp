// SPDX-License-Identifier: Apache-2.0
// From process start to the first painted frame: the desktop with a local history of 10,000 messages (no
// gateway needed), beside an empty Qt window, in turn, in the same run.
#include "app/link/identity.h"
#include "app/link/monotonicclock.h"
#include "model/store/replica.h"
#include "tests/bench/samples.h"
#include "tests/support/program.h"

#include <QCoreApplication>
#include <QTemporaryDir>

#include <cstdio>

using namespace holdfast;
using namespace holdfast::bench;

namespace {

constexpr int messages = 10'000;

bool fill(const QString &dir)
{
    auto replica = Replica::open({dir.toStdString(), &MonotonicClock::wallTime, &newHex128});
    if (!replica || !(*replica)->perform({change::BeginEpoch{{"ab", 0}}}, Durability::Usual))
        return false;
    std::uint64_t seq = 0;
    std::vector<Change> changes;
    const ConversationId conversation{"c1"};
    const auto log = [&](LogBody body) {
        ++seq;
        changes.push_back(change::ApplyLog{{"ab", seq}, {{seq, std::move(body)}}});
    };
    log(logged::ConversationCreated{conversation, {"guide"}, "Ten thousand messages", 1});
    for (int i = 0; i < messages; ++i) {
        const ItemId item{"m" + std::to_string(i)};
        const std::string text =
            "Message **" + std::to_string(i) + "** with a few words, and a list:\n\n- one\n- two\n";
        PrefixHash hash;
        hash.append(text);
        if (i % 2 == 0) {
            log(logged::MessageAdded{conversation, item, text.size(), hash.hex(), i + 1});
        } else {
            log(logged::RunStarted{conversation, {"r" + std::to_string(i)}, item, {"guide"}, 0, i + 1});
            log(logged::RunFinished{conversation,
                                    {"r" + std::to_string(i)},
                                    item,
                                    0,
                                    RunStatus::Completed,
                                    text.size(),
                                    hash.hex(),
                                    "",
                                    i + 1});
        }
        changes.push_back(change::WriteTail{item, 0, 0, text});
        changes.push_back(change::FinishItem{item, change::Verdict::Verified});
    }
    return (*replica)->perform(changes, Durability::Usual).has_value();
}

double startOf(const QString &program, const QStringList &arguments)
{
    const TimePoint from = MonotonicClock::now();
    test::Program started(program, arguments, {QStringLiteral("HOLDFAST_TEST_SEAM=end-after-first-frame")});
    while (const auto line = started.waitForLine()) {
        if (*line == "painted")
            return static_cast<double>((MonotonicClock::now() - from).count()) / 1000.0;
    }
    return -1;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 20;
    const QTemporaryDir dir;
    if (!fill(dir.path()))
        return 1;
    Samples desktop;
    Samples empty;
    for (int i = 0; i < rounds; ++i) {
        empty.add(startOf(QStringLiteral("holdfast-bench-emptywindow"), {}));
        desktop.add(startOf(QStringLiteral("holdfast"), {QStringLiteral("--data-dir"), dir.path()}));
    }
    std::printf("start to first frame, n = %d: holdfast with %d messages %.1f ms (p95 %.1f), empty window "
                "%.1f ms (p95 %.1f), ratio %.2f\n",
                rounds, messages, desktop.quantile(0.5), desktop.quantile(0.95), empty.quantile(0.5),
                empty.quantile(0.95), desktop.quantile(0.5) / empty.quantile(0.5));
    return 0;
}
