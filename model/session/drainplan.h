// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clock.h"

#include <algorithm>
#include <cstddef>

namespace holdfast {

/// When each of `count` clients of a gateway that goes looks for the next one, and is let go: one after the
/// other, so that they do not arrive as a herd, and all within two seconds (law 17).
/// \param index  0 … count - 1. \returns 0 for the first.
constexpr Duration drainSlot(std::size_t index, std::size_t count)
{
    constexpr Duration apart = std::chrono::milliseconds(2);
    constexpr Duration all = std::chrono::seconds(2);
    const auto total = std::min<Duration>(all, apart * static_cast<Duration::rep>(count));
    return count == 0 ? Duration::zero()
                      : total * static_cast<Duration::rep>(index) / static_cast<Duration::rep>(count);
}

} // namespace holdfast
