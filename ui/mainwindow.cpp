// SPDX-License-Identifier: Apache-2.0
#include "ui/mainwindow.h"

#include "ui/composer.h"
#include "ui/connectionbanner.h"
#include "ui/connectionpill.h"
#include "ui/conversationlist.h"
#include "ui/firstrun.h"
#include "ui/outboxbanner.h"
#include "ui/theme.h"
#include "ui/transcript/transcriptview.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QHBoxLayout>
#include <QLabel>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QTabWidget>
#include <QUrl>
#include <QVBoxLayout>

namespace holdfast {

namespace {
constexpr int sideWidth = 264;
constexpr int dockWidth = 316;
constexpr int foldDockBelow = 1080;
constexpr int foldSideBelow = 760;
} // namespace

MainWindow::MainWindow(ConversationListModel &conversations, TranscriptModel &transcript, QWidget *parent)
    : QWidget(parent), m_transcriptModel(transcript)
{
    setWindowTitle(QStringLiteral("Holdfast"));
    resize(1360, 860);
    setMinimumSize(420, 420);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(makeSide(conversations));
    row->addWidget(makeCentre(transcript), 1);
    row->addWidget(makeDock());
    makeShortcuts();
    connectParts();
}

MainWindow::~MainWindow() = default;

QWidget *MainWindow::makeSide(ConversationListModel &conversations)
{
    m_side = new QWidget(this);
    m_side->setObjectName(QStringLiteral("side"));
    m_side->setAttribute(Qt::WA_StyledBackground);
    m_side->setFixedWidth(sideWidth);
    auto *fresh = new QPushButton(tr("+  New conversation"));
    fresh->setObjectName(QStringLiteral("newConversation"));
    fresh->setToolTip(QStringLiteral("Ctrl+N"));
    fresh->setCursor(Qt::PointingHandCursor);
    connect(fresh, &QPushButton::clicked, this, &MainWindow::newConversationRequested);
    m_list = new ConversationList(conversations);
    m_pill = new ConnectionPill;
    auto *column = new QVBoxLayout(m_side);
    column->setContentsMargins(12, 12, 12, 6);
    column->setSpacing(8);
    column->addWidget(fresh);
    column->addWidget(m_list, 1);
    column->addWidget(m_pill);
    return m_side;
}

QWidget *MainWindow::makeCentre(TranscriptModel &transcript)
{
    auto *header = new QWidget;
    header->setObjectName(QStringLiteral("header"));
    header->setAttribute(Qt::WA_StyledBackground);
    header->setFixedHeight(52);
    m_title = new QLabel;
    m_title->setObjectName(QStringLiteral("title"));
    m_chip = new QLabel;
    m_chip->setObjectName(QStringLiteral("chip"));
    auto *headerRow = new QHBoxLayout(header);
    headerRow->setContentsMargins(20, 0, 20, 0);
    m_chip->setFixedHeight(24);
    headerRow->setSpacing(10);
    headerRow->addWidget(m_title);
    headerRow->addWidget(m_chip, 0, Qt::AlignVCenter);
    headerRow->addStretch();
    m_banner = new ConnectionBanner;
    m_question = new OutboxBanner;
    m_progress = new QProgressBar;
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(2);
    m_progress->hide();
    m_firstRun = new FirstRun;
    m_transcript = new TranscriptView(transcript);
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_firstRun);
    m_stack->addWidget(m_transcript);
    m_composer = new Composer;
    auto *composerRow = new QHBoxLayout;
    m_composerRow = composerRow;
    m_stack->installEventFilter(this);
    composerRow->addStretch(1);
    composerRow->addWidget(m_composer, 1000);
    composerRow->addStretch(1);
    m_composer->setMaximumWidth(m_transcript->columnWidthMax());
    auto *centre = new QWidget;
    auto *column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(header);
    column->addWidget(m_banner);
    column->addWidget(m_question);
    column->addWidget(m_progress);
    column->addWidget(m_stack, 1);
    column->addLayout(composerRow);
    return centre;
}

QWidget *MainWindow::makeDock()
{
    m_dock = new QTabWidget;
    m_dock->setObjectName(QStringLiteral("dock"));
    m_dock->setAttribute(Qt::WA_StyledBackground);
    m_dock->setFixedWidth(dockWidth);
    m_lab = new LabPanel;
    m_details = new DetailsPanel;
    m_dock->addTab(m_lab, tr("Network lab"));
    m_dock->addTab(m_details, tr("Details"));
    return m_dock;
}

void MainWindow::makeShortcuts()
{
    const auto add = [this](const QKeySequence &keys, auto action) {
        auto *shortcut = new QShortcut(keys, this);
        connect(shortcut, &QShortcut::activated, this, action);
    };
    add(QKeySequence(QStringLiteral("Ctrl+N")), [this] { Q_EMIT newConversationRequested(); });
    add(QKeySequence(QStringLiteral("Ctrl+Shift+O")), [this] { Q_EMIT newConversationRequested(); });
    add(QKeySequence(QStringLiteral("F8")), [this] { toggleDock(); });
    add(QKeySequence(QStringLiteral("Esc")), [this] { Q_EMIT stopRequested({}); });
    add(QKeySequence(QStringLiteral("Ctrl+Q")), [] { QApplication::quit(); });
    add(QKeySequence(QStringLiteral("Ctrl+Shift+C")),
        [this] { copy(QString::fromStdString(m_transcriptModel.lastAnswer())); });
    add(QKeySequence(QStringLiteral("Ctrl+B")), [this] {
        m_sideWish = m_side->isVisible() ? Wish::Hidden : Wish::Shown;
        m_side->setVisible(m_sideWish == Wish::Shown);
    });
}

