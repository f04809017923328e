// SPDX-License-Identifier: Apache-2.0
#include "app/link/reachability.h"

#include "app/link/logging.h"

#include <QNetworkInformation>
#include <QSocketNotifier>

#include <array>
#include <chrono>

#ifdef Q_OS_LINUX
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace holdfast {

namespace {
/// A change comes as a handful of messages (link, address, routes).
constexpr auto settleTime = std::chrono::milliseconds(200);
} // namespace

Reachability::Reachability(QObject *parent) : QObject(parent)
{
    m_settle.setSingleShot(true);
    m_settle.setInterval(settleTime);
    connect(&m_settle, &QTimer::timeout, this, [this] {
        qCInfo(lcLink) << "the networks have changed";
        Q_EMIT changed();
    });
    listen();
    if (!QNetworkInformation::loadDefaultBackend())
        return;
    const QNetworkInformation *information = QNetworkInformation::instance();
    connect(information, &QNetworkInformation::reachabilityChanged, this, [this] { m_settle.start(); });
    connect(information, &QNetworkInformation::transportMediumChanged, this, [this] { m_settle.start(); });
}

#ifdef Q_OS_LINUX

Reachability::~Reachability()
{
    if (m_socket >= 0)
        ::close(m_socket);
}

void Reachability::listen()
{
    m_socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups =
        RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
    if (m_socket < 0 || ::bind(m_socket, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0) {
        qCInfo(lcLink) << "no news from the kernel about networks";
        return;
    }
    m_notifier = new QSocketNotifier(m_socket, QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, &Reachability::read);
}

/// What changed does not matter, that something did does.
void Reachability::read()
{
    std::array<char, 8192> buffer;
    while (::recv(m_socket, buffer.data(), buffer.size(), 0) > 0)
        m_settle.start();
}

#else

Reachability::~Reachability() = default;
void Reachability::listen() {}
void Reachability::read() {}

#endif

} // namespace holdfast
