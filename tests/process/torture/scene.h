// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/process/torture/actor.h"

#include <QDir>

#include <array>
#include <memory>
#include <vector>

namespace holdfast::torture {

/// Two accounts in a world of their own. The process that makes it is alone in its network, mount and process
/// namespace ("home"); clients live in another network ("away"):
///   client → ws on loopback → lab, away → veth → plain forwarder, home → gateway on loopback
/// Every folder that a program under test writes is a tmpfs of its own.
class Scene
{
public:
    struct Account {
        QString name; ///< "a", "b"
        std::unique_ptr<Actor> gateway;
        std::unique_ptr<Actor> way; ///< the forwarder at home
        std::unique_ptr<Actor> lab; ///< breaks connections, away
        quint16 gatewayPort{0};
        quint16 wayPort{0};
        quint16 labPort{0};
    };
    struct Options {
        QString folder;
        enum class Clock { Settable, Real } clock{Clock::Settable}; ///< Settable: by libfaketime
        QString gatewaySeam; ///< what a test breaks on purpose in the gateways …
        QString clientSeam;  ///< … and in the clients
    };

    explicit Scene(Options options);

    /// \returns false when this machine cannot make the namespaces, or something does not come up.
    bool build();
    /// Starts what does not run, and waits until it listens. \returns false when it does not.
    bool revive();
    /// The same for gateways and the way to them.
    bool reviveListeners();
    void startClient(std::size_t client);

    std::array<Account, 2> &accounts() { return m_accounts; }
    std::vector<std::unique_ptr<Actor>> &clients() { return m_clients; }
    /// The account of the client at this place.
    Account &accountOf(std::size_t client) { return m_accounts[client == 2 ? 1 : 0]; }
    Record &record() { return m_record; }
    QString path(const QString &name) const { return m_options.folder + QLatin1Char('/') + name; }

    /// A command for a client named `name`, away, of `account`, with the token of `tokenOf`.
    QStringList clientCommand(const QString &name, const Account &account, const Account &tokenOf,
                              const QStringList &words) const;
    /// One command for a lab; does not wait for its answer.
    static void tell(Account &account, const QByteArray &command) { account.lab->say(command); }

    /// Takes all the room in a folder, or gives it back.
    void fill(const QString &name) const;
    void empty(const QString &name) const;
    /// The wall clock of all programs is off by this from now on.
    void setClock(int seconds) const;
    /// What is in every client's store, and in that of a device that did not exist before, into the record.
    void takeStock();

private:
    bool makeNetwork() const;
    bool makeFolder(const QString &name, int megabytes) const;
    void makeActors();
    bool startListener(Actor &actor, const QStringList &command, quint16 &port);
    QStringList gatewayCommand(const Account &account) const;
    QStringList forwarderCommand(const QString &host, quint16 port, const QString &upstreamHost,
                                 quint16 upstreamPort) const;
    std::vector<QByteArray> linesOf(const QStringList &command) const;
    void dump(const QString &name, const QString &account);

    Options m_options;
    Record m_record;
    std::array<Account, 2> m_accounts;
    std::vector<std::unique_ptr<Actor>> m_clients;
};

} // namespace holdfast::torture
