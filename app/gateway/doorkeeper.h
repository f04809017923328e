// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/requesthead.h"

#include <QByteArray>
#include <QHostAddress>

#include <cstdint>
#include <map>
#include <string>
#include <variant>

namespace holdfast {

/// Decides from a request's head whether its sender may have a session. It answers before the 101, because
/// QWebSocketServer would give one to anybody.
class Doorkeeper
{
public:
    struct Options {
        QByteArray token;
        QHostAddress address; ///< where the gateway listens
        int connectionsMax{100};
    };
    struct Refused {
        int status{400};
        QByteArray reason; ///< one sentence for a person who reads the wire
    };
    struct Admitted {
        std::string proof; ///< for the first frame
    };
    using Verdict = std::variant<Refused, Admitted>;

    explicit Doorkeeper(Options options) : m_options(std::move(options)) {}

    /// \param connections  sessions there are already.
    Verdict judge(const RequestHead &head, int connections, std::int64_t wallTimeMs);

private:
    bool isOurs(const QByteArray &host) const;
    bool isFresh(const std::string &nonce, std::int64_t wallTimeMs);

    Options m_options;
    std::map<std::string, std::int64_t> m_nonces; ///< seen, with the time until which they would pass
};

/// "HTTP/1.1 401 Unauthorized …" with the reason as its text.
QByteArray toResponse(const Doorkeeper::Refused &refused);

} // namespace holdfast
