// SPDX-License-Identifier: Apache-2.0
#include "ui/transcript/transcriptview.h"

#include "ui/theme.h"
#include "ui/words.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QDateTime>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QStyle>
#include <QToolTip>

#include <algorithm>

namespace holdfast {

namespace {

constexpr int updateEveryMs = 33;
constexpr qreal pinnedWithin = 64;
constexpr int margin = 56;
constexpr qreal topPadding = 20;
constexpr int readableCharacters = 72;
constexpr qreal loadOlderAbove = 400;

} // namespace

TranscriptView::TranscriptView(TranscriptModel &model, QWidget *parent)
    : QAbstractScrollArea(parent), m_model(model), m_jump(new QPushButton(tr("↓ Jump to latest"), this))
{
    setObjectName(QStringLiteral("transcript"));
    setAccessibleName(tr("Conversation"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    m_jump->setObjectName(QStringLiteral("jump"));
    m_jump->hide();
    m_update.setSingleShot(true);
    m_update.setInterval(updateEveryMs);
    m_clock.setInterval(1000);
    connect(&m_update, &QTimer::timeout, this, &TranscriptView::updateNow);
    connect(&m_clock, &QTimer::timeout, this, &TranscriptView::scheduleUpdate);
    m_drag.setInterval(updateEveryMs);
    connect(&m_drag, &QTimer::timeout, this, &TranscriptView::drag);
    connect(m_jump, &QPushButton::clicked, this, &TranscriptView::toBottom);
    connect(&model, &QAbstractItemModel::dataChanged, this, &TranscriptView::scheduleUpdate);
    connect(&model, &QAbstractItemModel::rowsInserted, this, &TranscriptView::scheduleUpdate);
    connect(&model, &QAbstractItemModel::rowsRemoved, this, &TranscriptView::scheduleUpdate);
    connect(&model, &QAbstractItemModel::modelReset, this, [this] {
        m_isFresh = true;
        m_selection.clear();
        m_messages.clear();
        updateNow();
    });
}

TranscriptView::~TranscriptView() = default;

void TranscriptView::setAgents(const std::vector<AgentInfo> &agents)
{
    for (const AgentInfo &each : agents)
        m_names[each.id] = QString::fromStdString(each.model.empty() ? each.name : each.model);
    scheduleUpdate();
}

void TranscriptView::setReception(Reception reception)
{
    if (m_reception == reception)
        return;
    m_reception = reception;
    scheduleUpdate();
}

void TranscriptView::refuseContinuation(const ItemId &answer, const std::string &reason)
{
    m_continuing[answer] = reason;
    scheduleUpdate();
}

QStringList TranscriptView::linesBelow(const ItemId &answer) const
{
    const auto found = std::ranges::find(m_messages, answer, &MessageView::id);
    return found == m_messages.end() ? QStringList() : found->linesBelow();
}

void TranscriptView::scheduleUpdate()
{
    if (!m_update.isActive() && isVisible())
        m_update.start();
}

MessageView::Surroundings TranscriptView::surroundingsOf(int row) const
{
    const AgentId &agent = m_model.row(row).item.agent;
    const auto name = m_names.find(agent);
    const bool isAnswered = row + 1 < m_model.rowCount() && m_model.row(row + 1).item.role == Role::Agent;
    const auto continuing = m_continuing.find(m_model.row(row).item.id);
    const bool isAsked = continuing != m_continuing.end();
    return {.width = columnWidth(),
            .isAnswered = isAnswered,
            .isReceiving = m_reception == Reception::Running,
            .isLast = row + 1 == m_model.rowCount(),
            .isContinuing = isAsked && continuing->second.empty(),
            .notContinued = isAsked ? continuing->second : std::string(),
            .agent = name == m_names.end() ? QString::fromStdString(agent.value) : name->second,
            .nowMs = QDateTime::currentMSecsSinceEpoch()};
}

/// Rows may have come or gone anywhere; views are matched by id, and what is read stays where it is.
void TranscriptView::updateNow()
{
    const qreal offset = verticalScrollBar()->value();
    const int anchorRow = rowAt(offset);
    const bool hasAnchor = anchorRow >= 0 && anchorRow < static_cast<int>(m_messages.size());
    const ItemId anchor = hasAnchor ? m_messages[static_cast<std::size_t>(anchorRow)].id() : ItemId();
    const qreal within = hasAnchor ? offset - m_tops[static_cast<std::size_t>(anchorRow)] : 0;

    std::map<ItemId, MessageView> known;
    for (MessageView &message : m_messages) {
        ItemId id = message.id();
        known.emplace(std::move(id), std::move(message));
    }
    m_messages.clear();
    bool isInterrupted = false;
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const ItemRow &item = m_model.row(row).item;
        auto found = known.extract(item.id);
        m_messages.push_back(found.empty() ? MessageView() : std::move(found.mapped()));
        m_messages.back().update(m_model.row(row), surroundingsOf(row));
        isInterrupted = isInterrupted || (item.role == Role::Agent && !isTerminal(item.status));
    }
    m_selection.applyTo(m_messages);
    layOut();
    if (m_isPinned || m_isFresh) {
        toBottom();
    } else if (hasAnchor) {
        for (std::size_t i = 0; i < m_messages.size(); ++i) {
            if (m_messages[i].id() == anchor)
                verticalScrollBar()->setValue(qRound(m_tops[i] + within));
        }
    }
    m_isFresh = false;
    if (isInterrupted && !m_clock.isActive())
        m_clock.start();
    else if (!isInterrupted)
        m_clock.stop();
    buildVisible();
    viewport()->update();
}

void TranscriptView::layOut()
{
    m_tops.assign(1, topPadding);
    for (const MessageView &message : m_messages)
        m_tops.push_back(m_tops.back() + message.height());
    verticalScrollBar()->setRange(0, std::max(0, qRound(m_tops.back() + topPadding) - viewport()->height()));
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(24);
}

/// Building a block tells its true height, which may bring other blocks into view: until nothing changes.
void TranscriptView::buildVisible()
{
    constexpr int roundsMax = 8;
    for (int round = 0; round < roundsMax; ++round) {
        bool hasChanged = false;
        const qreal top = verticalScrollBar()->value();
        const qreal bottom = top + viewport()->height();
        for (std::size_t i = 0; i < m_messages.size(); ++i)
            hasChanged = m_messages[i].build(top - m_tops[i], bottom - m_tops[i], palette()) || hasChanged;
        if (!hasChanged)
            break;
        layOut();
        if (m_isPinned)
            verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    }
    placeJump();
}

/// The bar's room is kept free also while there is nothing to scroll: the column does not move when it comes.
QMargins TranscriptView::columnMargins(const QWidget &view)
{
    const int bar = view.style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, &view);
    const int side = view.width() - bar < 520 ? 20 : margin;
    return {side, 0, side + bar, 0};
}

qreal TranscriptView::columnWidth() const
{
    const QMargins margins = columnMargins(*this);
    return std::max(160, std::min(columnWidthMax(), width() - margins.left() - margins.right()));
}

int TranscriptView::columnWidthMax()
{
    constexpr qreal overAverage = 1.12; // running text is wider than the average of the alphabet
    return qRound(QFontMetricsF(textFont(14)).averageCharWidth() * readableCharacters * overAverage);
}

qreal TranscriptView::columnLeft() const
{
    const QMargins margins = columnMargins(*this);
    return std::max(12, (width() - (margins.right() - margins.left()) - qRound(columnWidth())) / 2);
}

int TranscriptView::rowAt(qreal y) const
{
    const auto after = std::ranges::upper_bound(m_tops, y);
    return static_cast<int>(after - m_tops.begin()) - 1;
}

bool TranscriptView::isAtBottom() const
{
    return verticalScrollBar()->value() >= verticalScrollBar()->maximum() - pinnedWithin;
}

void TranscriptView::toBottom()
{
    m_isPinned = true;
    verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    buildVisible();
    viewport()->update();
}

void TranscriptView::placeJump()
{
    m_jump->adjustSize();
    m_jump->move((width() - m_jump->width()) / 2, height() - m_jump->height() - 14);
    m_jump->setVisible(!m_isPinned && !isAtBottom());
}

void TranscriptView::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(event->rect(), palette().window());
    painter.translate(columnLeft(), -verticalScrollBar()->value());
    const QRectF clip = QRectF(event->rect()).translated(-columnLeft(), verticalScrollBar()->value());
    for (std::size_t i = 0; i < m_messages.size(); ++i) {
        if (m_tops[i + 1] >= clip.top() && m_tops[i] <= clip.bottom())
            m_messages[i].paint(painter, m_tops[i], palette(), clip);
    }
}

