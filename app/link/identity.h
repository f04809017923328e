// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace holdfast {

/// A fresh UUIDv7 (RFC 9562 §5.7) in lower-case hex with hyphens: sorts by the time it was made, and those of
/// one process in the order in which they were made. Any thread.
std::string newUuid7();

/// 128 random bits of the system, in lower-case hex: device ids, epochs, nonces. Any thread.
std::string newHex128();

} // namespace holdfast
