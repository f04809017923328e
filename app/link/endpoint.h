// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/error.h"

#include <QByteArray>
#include <QUrl>

namespace holdfast {

/// A gateway: where it listens and what proves to it who we are. The token never enters a log or a URL.
struct Endpoint {
    QUrl url;         ///< ws://host:port or wss://…; the path is the protocol's
    QByteArray token; ///< 32 to 128 printable characters
};

/// An endpoint as it is named on a command line. \param tokenFile  its first line is the token.
/// Errors: BadArgument, with a sentence to print.
Result<Endpoint> readEndpoint(const QString &url, const QString &tokenFile);

} // namespace holdfast
