// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/desktop/outboxcontroller.h"
#include "app/link/sessionthread.h"
#include "model/items/connectionview.h"
#include "model/items/conversationlistmodel.h"
#include "model/items/transcriptmodel.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <memory>

namespace holdfast {

class MainWindow;

/// Between the session and the window: news become changes of the models, intents become orders.
class ConversationController : public QObject
{
    Q_OBJECT
public:
    ConversationController(SessionThread &session, MainWindow &window, ConversationListModel &conversations,
                           TranscriptModel &transcript, std::filesystem::path dataDir);
    ~ConversationController() override;

    /// Shows what is kept here; before there is any connection.
    void showHistory();
    void setGatewayName(const QString &name);
    const ConnectionView &view() const { return m_view; }
    const ConnectionStatus &status() const { return m_status; }
    const HistoryReader *reader() const { return m_reader.get(); }

Q_SIGNALS:
    /// The link is up, or is not.
    void cameOnline();
    void gatewayMissing();

private:
    void onNews();
    void takeNews();
    void refreshConnection();
    void refreshHeader();
    void showDetails();
    void send(const QString &text);
    void show(const ConversationId &id);
    void startConversation();
    void chooseConversation(const ConversationId &id);
    void stop(const ItemId &answer);
    void goOn(const ItemId &answer);
    void tellRefusals(const SessionThread::News &news);
    void recall();
    void onAttended();
    void onBannerActed(ConnectionView::Banner banner);

    SessionThread &m_session;
    MainWindow &m_window;
    ConversationListModel &m_conversations;
    TranscriptModel &m_transcript;
    OutboxController m_outbox;
    std::filesystem::path m_dataDir;
    std::unique_ptr<HistoryReader> m_reader;
    std::map<CommandId, ItemId> m_continuations; ///< of answers that shall go on
    ConnectionStatus m_status;
    std::optional<TimePoint> m_attendedAt; ///< of the last attempt made because somebody was there
    ConnectionContext m_context;
    ConnectionView m_view;
    QString m_gateway;
    QTimer m_newsDelay;
    QElapsedTimer m_sinceNews;
    QTimer m_tick;
};

} // namespace holdfast
