// SPDX-License-Identifier: Apache-2.0
#include "app/lab/faultproxy.h"

#include <QNetworkProxy>

#include <algorithm>
#include <utility>

namespace holdfast {

FaultProxy::FaultProxy(Upstream upstream, QObject *parent)
    : QObject(parent),
      m_upstream(std::move(upstream)),
      m_server([this](int descriptor) { onArrival(descriptor); })
{
    m_server.setProxy(QNetworkProxy::NoProxy);
}

FaultProxy::~FaultProxy()
{
    for (const auto &connection : m_connections)
        connection->disconnect(this);
}

Result<> FaultProxy::listen(const QHostAddress &address, quint16 port)
{
    if (!m_server.listen(address, port)) {
        const bool isTaken = m_server.serverError() == QAbstractSocket::AddressInUseError;
        return failure(isTaken ? Error::Code::Busy : Error::Code::Io, m_server.errorString().toStdString());
    }
    m_address = address;
    m_port = m_server.serverPort();
    return {};
}

Result<> FaultProxy::apply(const Fault &fault)
{
    return std::visit([this](const auto &f) { return take(f); }, fault);
}

FaultProxy::Counters FaultProxy::counters() const
{
    Counters counters = m_counters;
    counters.open = static_cast<int>(std::ranges::count_if(
        m_connections, [](const auto &connection) { return connection->isCarrying(); }));
    return counters;
}

Result<> FaultProxy::take(const fault::Cut &f)
{
    for (ProxiedConnection *connection : current())
        connection->cut(f.how);
    return {};
}

Result<> FaultProxy::take(const fault::BlackHole &)
{
    setPassage(Treatment::Passage::Held);
    return {};
}

Result<> FaultProxy::take(const fault::EndBlackHole &)
{
    setPassage(Treatment::Passage::Open);
    return {};
}

Result<> FaultProxy::take(const fault::Latency &f)
{
    m_treatment.oneWay = Duration(f.roundTrip) / 2;
    return {};
}

Result<> FaultProxy::take(const fault::Offline &)
{
    m_server.close();
    return take(fault::Cut{fault::Cut::How::Reset});
}

Result<> FaultProxy::take(const fault::Online &)
{
    return m_server.isListening() ? Result<>() : listen(m_address, m_port);
}

Result<> FaultProxy::take(const fault::CutAfter &f)
{
    m_treatment.cutAfter = f.bytes;
    for (ProxiedConnection *connection : current())
        connection->countAfresh();
    return {};
}

Result<> FaultProxy::take(const fault::Rate &f)
{
    m_treatment.bytesPerSecond = f.kilobytesPerSecond * 1000;
    return {};
}

void FaultProxy::setPassage(Treatment::Passage passage)
{
    m_treatment.passage = passage;
    for (ProxiedConnection *connection : current())
        connection->passageChanged();
}

/// A connection that ends leaves m_connections, so whoever may end one goes through this list instead.
std::vector<ProxiedConnection *> FaultProxy::current() const
{
    std::vector<ProxiedConnection *> list;
    for (const auto &connection : m_connections)
        list.push_back(connection.get());
    return list;
}

void FaultProxy::onArrival(int descriptor)
{
    auto connection = std::make_unique<ProxiedConnection>(descriptor, m_upstream, m_treatment);
    ProxiedConnection *const arrived = connection.get();
    connect(arrived, &ProxiedConnection::over, this, [this, arrived] { forget(arrived); });
    connect(arrived, &ProxiedConnection::carriedToClient, this,
            [this](qint64 bytes) { m_counters.bytesToClient += static_cast<std::uint64_t>(bytes); });
    connect(arrived, &ProxiedConnection::carriedToUpstream, this,
            [this](qint64 bytes) { m_counters.bytesToUpstream += static_cast<std::uint64_t>(bytes); });
    ++m_counters.accepted;
    m_connections.push_back(std::move(connection));
    Q_EMIT connectionsChanged();
}

void FaultProxy::forget(ProxiedConnection *connection)
{
    const auto found = std::ranges::find(m_connections, connection, &std::unique_ptr<ProxiedConnection>::get);
    if (found == m_connections.end())
        return;
    found->release()->deleteLater(); // its signal is what brought us here
    m_connections.erase(found);
    Q_EMIT connectionsChanged();
}

} // namespace holdfast
