// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clock.h"

#include <cstdint>

namespace holdfast {

/// How a FaultProxy treats its connections just now.
struct Treatment {
    enum class Passage { Open, Held };

    Passage passage{Passage::Open};
    Duration oneWay{0};
    std::uint64_t cutAfter{0};       ///< bytes to the client; 0: never
    std::uint64_t bytesPerSecond{0}; ///< in each direction; 0: no limit
};

} // namespace holdfast
