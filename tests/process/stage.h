// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/support/program.h"

#include <QTemporaryDir>

#include <memory>

namespace holdfast::test {

/// A gateway, a lab in front of it, and clients, all real processes in a folder of their own.
class Stage
{
public:
    Stage();

    /// Starts it on the port it had before, if it had one. \returns false when it does not come up.
    /// \param more  options besides those it needs.
    bool startGateway(const QStringList &environment = {}, const QStringList &more = {});
    /// The same on a listening socket that outlives it, as a supervisor passes it (sd_listen_fds(3)).
    bool startGatewayOn(int socket, quint16 port);
    bool startLab();
    Program &gateway() { return *m_gateway; }
    /// One command to the lab; \returns its answer.
    QByteArray lab(const QByteArray &command);

    /// Arguments of a client that goes through the lab: the options that stand before its command.
    QStringList clientArguments() const;
    std::unique_ptr<Program> client(const QStringList &commandAndMore,
                                    const QStringList &environment = {}) const;

    QString path(const QString &name) const { return m_dir.filePath(name); }
    quint16 gatewayPort() const { return m_gatewayPort; }
    quint16 labPort() const { return m_labPort; }
    /// The text of an item as the client's own store has it.
    QByteArray storedText(const QString &item) const;

private:
    QStringList gatewayArguments() const;

    QTemporaryDir m_dir;
    std::unique_ptr<Program> m_gateway;
    std::unique_ptr<Program> m_lab;
    quint16 m_gatewayPort{0};
    quint16 m_labPort{0};
};

} // namespace holdfast::test
