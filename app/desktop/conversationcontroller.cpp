// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/conversationcontroller.h"

#include "app/link/monotonicclock.h"
#include "model/text/utf8.h"
#include "ui/composer.h"
#include "ui/dock/toggleswitch.h"
#include "ui/mainwindow.h"
#include "ui/words.h"

#include <QDateTime>

namespace holdfast {

namespace {
constexpr int newsEveryMs = 33;
constexpr int tickMs = 200;
constexpr std::size_t titleBytesMax = 60;
constexpr Duration attendedPause = std::chrono::seconds(10);
} // namespace

ConversationController::ConversationController(SessionThread &session, MainWindow &window,
                                               ConversationListModel &conversations,
                                               TranscriptModel &transcript, std::filesystem::path dataDir)
    : m_session(session),
      m_window(window),
      m_conversations(conversations),
      m_transcript(transcript),
      m_outbox(session, window),
      m_dataDir(std::move(dataDir)),
      m_gateway(tr("Local gateway"))
{
    m_context.startedAt = MonotonicClock::now();
    m_newsDelay.setSingleShot(true);
    m_tick.setInterval(tickMs);
    m_sinceNews.start();
    connect(&m_newsDelay, &QTimer::timeout, this, &ConversationController::takeNews);
    connect(&m_tick, &QTimer::timeout, this, &ConversationController::refreshConnection);
    connect(&session, &SessionThread::newsArrived, this, &ConversationController::onNews);
    connect(&window, &MainWindow::sendRequested, this, &ConversationController::send);
    connect(&window, &MainWindow::newConversationRequested, this, &ConversationController::startConversation);
    connect(&window, &MainWindow::conversationChosen, this, &ConversationController::chooseConversation);
    connect(&window, &MainWindow::stopRequested, this, &ConversationController::stop);
    connect(&window, &MainWindow::continueRequested, this, &ConversationController::goOn);
    connect(&window.composer(), &Composer::recallRequested, this, &ConversationController::recall);
    connect(&m_outbox, &OutboxController::conversationWanted, this,
            &ConversationController::chooseConversation);
    connect(&window, &MainWindow::attended, this, &ConversationController::onAttended);
    connect(&window, &MainWindow::bannerActed, this, &ConversationController::onBannerActed);
    connect(&window.lab(), &LabPanel::offlineToggled, this, [this](bool isOffline) {
        m_session.simulate(isOffline ? SessionThread::Simulation::Offline
                                     : SessionThread::Simulation::Online);
    });
}

ConversationController::~ConversationController()
{
    m_conversations.setReader(nullptr);
    m_transcript.setReader(nullptr);
}

void ConversationController::showHistory()
{
    auto reader = HistoryReader::open(m_dataDir);
    if (reader) {
        m_reader = std::move(*reader);
        m_conversations.setReader(m_reader.get());
        m_transcript.setReader(m_reader.get());
        const auto agents = m_reader->agents();
        if (agents && !agents->empty())
            m_window.showAgents(*agents);
        if (m_transcript.conversation().isEmpty() && m_conversations.rowCount() > 0)
            show(m_conversations.row(0).id);
        m_outbox.refresh(*m_reader);
    }
    refreshHeader();
    refreshConnection();
}

void ConversationController::setGatewayName(const QString &name) { m_gateway = name; }

/// At most one look every 33 ms: a burst of news is one change of the window.
void ConversationController::onNews()
{
    if (m_newsDelay.isActive())
        return;
    const auto since = static_cast<int>(m_sinceNews.elapsed());
    m_newsDelay.start(std::max(0, newsEveryMs - since));
}

void ConversationController::takeNews()
{
    m_sinceNews.restart();
    const SessionThread::News news = m_session.takeNews();
    if (!m_reader)
        showHistory();
    if (news.fatal)
        m_window.showProblem(words::storeProblem(*news.fatal));
    const bool wasEmpty = m_transcript.rowCount() == 0;
    m_conversations.apply(news.changes);
    m_transcript.apply(news.changes);
    if (m_reader && !news.changes.commands.empty())
        m_outbox.refresh(*m_reader);
    tellRefusals(news);
    if (news.changes.agents)
        m_window.showAgents(*news.changes.agents);
    if (!news.changes.conversations.empty() || news.changes.agents ||
        wasEmpty != (m_transcript.rowCount() == 0))
        refreshHeader();
    const bool wasOnline = m_status.state == ConnectionState::Online;
    m_status = news.status;
    if (!wasOnline && m_status.state == ConnectionState::Online)
        Q_EMIT cameOnline();
    if (m_status.state == ConnectionState::Waiting ||
        (m_status.state == ConnectionState::Connecting && m_status.attempts > 0)) {
        if (m_status.cause == Cause::Refused || m_status.cause == Cause::Reset ||
            m_status.cause == Cause::Drained)
            Q_EMIT gatewayMissing();
    }
    refreshConnection();
}

void ConversationController::refreshConnection()
{
    const TimePoint now = MonotonicClock::now();
    m_view = nextView(m_view, m_status, m_context, now);
    m_window.showConnection(m_view, m_gateway);
    showDetails();
    const bool isQuiet =
        m_status.state == ConnectionState::Online &&
        (m_view.banner == ConnectionView::Banner::None || m_view.banner == ConnectionView::Banner::HeldBack);
    if (isQuiet)
        m_tick.stop();
    else if (!m_tick.isActive())
        m_tick.start();
}

void ConversationController::refreshHeader()
{
    const int at = m_conversations.indexOf(m_transcript.conversation());
    const ConversationRow *row = at >= 0 ? &m_conversations.row(at) : nullptr;
    const AgentId agent = row ? row->agent : m_window.composer().agent();
    m_window.showConversation(row, agent);
}

void ConversationController::showDetails()
{
    const auto state = words::pill(m_view);
    const QString pace = m_status.isSlow ? tr("now and then: hurrying has not helped") : tr("by the ladder");
    std::vector<DetailsPanel::Line> lines{
        {tr("State"), state.isEmpty() ? tr("Starting") : state},
        {tr("Failed attempts"), QString::number(m_status.attempts)},
        {tr("Tries again"), pace},
        {tr("Reconnects"), QString::number(m_status.reconnects)},
        {tr("Handovers"), QString::number(m_status.handovers)},
        {tr("Round trip"),
         m_view.roundTripMs < 0 ? QStringLiteral("–") : tr("%1 ms").arg(m_view.roundTripMs)},
        {tr("Outbox"),
         words::outbox(m_status.outbox.depth, m_status.outbox.parked,
                       m_status.outbox.breaker == BreakerState::Closed ? words::Flow::Free
                                                                       : words::Flow::HeldBack)},
        {tr("Last error"),
         m_status.detail.empty() ? QStringLiteral("–") : QString::fromStdString(m_status.detail)},
        {tr("Data folder"), QString::fromStdString(m_dataDir.string())}};
    m_window.showDetails(lines);
}

void ConversationController::send(const QString &text)
{
    Draft draft;
    draft.id = {SessionThread::newId()};
    draft.text = text.toStdString();
    draft.agent = m_window.composer().agent();
    draft.conversation = m_transcript.conversation();
    const std::string title = text.simplified().toStdString();
    draft.title = utf8::cut(title, titleBytesMax);
    if (draft.conversation.isEmpty())
        draft.conversation = {SessionThread::newId()};
    if (const Result<> sent = m_session.send(draft); !sent)
        return m_window.composer().giveBack(text, words::unsendable(sent.error()));
    m_context.sendAt = MonotonicClock::now();
    if (m_transcript.conversation().isEmpty())
        show(draft.conversation);
}

/// What is shown comes first where the line is slow.
void ConversationController::show(const ConversationId &id)
{
    m_transcript.setConversation(id);
    m_session.focus(id);
}

void ConversationController::startConversation()
{
    show({});
    refreshHeader();
    m_window.composer().focusText();
}

void ConversationController::chooseConversation(const ConversationId &id)
{
    show(id);
    refreshHeader();
    const int at = m_conversations.indexOf(id);
    if (at >= 0)
        m_window.composer().chooseAgent(m_conversations.row(at).agent);
}

/// Also a message whose answer has not begun: its stop overtakes it (law 8).
void ConversationController::stop(const ItemId &answer)
{
    if (const auto message = m_transcript.stoppable(answer))
        m_session.stopAnswer(m_transcript.conversation(), *message);
}

void ConversationController::goOn(const ItemId &answer)
{
    if (!m_reader)
        return;
    if (const auto item = m_reader->item(answer); item && *item)
        m_continuations[m_session.continueAnswer(**item)] = answer;
}

/// A message goes back to where it was written, and a wish to go on is answered where it was clicked.
void ConversationController::tellRefusals(const SessionThread::News &news)
{
    const auto tell = [this](const CommandId &id, const std::string &reason) {
        if (const auto found = m_continuations.find(id); found != m_continuations.end())
            m_window.showNotContinued(found->second, reason);
    };
    for (const action::RefuseCommand &each : news.refused) {
        if (each.command.name == "send")
            m_outbox.giveBack(each);
        tell(each.command.id, each.reason);
    }
    for (const change::Settle &each : news.notAccepted)
        tell(each.id, each.error);
}

void ConversationController::recall()
{
    if (const auto *last = m_transcript.lastUnaccepted())
        m_outbox.edit({last->item.id.value}, QString::fromStdString(last->text));
}

/// Somebody waits for the link: one attempt at once, and not another one for each key.
void ConversationController::onAttended()
{
    const bool isSoon = m_attendedAt && MonotonicClock::now() - *m_attendedAt < attendedPause;
    if (m_status.state != ConnectionState::Waiting || isSoon)
        return;
    m_attendedAt = MonotonicClock::now();
    m_session.retryNow();
}

void ConversationController::onBannerActed(ConnectionView::Banner banner)
{
    if (banner == ConnectionView::Banner::SimulatedOffline)
        m_window.lab().offlineSwitch().setChecked(false);
    else if (banner == ConnectionView::Banner::GatewayStopped)
        Q_EMIT gatewayMissing();
    m_session.retryNow();
}

} // namespace holdfast