void TranscriptView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    updateNow();
}

void TranscriptView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() != QEvent::PaletteChange)
        return;
    for (MessageView &message : m_messages)
        message.forgetDocuments();
    updateNow();
}

void TranscriptView::scrollContentsBy(int, int dy)
{
    if (dy > 0)
        m_isPinned = isAtBottom();
    else if (isAtBottom())
        m_isPinned = true;
    if (dy > 0 && verticalScrollBar()->value() < loadOlderAbove && !m_isFresh)
        m_model.loadOlder();
    buildVisible();
    viewport()->update();
}

void TranscriptView::continueFrom(const ItemId &answer)
{
    const auto [asked, isFirst] = m_continuing.try_emplace(answer);
    if (!isFirst && asked->second.empty())
        return;
    asked->second.clear();
    Q_EMIT continueRequested(answer);
    scheduleUpdate();
}

void TranscriptView::act(MessageAction action, int row)
{
    const TranscriptModel::Row &message = m_model.row(row);
    Q_EMIT messageActed(action, {message.item.id.value}, QString::fromStdString(message.text));
}

/// What the mark under a message means, and when it came to be.
bool TranscriptView::viewportEvent(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const int row = rowAt(help->pos().y() + verticalScrollBar()->value());
    const bool isMessage = row >= 0 && row < m_model.rowCount() && m_model.row(row).item.role == Role::User;
    if (!isMessage) {
        QToolTip::hideText();
        return true;
    }
    const bool isAnswered = surroundingsOf(row).isAnswered;
    const std::int64_t answeredAtMs = isAnswered ? m_model.row(row + 1).item.createdAtMs : 0;
    QToolTip::showText(help->globalPos(), words::deliveryTimes(m_model.row(row).item, answeredAtMs), this);
    return true;
}

} // namespace holdfast
