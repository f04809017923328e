// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/store/gatewaylog.h"
#include "model/store/historyreader.h"
#include "model/store/replica.h"
#include "model/text/prefixhash.h"
#include "tests/support/tempdir.h"

#include <string>
#include <vector>

/// Short words for what stores are given in tests: conversation "c1", answers "a1", messages and commands
/// "m1".
namespace holdfast::test {

inline std::string sha256(const std::string &text)
{
    PrefixHash hash;
    hash.append(text);
    return hash.hex();
}

inline logged::ConversationCreated created(const char *conversation = "c1")
{
    return {{conversation}, {"guide"}, "A title", 1000};
}

inline logged::MessageAdded message(const char *item, const std::string &text,
                                    const char *conversation = "c1")
{
    return {{conversation}, {item}, text.size(), sha256(text), 2000};
}

inline logged::RunStarted started(const char *item, std::uint32_t gen = 0, const char *conversation = "c1")
{
    return {{conversation}, {std::string("run-") + item}, {item}, {"guide"}, gen, 3000};
}

inline logged::RunFinished finished(const char *item, const std::string &text,
                                    RunStatus status = RunStatus::Completed)
{
    logged::RunFinished end;
    end.conversation = {"c1"};
    end.run = {std::string("run-") + item};
    end.item = {item};
    end.status = status;
    end.length = text.size();
    end.sha256 = sha256(text);
    end.atMs = 4000;
    return end;
}

/// The events get the seqs that lead to `upTo`.
inline change::ApplyLog apply(std::uint64_t upTo, const std::vector<LogBody> &bodies,
                              const char *epoch = "e1")
{
    change::ApplyLog apply{{epoch, upTo}, {}};
    std::uint64_t seq = upTo - bodies.size();
    for (const LogBody &body : bodies)
        apply.events.push_back({++seq, body});
    return apply;
}

inline change::WriteTail tail(const char *item, std::uint64_t offset, const std::string &text,
                              std::uint32_t gen = 0)
{
    return {{item}, gen, offset, text};
}

inline frame::Command command(const char *id, const std::string &text = "Hello", const char *name = "send")
{
    frame::Command command;
    command.id = {id};
    command.name = name;
    command.conversation = {"c1"};
    command.agent = {"guide"};
    command.title = "A title";
    command.text = text;
    command.writtenAtMs = 5000;
    command.expiresAtMs = 9000;
    return command;
}

/// A replica whose clock stands at `*now`, and whose devices are called "device-1", "device-2", …
inline Result<std::unique_ptr<Replica>> openReplica(const std::filesystem::path &dir,
                                                    std::int64_t *now = nullptr)
{
    static int devices = 0;
    Replica::Options options;
    options.dataDir = dir;
    options.wallClock = [now] { return WallTime{now ? *now : 1700000000000}; };
    options.newDeviceId = [] { return "device-" + std::to_string(++devices); };
    return Replica::open(std::move(options));
}

inline Result<std::set<ConversationId>> perform(Replica &replica, const std::vector<Change> &changes)
{
    return replica.perform(changes, Durability::Usual);
}

/// One replica in a folder of its own, and a reader on it.
struct Desk {
    TempDir dir;
    std::int64_t now{1000};
    std::unique_ptr<Replica> replica{openReplica(dir.path(), &now).value()};
    std::unique_ptr<HistoryReader> reader{HistoryReader::open(dir.path()).value()};

    bool does(const std::vector<Change> &changes) { return perform(*replica, changes).has_value(); }
    void restart()
    {
        reader.reset();
        replica.reset();
        replica = openReplica(dir.path(), &now).value();
        reader = HistoryReader::open(dir.path()).value();
    }
    std::string text(const char *item) const { return reader->text({item}, 0).value(); }
    ItemRow row(const char *item) const { return reader->item({item}).value().value_or(ItemRow{}); }
    ConversationRow conversation(const char *id = "c1") const
    {
        return reader->conversation({id}).value().value_or(ConversationRow{});
    }
    /// The ids of a page of conversation "c1", with spaces between.
    std::string ids(const char *before = "", int limit = 100) const
    {
        const std::vector<ItemRow> rows = reader->items({"c1"}, {before}, limit).value();
        std::string all;
        for (const ItemRow &each : rows)
            all += (all.empty() ? "" : " ") + each.id.value;
        return all;
    }
};

} // namespace holdfast::test
