// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/gateway.h"

#include <QCoreApplication>

#include <cstdio>

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("holdfast-gateway"));
    QCoreApplication::setApplicationVersion(QStringLiteral(HOLDFAST_VERSION));

    const auto options = holdfast::parseGatewayOptions(QCoreApplication::arguments());
    const auto token = options ? holdfast::readToken(*options) : tl::unexpected(options.error());
    if (!token) {
        std::fprintf(stderr, "holdfast-gateway: %s (see --help)\n", token.error().detail.c_str());
        return holdfast::Gateway::Usage;
    }
    holdfast::Gateway gateway(*options, *token);
    const holdfast::Gateway::ExitCode started = gateway.start();
    return started == holdfast::Gateway::Ok ? QCoreApplication::exec() : started;
}
