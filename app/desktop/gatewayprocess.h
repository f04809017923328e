// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/link/endpoint.h"
#include "model/protocol/error.h"

#include <QObject>
#include <QTimer>

#include <filesystem>
#include <optional>

namespace holdfast {

/// The gateway of this computer: finds the one that serves the data directory, or starts it, detached, so
/// that it outlives the window while an answer is being written. The token goes in by stdin, never by
/// argument. Thread: interface.
class GatewayProcess : public QObject
{
    Q_OBJECT
public:
    /// \param dir  the gateway's data directory.
    explicit GatewayProcess(std::filesystem::path dir, QObject *parent = nullptr);

    /// Makes sure that one is running; ready() follows, at once when it is. Harmless while one is being
    /// started.
    void ensure();

Q_SIGNALS:
    void ready(const holdfast::Endpoint &endpoint);
    /// It could not be started, or did not come up in time.
    void failed(const holdfast::Error &error);

private:
    std::optional<Endpoint> running() const;
    Result<> start();
    void look();
    QString path(const char *name) const;

    std::filesystem::path m_dir;
    QTimer m_look;
    int m_looksLeft{0};
    QByteArray m_token;
};

} // namespace holdfast