void MainWindow::connectParts()
{
    connect(m_composer, &Composer::sendRequested, this, &MainWindow::sendRequested);
    connect(m_composer, &Composer::edited, this, &MainWindow::attended);
    connect(m_composer, &Composer::agentChosen, this, [this] { m_firstRun->choose(m_composer->agent()); });
    connect(m_firstRun, &FirstRun::agentChosen, m_composer, &Composer::chooseAgent);
    connect(m_firstRun, &FirstRun::suggested, this, [this](const AgentId &agent, const QString &text) {
        m_composer->chooseAgent(agent);
        Q_EMIT sendRequested(text);
    });
    connect(m_list, &ConversationList::chosen, this, &MainWindow::conversationChosen);
    connect(m_banner, &ConnectionBanner::acted, this, &MainWindow::bannerActed);
    connect(m_transcript, &TranscriptView::stopRequested, this, &MainWindow::stopRequested);
    connect(m_transcript, &TranscriptView::continueRequested, this, &MainWindow::continueRequested);
    connect(m_transcript, &TranscriptView::copied, this, &MainWindow::copy);
    connect(m_transcript, &TranscriptView::messageActed, this, &MainWindow::messageActed);
    connect(m_transcript, &TranscriptView::linkActivated, this, &MainWindow::openLink);
    connect(m_pill, &ConnectionPill::clicked, this, [this] {
        m_dockWish = Wish::Shown;
        m_dock->setVisible(true);
        m_dock->setCurrentWidget(m_details);
    });
}

void MainWindow::showConnection(const ConnectionView &view, const QString &gateway)
{
    m_pill->show(view, gateway);
    m_banner->show(view);
    const bool isUp =
        view.pill == ConnectionView::Pill::Connected || view.pill == ConnectionView::Pill::Starting;
    m_composer->setSending(isUp ? Composer::Sending::Now : Composer::Sending::Later);
    m_transcript->setReception(isUp ? TranscriptView::Reception::Running
                                    : TranscriptView::Reception::Interrupted);
    m_progress->setVisible(view.pill == ConnectionView::Pill::CatchingUp);
    m_progress->setRange(0, static_cast<int>(view.total));
    m_progress->setValue(static_cast<int>(view.done));
}

void MainWindow::showProblem(const QString &sentence) { m_banner->showProblem(sentence); }

void MainWindow::showAgents(const std::vector<AgentInfo> &agents)
{
    m_agents = agents;
    m_composer->setAgents(agents);
    m_firstRun->setAgents(agents);
    m_firstRun->choose(m_composer->agent());
    m_transcript->setAgents(agents);
}

void MainWindow::showNotContinued(const ItemId &answer, const std::string &reason)
{
    m_transcript->refuseContinuation(answer, reason);
}

void MainWindow::showDetails(const std::vector<DetailsPanel::Line> &lines) { m_details->show(lines); }

void MainWindow::showConversation(const ConversationRow *row, const AgentId &agent)
{
    const QString title =
        row && !row->title.empty() ? QString::fromStdString(row->title).simplified() : tr("New conversation");
    m_title->setText(m_title->fontMetrics().elidedText(title, Qt::ElideRight, 420));
    m_title->setToolTip(title);
    QString chip = QString::fromStdString(agent.value);
    for (const AgentInfo &each : m_agents) {
        if (each.id == agent)
            chip = QString::fromStdString(each.model.empty() ? each.name : each.name + " · " + each.model) +
                   QStringLiteral(" · ") + QString::fromStdString(each.where);
    }
    m_chip->setText(chip);
    m_chip->setVisible(!chip.isEmpty());
    if (row)
        m_list->choose(row->id);
    else
        m_list->clearSelection();
    m_stack->setCurrentWidget(m_transcriptModel.rowCount() > 0 ? static_cast<QWidget *>(m_transcript)
                                                               : m_firstRun);
}

void MainWindow::toggleDock()
{
    m_dockWish = m_dock->isVisible() ? Wish::Hidden : Wish::Shown;
    m_dock->setVisible(m_dockWish == Wish::Shown);
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    foldPanes();
}

void MainWindow::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::ActivationChange && isActiveWindow())
        Q_EMIT attended();
}

/// The composer stands below the column of the conversation.
bool MainWindow::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_stack && event->type() == QEvent::Resize)
        m_composerRow->setContentsMargins(TranscriptView::columnMargins(*m_stack) + QMargins(0, 12, 0, 18));
    return QWidget::eventFilter(object, event);
}

/// What the user hid stays hidden; what there is no room for comes back with the room.
void MainWindow::foldPanes()
{
    m_dock->setVisible(m_dockWish == Wish::Shown && width() >= foldDockBelow);
    m_side->setVisible(m_sideWish == Wish::Shown && width() >= foldSideBelow);
}

void MainWindow::copy(const QString &text) { QGuiApplication::clipboard()->setText(text); }

/// Only addresses a browser may safely be given, and only after the user has seen the whole of it.
void MainWindow::openLink(const QString &address)
{
    const QUrl url(address, QUrl::StrictMode);
    const QStringList allowed{QStringLiteral("http"), QStringLiteral("https"), QStringLiteral("mailto")};
    if (!url.isValid() || !allowed.contains(url.scheme()))
        return;
    const auto answer = QMessageBox::question(
        this, tr("Open link"), tr("Open this address?") + QStringLiteral("\n\n") + url.toDisplayString());
    if (answer == QMessageBox::Yes)
        QDesktopServices::openUrl(url);
}

} // namespace holdfast
