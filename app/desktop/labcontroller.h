// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/lab/faultproxy.h"
#include "app/link/endpoint.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <memory>

namespace holdfast {

/// The Network lab inside of the app: a fault proxy between the app and its gateway. It is put into the way
/// only when the first fault is asked for; until then the link is direct.
class LabController : public QObject
{
    Q_OBJECT
public:
    explicit LabController(QObject *parent = nullptr);
    ~LabController() override;

    /// Where the gateway is; what the app must dial follows as endpointChanged().
    void setGateway(const Endpoint &gateway);
    /// Carries it out, once the link goes through the proxy.
    void apply(const Fault &fault);
    /// The link stands: faults that waited for it are carried out.
    void linkIsUp();

Q_SIGNALS:
    void endpointChanged(const holdfast::Endpoint &endpoint);

private:
    void announce();

    Endpoint m_gateway;
    std::unique_ptr<FaultProxy> m_proxy;
    std::deque<Fault> m_waiting;
    QTimer m_blackHoleEnd;
    enum class Way { Direct, ThroughProxy } m_way{Way::Direct};
};

} // namespace holdfast
