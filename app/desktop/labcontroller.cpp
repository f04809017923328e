// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/labcontroller.h"

namespace holdfast {

namespace {
constexpr std::chrono::seconds blackHoleFor(8);
} // namespace

LabController::LabController(QObject *parent) : QObject(parent)
{
    m_blackHoleEnd.setSingleShot(true);
    m_blackHoleEnd.setInterval(blackHoleFor);
    connect(&m_blackHoleEnd, &QTimer::timeout, this, [this] { (void)m_proxy->apply(fault::EndBlackHole{}); });
}

LabController::~LabController() = default;

void LabController::setGateway(const Endpoint &gateway)
{
    if (gateway.url == m_gateway.url && gateway.token == m_gateway.token)
        return; // it is there as before: the session finds it by itself
    m_gateway = gateway;
    m_proxy.reset(); // it leads to the old one
    m_way = Way::Direct;
    announce();
}

void LabController::announce()
{
    Endpoint endpoint = m_gateway;
    if (m_way == Way::ThroughProxy)
        endpoint.url.setPort(m_proxy->port());
    Q_EMIT endpointChanged(endpoint);
}

void LabController::apply(const Fault &fault)
{
    if (!m_gateway.url.isValid())
        return;
    m_waiting.push_back(fault);
    if (m_way == Way::ThroughProxy)
        return linkIsUp();
    m_proxy = std::make_unique<FaultProxy>(
        FaultProxy::Upstream{m_gateway.url.host(), static_cast<quint16>(m_gateway.url.port())});
    if (!m_proxy->listen(QHostAddress::LocalHost, 0))
        return;
    m_way = Way::ThroughProxy;
    announce();
}

void LabController::linkIsUp()
{
    if (m_way == Way::Direct)
        return;
    while (!m_waiting.empty()) {
        const Fault fault = m_waiting.front();
        m_waiting.pop_front();
        (void)m_proxy->apply(fault);
        if (std::holds_alternative<fault::BlackHole>(fault))
            m_blackHoleEnd.start();
    }
}

} // namespace holdfast
