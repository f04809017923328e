// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/items/connectionview.h"
#include "model/items/conversationlistmodel.h"
#include "model/items/transcriptmodel.h"
#include "ui/dock/detailspanel.h"
#include "ui/dock/labpanel.h"
#include "ui/transcript/messageactions.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QProgressBar;
class QStackedWidget;
class QTabWidget;

namespace holdfast {

class Composer;
class ConnectionBanner;
class ConnectionPill;
class ConversationList;
class FirstRun;
class OutboxBanner;
class TranscriptView;

/// The window: conversations at the left, the conversation in the middle, the dock at the right. It shows
/// models and says what the user wants; it decides nothing.
class MainWindow : public QWidget
{
    Q_OBJECT
public:
    MainWindow(ConversationListModel &conversations, TranscriptModel &transcript, QWidget *parent = nullptr);
    ~MainWindow() override;

    void showConnection(const ConnectionView &view, const QString &gateway);
    void showProblem(const QString &sentence);
    void showAgents(const std::vector<AgentInfo> &agents);
    /// The user wanted the agent to go on behind this answer; `reason` is the protocol's code, or ours.
    void showNotContinued(const ItemId &answer, const std::string &reason);
    void showDetails(const std::vector<DetailsPanel::Line> &lines);
    /// After the transcript has another conversation, or its first row.
    void showConversation(const ConversationRow *row, const AgentId &agent);
    Composer &composer() { return *m_composer; }
    LabPanel &lab() { return *m_lab; }
    ConnectionBanner &banner() { return *m_banner; }
    OutboxBanner &question() { return *m_question; }
    ConnectionPill &pill() { return *m_pill; }
    void toggleDock();

Q_SIGNALS:
    void sendRequested(const QString &text);
    void newConversationRequested();
    void conversationChosen(const holdfast::ConversationId &id);
    /// Empty: the last one that runs, or is to run.
    void stopRequested(const holdfast::ItemId &answer);
    void continueRequested(const holdfast::ItemId &answer);
    void bannerActed(holdfast::ConnectionView::Banner banner);
    void messageActed(holdfast::MessageAction action, const holdfast::CommandId &id, const QString &text);
    /// Somebody is there: the window came to the front, or something is being written.
    void attended();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    QWidget *makeSide(ConversationListModel &conversations);
    QWidget *makeCentre(TranscriptModel &transcript);
    QWidget *makeDock();
    void makeShortcuts();
    void connectParts();
    void copy(const QString &text);
    void openLink(const QString &address);
    void foldPanes();

    TranscriptModel &m_transcriptModel;
    QWidget *m_side{nullptr};
    ConversationList *m_list{nullptr};
    ConnectionPill *m_pill{nullptr};
    QLabel *m_title{nullptr};
    QLabel *m_chip{nullptr};
    ConnectionBanner *m_banner{nullptr};
    OutboxBanner *m_question{nullptr};
    QProgressBar *m_progress{nullptr};
    QStackedWidget *m_stack{nullptr};
    FirstRun *m_firstRun{nullptr};
    TranscriptView *m_transcript{nullptr};
    Composer *m_composer{nullptr};
    QHBoxLayout *m_composerRow{nullptr};
    QTabWidget *m_dock{nullptr};
    LabPanel *m_lab{nullptr};
    DetailsPanel *m_details{nullptr};
    std::vector<AgentInfo> m_agents;
    enum class Wish { Shown, Hidden };
    Wish m_dockWish{Wish::Shown};
    Wish m_sideWish{Wish::Shown};
};

} // namespace holdfast
