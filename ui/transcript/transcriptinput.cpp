// SPDX-License-Identifier: Apache-2.0
// What mouse and keyboard do in the transcript.
#include "ui/transcript/transcriptview.h"
#include "ui/words.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollBar>
#include <QStyleHints>

#include <algorithm>

namespace holdfast {

std::pair<int, MessageView::Hit> TranscriptView::hitAt(const QPointF &at) const
{
    const QPointF inside = at + QPointF(-columnLeft(), verticalScrollBar()->value());
    const int row = rowAt(inside.y());
    if (row < 0 || row >= static_cast<int>(m_messages.size()))
        return {-1, {}};
    const auto index = static_cast<std::size_t>(row);
    return {row, m_messages[index].hit(inside - QPointF(0, m_tops[index]))};
}

/// Also beside, above and below the messages: the nearest.
std::optional<TranscriptSelection::Part> TranscriptView::partAt(const QPointF &at, By by) const
{
    if (m_messages.empty())
        return std::nullopt;
    const QPointF inside = at + QPointF(-columnLeft(), verticalScrollBar()->value());
    const int last = static_cast<int>(m_messages.size()) - 1;
    const auto index = static_cast<std::size_t>(std::clamp(rowAt(inside.y()), 0, last));
    const MessageView &message = m_messages[index];
    const MessageView::Place place = message.placeAt(inside - QPointF(0, m_tops[index]));
    switch (by) {
    case By::Character:
        break;
    case By::Word:
        return TranscriptSelection::Part{message.id(), message.wordAt(place)};
    case By::Block:
        return TranscriptSelection::Part{message.id(), message.blockAt(place)};
    }
    return TranscriptSelection::Part{message.id(), {place, place}};
}

void TranscriptView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_pressedAt = event->position();
    m_isDragging = false;
    const bool isThird =
        m_sinceDoubleClick.isValid() &&
        m_sinceDoubleClick.elapsed() < QGuiApplication::styleHints()->mouseDoubleClickInterval();
    m_sinceDoubleClick.invalidate();
    if (event->modifiers().testFlag(Qt::ShiftModifier) && !m_selection.isEmpty())
        return selectTo(event->position());
    m_by = isThird ? By::Block : By::Character;
    m_selection.clear();
    if (const auto part = partAt(event->position(), m_by))
        m_selection.begin(*part);
    showSelection();
}

void TranscriptView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_sinceDoubleClick.start();
    m_pressedAt = event->position();
    m_isDragging = true; // what was clicked first is not clicked again
    m_by = By::Word;
    if (const auto part = partAt(event->position(), m_by))
        m_selection.begin(*part);
    showSelection();
}

void TranscriptView::mouseMoveEvent(QMouseEvent *event)
{
    const QPointF at = event->position();
    if (m_pressedAt && event->buttons().testFlag(Qt::LeftButton)) {
        m_isDragging =
            m_isDragging || (at - *m_pressedAt).manhattanLength() >= QApplication::startDragDistance();
        if (!m_isDragging)
            return;
        const bool isBeyond = at.y() < 0 || at.y() > viewport()->height();
        if (isBeyond && !m_drag.isActive())
            m_drag.start();
        else if (!isBeyond)
            m_drag.stop();
        return selectTo(at);
    }
    const MessageView::Hit hit = hitAt(at).second;
    const bool isActive =
        hit.isStop || hit.isContinue || hit.action || !hit.code.empty() || !hit.link.isEmpty();
    viewport()->setCursor(isActive ? Qt::PointingHandCursor : hit.isText ? Qt::IBeamCursor : Qt::ArrowCursor);
}

/// Goes on scrolling while the mouse is held beyond the edge, the faster the further away.
void TranscriptView::drag()
{
    const QPointF at = viewport()->mapFromGlobal(QCursor::pos());
    const qreal beyond = at.y() < 0 ? at.y() : std::max<qreal>(0, at.y() - viewport()->height());
    verticalScrollBar()->setValue(verticalScrollBar()->value() + qRound(beyond / 2));
    selectTo(at);
}

