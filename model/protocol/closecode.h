// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace holdfast {

/// Application close codes of RFC 6455 §7.4.2. 4000-4499: reconnect; 4500-4999: final (PROTOCOL law 17).
enum class CloseCode : std::uint16_t {
    Normal = 1000,      ///< client: the user left
    Overload = 1013,    ///< gateway: more commands wait on the link than it keeps; come back later
    Draining = 4000,    ///< gateway: it is going away, come to the next one
    Superseded = 4001,  ///< gateway: a newer link of the same device has spoken
    Backlog = 4002,     ///< gateway: the client did not read
    HelloLate = 4003,   ///< gateway: no resume request within the handshake deadline
    Compacted = 4004,   ///< gateway: tombstones are gone that it had still to tell on this link
    BadFrame = 4500,    ///< either: a frame that cannot be read; the detail says which
    BadVersion = 4501,  ///< gateway: the client speaks another version
    Unauthorised = 4502 ///< gateway: the token is no longer good
};

/// True when a client may dial again after this close.
constexpr bool mayReconnectAfter(std::uint16_t code) { return code < 4500 || code > 4999; }

} // namespace holdfast
