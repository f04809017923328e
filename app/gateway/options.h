// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/error.h"

#include <QHostAddress>
#include <QStringList>

#include <chrono>

namespace holdfast {

/// What `holdfast-gateway` was told on its command line.
struct GatewayOptions {
    QHostAddress address{QHostAddress::LocalHost};
    quint16 port{0};
    QString dataDir;
    QString tokenFile; ///< empty when embedded: the token is the first line of stdin
    QString portFile;
    std::chrono::seconds drain{10}; ///< how long a stop may wait for answers that cannot be handed over
    enum class Mode { Standalone, Embedded } mode{Mode::Standalone};
};

/// Reads them; --help and --version print and end the process. Errors: BadArgument, with a sentence to print.
Result<GatewayOptions> parseGatewayOptions(const QStringList &arguments);

/// The token from its file, or from stdin when embedded. Errors: BadArgument.
Result<QByteArray> readToken(const GatewayOptions &options);

} // namespace holdfast
