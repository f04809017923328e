// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/link/endpoint.h"

#include <QByteArray>

#include <cstdint>
#include <string>

namespace holdfast::credential {

/// What a client sends as Authorization, and what the gateway's first frame must prove in turn (law 18).
struct Offer {
    QByteArray authorization;
    std::string expectedProof; ///< empty with a bearer token
};

/// On loopback another program may sit on the port of a dead gateway, so the token itself is never sent
/// there: the client shows that it knows it, and expects the same of the gateway. Elsewhere TLS has named the
/// gateway, and the token goes as a bearer (RFC 6750). \param nonce  128 random bits in hex, fresh for each
/// attempt.
Offer offer(const Endpoint &endpoint, const std::string &nonce, std::int64_t wallTimeMs);

/// What the gateway made of an Authorization header.
struct Verdict {
    /// Stale: of somebody who knows the token, but made at another time. The clock was set, or the machine
    /// slept, while it was on its way: the next proof is good.
    enum class Kind { Accepted, Refused, Stale } kind{Kind::Refused};
    std::string proof; ///< to be sent in the first frame; empty with a bearer token
    std::string nonce; ///< to be remembered until `time` is out of the window: it must not come twice
};

/// Compares in constant time. A proof older or newer than two minutes is stale.
Verdict check(const QByteArray &authorization, const QByteArray &token, std::int64_t wallTimeMs);

/// How far the clocks of both ends may differ, ms.
constexpr std::int64_t windowMs = 120'000;

/// True for 127.0.0.0/8, ::1 and "localhost".
bool isLoopback(const QUrl &url);

} // namespace holdfast::credential
