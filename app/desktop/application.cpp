// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/application.h"

#include "ui/words.h"

namespace holdfast {

namespace {

Fault faultOf(LabPanel::Fault fault)
{
    switch (fault) {
    case LabPanel::Fault::Reset:
        return fault::Cut{fault::Cut::How::Reset};
    case LabPanel::Fault::Fin:
        return fault::Cut{fault::Cut::How::Fin};
    case LabPanel::Fault::BlackHole:
        return fault::BlackHole{};
    }
    return fault::Cut{};
}

} // namespace

Application::Application(Options options)
    : m_options(std::move(options)),
      m_window(m_conversations, m_transcript),
      m_session(m_options.dataDir, m_options.session),
      m_gateway(m_options.dataDir / "gateway"),
      m_controller(m_session, m_window, m_conversations, m_transcript, m_options.dataDir)
{
    connect(&m_reachability, &Reachability::changed, &m_session, &SessionThread::networkChanged);
    connect(&m_sleepWatch, &SleepWatch::woke, &m_session, &SessionThread::networkChanged);
    connect(&m_gateway, &GatewayProcess::ready, &m_lab, &LabController::setGateway);
    connect(&m_gateway, &GatewayProcess::failed, &m_window,
            [this](const Error &error) { m_window.showProblem(QString::fromStdString(error.detail)); });
    connect(&m_lab, &LabController::endpointChanged, &m_session, &SessionThread::setEndpoint);
    connect(&m_window.lab(), &LabPanel::faultRequested, &m_lab,
            [this](LabPanel::Fault fault) { m_lab.apply(faultOf(fault)); });
    connect(&m_controller, &ConversationController::cameOnline, &m_lab, &LabController::linkIsUp);
    if (!m_options.gateway)
        connect(&m_controller, &ConversationController::gatewayMissing, &m_gateway, &GatewayProcess::ensure);
}

Application::~Application() = default;

void Application::start()
{
    m_controller.showHistory();
    m_window.show();
    m_session.start();
    if (m_options.gateway) {
        m_controller.setGatewayName(m_options.gateway->url.authority());
        m_lab.setGateway(*m_options.gateway);
    } else {
        m_gateway.ensure();
    }
}

} // namespace holdfast
