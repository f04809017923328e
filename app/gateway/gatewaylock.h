// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/error.h"

#include <QString>

#include <memory>

namespace holdfast {

/// Says which process serves a data directory, so that a desktop that starts again finds its gateway: a JSON
/// file
/// {"pid":…,"port":…}, locked (flock) for as long as the process lives.
class GatewayLock
{
public:
    /// Errors: Busy (another gateway serves it), Io.
    static Result<std::unique_ptr<GatewayLock>> take(const QString &file);
    ~GatewayLock();
    GatewayLock(const GatewayLock &) = delete;
    GatewayLock &operator=(const GatewayLock &) = delete;

    Result<> write(quint16 port);

private:
    explicit GatewayLock(int fd) : m_fd(fd) {}
    int m_fd;
};

} // namespace holdfast
