// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/error.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace holdfast {

/// What can be done to the connections of a FaultProxy.
namespace fault {

/// Every connection ends, by a reset (RST) or an orderly end (FIN). What is on its way is lost.
struct Cut {
    enum class How { Reset, Fin } how{How::Reset};
    friend bool operator==(const Cut &, const Cut &) = default;
};
/// Nothing passes in either direction, not even an end; the connections stay open, and new ones are accepted.
struct BlackHole {
    friend bool operator==(const BlackHole &, const BlackHole &) = default;
};
/// What was held passes in its order, as TCP would have repeated it.
struct EndBlackHole {
    friend bool operator==(const EndBlackHole &, const EndBlackHole &) = default;
};
/// Every byte arrives later by half of this, each way; a new connection costs one round trip, as TCP's
/// handshake does.
struct Latency {
    std::chrono::milliseconds roundTrip{0};
    friend bool operator==(const Latency &, const Latency &) = default;
};
/// Every connection is reset, and new ones are refused.
struct Offline {
    friend bool operator==(const Offline &, const Offline &) = default;
};
struct Online {
    friend bool operator==(const Online &, const Online &) = default;
};
/// Each connection is reset once it has carried so many bytes to the client, counted from this command or
/// from its own beginning; 0: never.
struct CutAfter {
    std::uint64_t bytes{0};
    friend bool operator==(const CutAfter &, const CutAfter &) = default;
};

/// Each direction of each connection carries so many bytes a second, and what comes faster waits in its turn,
/// as before the slowest line of a way; 0: no limit. A kilobyte is 1,000 bytes: 125 is 1 Mbit/s.
struct Rate {
    std::uint64_t kilobytesPerSecond{0};
    friend bool operator==(const Rate &, const Rate &) = default;
};

} // namespace fault

using Fault = std::variant<fault::Cut, fault::BlackHole, fault::EndBlackHole, fault::Latency, fault::Offline,
                           fault::Online, fault::CutAfter, fault::Rate>;

/// Reads "cut rst", "cut fin", "blackhole on", "blackhole off", "latency 200", "offline", "online",
/// "cut-after 65536" or "rate 125"; "cut" alone is "cut rst", "blackhole" alone "blackhole on". Errors:
/// BadArgument, with a detail that names the commands.
Result<Fault> parseFault(std::string_view line);

/// The line that parseFault() reads as this fault.
std::string commandFor(const Fault &fault);

/// What happens, in one plain English sentence for logs and reports.
std::string sentenceFor(const Fault &fault);

} // namespace holdfast
