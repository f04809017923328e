// SPDX-License-Identifier: Apache-2.0
#include "app/link/endpoint.h"

#include "app/link/credential.h"

#include <QFile>

namespace holdfast {

Result<Endpoint> readEndpoint(const QString &url, const QString &tokenFile)
{
    Endpoint endpoint{QUrl(url, QUrl::StrictMode), {}};
    const QString scheme = endpoint.url.scheme();
    const bool isWebSocket = scheme == QLatin1String("ws") || scheme == QLatin1String("wss");
    if (!endpoint.url.isValid() || !isWebSocket || endpoint.url.host().isEmpty())
        return failure(Error::Code::BadArgument,
                       "--gateway wants ws://HOST:PORT, not \"" + url.toStdString() + '"');
    if (scheme == QLatin1String("ws") && !credential::isLoopback(endpoint.url))
        return failure(Error::Code::BadArgument,
                       "\"" + endpoint.url.host().toStdString() +
                           "\" is not this computer, and ws:// would show the token to everybody on the way: "
                           "use wss://");
    if (tokenFile.isEmpty())
        return failure(Error::Code::BadArgument, "--token-file is missing");
    QFile file(tokenFile);
    if (!file.open(QIODevice::ReadOnly))
        return failure(Error::Code::BadArgument, "cannot read the token file " + tokenFile.toStdString() +
                                                     ": " + file.errorString().toStdString());
    endpoint.token = file.readLine(1024).trimmed();
    if (endpoint.token.isEmpty())
        return failure(Error::Code::BadArgument, "the token file " + tokenFile.toStdString() + " is empty");
    return endpoint;
}

} // namespace holdfast
