// SPDX-License-Identifier: Apache-2.0
#include "app/lab/faultproxy.h"

#include "app/lab/proxiedconnection.h"

#include <utility>

namespace holdfast {

FaultProxy::FaultProxy(Upstream upstream, QObject *parent) : QObject(parent), m_upstream(std::move(upstream))
{
    connect(&m_server, &QTcpServer::newConnection, this, &FaultProxy::onConnection);
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
    counters.open = static_cast<int>(m_connections.size());
    return counters;
}

Result<> FaultProxy::take(const fault::Cut &f)
{
    while (!m_connections.empty())
        m_connections.back()->cut(f.how); // over() takes it out of the list
    return {};
}

Result<> FaultProxy::take(const fault::BlackHole &)
{
    m_treatment.passage = Treatment::Passage::Swallowed;
    return {};
}

Result<> FaultProxy::take(const fault::EndBlackHole &)
{
    m_treatment.passage = Treatment::Passage::Open;
    for (const auto &connection : m_connections)
        connection->flow();
    return {};
}

Result<> FaultProxy::take(const fault::Latency &f)
{
    m_treatment.oneWay = f.roundTrip / 2;
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
    return {};
}

void FaultProxy::onConnection()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection()) {
        socket->setParent(nullptr);
        auto connection = std::make_unique<ProxiedConnection>(std::unique_ptr<QTcpSocket>(socket), m_upstream, m_treatment);
        ProxiedConnection *const carried = connection.get();
        connect(carried, &ProxiedConnection::over, this, [this, carried] { forget(carried); });
        connect(carried, &ProxiedConnection::carried, this, [this](quint64 toClient, quint64 toUpstream) {
            m_counters.bytesToClient += toClient;
            m_counters.bytesToUpstream += toUpstream;
        });
        ++m_counters.accepted;
        m_connections.push_back(std::move(connection));
    }
}

void FaultProxy::forget(ProxiedConnection *connection)
{
    const auto found = std::ranges::find(m_connections, connection, &std::unique_ptr<ProxiedConnection>::get);
    if (found == m_connections.end())
        return;
    found->release()->deleteLater(); // its signal is what brought us here
    m_connections.erase(found);
}

} // namespace holdfast