void TranscriptView::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_drag.stop();
    m_pressedAt.reset();
    const bool hasSelected = std::exchange(m_isDragging, false) || !m_selection.isEmpty();
    if (!hasSelected)
        return click(event->position());
    if (QGuiApplication::clipboard()->supportsSelection() && !m_selection.isEmpty())
        QGuiApplication::clipboard()->setText(
            TranscriptSelection::text(m_messages, MessageView::Style::Plain), QClipboard::Selection);
}

void TranscriptView::click(const QPointF &at)
{
    const auto [row, hit] = hitAt(at);
    if (row < 0)
        return;
    const ItemId id = m_messages[static_cast<std::size_t>(row)].id();
    if (hit.isStop)
        Q_EMIT stopRequested(id);
    else if (hit.isContinue)
        continueFrom(id);
    else if (hit.action)
        act(*hit.action, row);
    else if (!hit.code.empty())
        Q_EMIT copied(QString::fromStdString(hit.code));
    else if (!hit.link.isEmpty())
        Q_EMIT linkActivated(hit.link);
}

void TranscriptView::selectTo(const QPointF &at)
{
    if (const auto part = partAt(at, m_by))
        m_selection.extend(*part);
    showSelection();
}

void TranscriptView::selectAll()
{
    if (m_messages.empty())
        return;
    m_selection.begin({m_messages.front().id(), MessageView::whole()});
    m_selection.extend({m_messages.back().id(), MessageView::whole()});
    showSelection();
}

void TranscriptView::showSelection()
{
    m_selection.applyTo(m_messages);
    viewport()->update();
}

void TranscriptView::copySelection(MessageView::Style style)
{
    if (!m_selection.isEmpty())
        Q_EMIT copied(TranscriptSelection::text(m_messages, style));
}

void TranscriptView::contextMenuEvent(QContextMenuEvent *event)
{
    const int row = rowAt(event->pos().y() + verticalScrollBar()->value());
    if (row < 0 || row >= m_model.rowCount())
        return;
    const TranscriptModel::Row &message = m_model.row(row);
    QMenu menu(this);
    const QAction *copySource = m_selection.isEmpty() ? nullptr : menu.addAction(tr("Copy selection"));
    const QAction *copyPlain =
        m_selection.isEmpty() ? nullptr : menu.addAction(tr("Copy selection as plain text"));
    const QAction *copy = menu.addAction(tr("Copy message"));
    std::vector<std::pair<const QAction *, MessageAction>> actions;
    for (const MessageAction action : actionsFor(message.item))
        actions.emplace_back(menu.addAction(words::messageAction(action)), action);
    const bool mayContinue = m_messages[static_cast<std::size_t>(row)].mayContinue();
    const QAction *goOn = mayContinue ? menu.addAction(words::continueAnswer()) : nullptr;
    const ItemId id = message.item.id;
    const QString text = QString::fromStdString(message.text);
    const QAction *chosen = menu.exec(event->globalPos());
    if (chosen && chosen == copySource)
        copySelection(MessageView::Style::Markdown);
    if (chosen && chosen == copyPlain)
        copySelection(MessageView::Style::Plain);
    if (chosen && chosen == copy)
        Q_EMIT copied(text);
    if (chosen && chosen == goOn)
        continueFrom(id);
    for (const auto &[entry, action] : actions) {
        if (chosen == entry) // what it is about may have changed while the menu was open
            Q_EMIT messageActed(action, {id.value}, text);
    }
}

void TranscriptView::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_End)
        return toBottom();
    if (event->key() == Qt::Key_Home)
        return verticalScrollBar()->setValue(0);
    if (event->matches(QKeySequence::Copy))
        return copySelection(MessageView::Style::Markdown);
    if (event->matches(QKeySequence::SelectAll))
        return selectAll();
    QAbstractScrollArea::keyPressEvent(event);
}

} // namespace holdfast
