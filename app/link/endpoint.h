// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>
#include <QUrl>

namespace holdfast {

/// A gateway: where it listens and what proves to it who we are. The token never enters a log or a URL.
struct Endpoint {
    QUrl url;         ///< ws://host:port or wss://…; the path is the protocol's
    QByteArray token; ///< 32 to 128 printable characters
};

} // namespace holdfast
