// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/desktop/conversationcontroller.h"
#include "app/desktop/gatewayprocess.h"
#include "app/desktop/labcontroller.h"
#include "app/link/reachability.h"
#include "app/link/sessionthread.h"
#include "app/link/sleepwatch.h"
#include "ui/mainwindow.h"

#include <filesystem>
#include <optional>

namespace holdfast {

/// The desktop program: builds the parts and connects them, and holds no logic.
class Application : public QObject
{
    Q_OBJECT
public:
    struct Options {
        std::filesystem::path dataDir;
        ClientSession::Options session;
        std::optional<Endpoint> gateway; ///< another one than this computer's own
    };
    explicit Application(Options options);
    ~Application() override;

    /// Shows the window with what is kept here, then connects.
    void start();
    MainWindow &window() { return m_window; }
    ConversationController &controller() { return m_controller; }
    TranscriptModel &transcript() { return m_transcript; }

private:
    Options m_options;
    ConversationListModel m_conversations;
    TranscriptModel m_transcript;
    MainWindow m_window;
    SessionThread m_session;
    Reachability m_reachability;
    SleepWatch m_sleepWatch;
    GatewayProcess m_gateway;
    LabController m_lab;
    ConversationController m_controller;
};

} // namespace holdfast
