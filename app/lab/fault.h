// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/error.h"

#include <chrono>
#include <cstdint>
#include <string_view>
#include <variant>

namespace holdfast {

/// What can be done to the connections of a FaultProxy.
namespace fault {

/// Every connection ends, by a reset (RST) or an orderly end (FIN).
struct Cut {
    enum class How { Reset, Fin } how{How::Reset};
};
/// Nothing passes in either direction any more; what was sent meanwhile is gone.
struct BlackHole {};
struct EndBlackHole {};
/// Every byte arrives later by half of this, each way.
struct Latency {
    std::chrono::milliseconds roundTrip{0};
};
/// Every connection is reset, and new ones are refused.
struct Offline {};
struct Online {};
/// Each connection is reset once it has carried so many bytes to the client; 0: never.
struct CutAfter {
    std::uint64_t bytes{0};
};

} // namespace fault

using Fault = std::variant<fault::Cut, fault::BlackHole, fault::EndBlackHole, fault::Latency, fault::Offline,
                           fault::Online, fault::CutAfter>;

/// Reads "cut rst", "cut fin", "blackhole on", "blackhole off", "latency 200", "offline", "online" or
/// "cut-after 65536". Errors: BadArgument, with a sentence that names the commands.
Result<Fault> parseFault(std::string_view line);

} // namespace holdfast
