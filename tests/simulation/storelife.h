// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/change.h"
#include "tests/simulation/crashdisk.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::test {

/// A real store and a seeded script of what it is told, step by step: one step is one call that writes. The
/// same seed gives the same script.
class StoreLife
{
public:
    enum class Boot { Same, Other };
    virtual ~StoreLife() = default;

    virtual Result<> open(Boot boot) = 0;
    virtual void close() = 0;
    virtual std::size_t size() const = 0;
    virtual Result<> perform(std::size_t step) = 0;
    virtual Durability durability(std::size_t step) const = 0;
    /// One durable write that is no step.
    virtual Result<> performMore() = 0;

    virtual std::filesystem::path file() const = 0;
    /// What is the same whenever the same steps were performed.
    virtual std::vector<const char *> queries() const = 0;
    /// Where a start after `returned` of `tried` steps has gone wrong, though all of the file is as it was
    /// after `stored` steps; empty when all is well. \param boot  of that start.
    struct Outcome {
        std::size_t tried{0};
        std::size_t returned{0};
        std::size_t stored{0};
        Boot boot{Boot::Other};
    };
    virtual std::string judge(const Outcome &outcome) = 0;
};

std::unique_ptr<StoreLife> replicaLife(std::uint64_t seed, const std::filesystem::path &dir);
std::unique_ptr<StoreLife> gatewayLife(std::uint64_t seed, const std::filesystem::path &dir);

/// Bytes of a text by its name and offset, so that they need not be kept to be compared.
std::string truthOf(const std::string &item, std::uint64_t offset, std::size_t size);

/// What all steps of a life leave behind, each after each, without a fault.
struct Rehearsal {
    CrashDisk::Image before;            ///< the disk at the first step
    std::vector<std::uint64_t> digests; ///< after 0, 1, … steps
    std::uint64_t ops{0};
};
Rehearsal rehearse(StoreLife &life, CrashDisk &disk);

/// The content of a database, as a read-only connection beside its writer sees it.
std::uint64_t digestOf(const std::filesystem::path &file, const std::vector<const char *> &queries);
/// "ok", or what is wrong with it.
std::string integrityOf(const std::filesystem::path &file);

/// How far a life came before it was struck.
struct Lived {
    std::size_t tried{0};
    std::size_t returned{0};
    std::size_t durable{0}; ///< steps up to the last one that must survive everything
};
/// Performs steps from `from` on, until one fails. A durable step that changes nothing syncs nothing.
Lived live(StoreLife &life, const Rehearsal &rehearsal, const Lived &from = {});

/// As of which step the open file is; nothing when it is as it never was. \param tried  at most.
std::optional<std::size_t> storedSteps(StoreLife &life, const Rehearsal &rehearsal, std::size_t tried);

/// What a start after the blow found.
struct Found {
    std::string violation; ///< empty: every promise was kept
    std::size_t lost{0};   ///< steps that had returned, and are gone
};
/// Starts the store again, under another boot after a power loss, and looks at all of it. After a kill of the
/// process everything that returned must be there; after a power loss what is durable.
Found examine(StoreLife &life, const Rehearsal &rehearsal, const Lived &lived, StoreLife::Boot boot);

} // namespace holdfast::test
