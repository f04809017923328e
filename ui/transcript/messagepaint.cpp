// SPDX-License-Identifier: Apache-2.0
#include "ui/theme.h"
#include "ui/transcript/messagemetrics.h"
#include "ui/transcript/messageview.h"
#include "ui/words.h"

#include <QAbstractTextDocumentLayout>
#include <QCoreApplication>
#include <QPainter>
#include <QtMath>

namespace holdfast {

namespace {

using namespace metrics;

QString translated(const char *text) { return QCoreApplication::translate("holdfast", text); }

} // namespace

void MessageView::paint(QPainter &painter, qreal top, const QPalette &palette, const QRectF &clip) const
{
    painter.save();
    painter.translate(0, top);
    if (m_item.role == Role::User)
        paintUser(painter, palette);
    else
        paintAgent(painter, palette, clip.translated(0, -top));
    painter.restore();
}

void MessageView::paintUser(QPainter &painter, const QPalette &palette) const
{
    const Theme &theme = Theme::of(palette);
    const QRectF box = bubble();
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.user);
    painter.drawRoundedRect(box, 14, 14);
    painter.drawRect(QRectF(box.right() - 14, box.bottom() - 14, 10, 14).adjusted(0, 4, 0, 0));
    painter.drawRoundedRect(QRectF(box.right() - 14, box.bottom() - 14, 14, 14), 4, 4);
    painter.save();
    painter.translate(box.left() + bubblePadding + 4, bubblePadding);
    QAbstractTextDocumentLayout::PaintContext context;
    context.palette = palette;
    if (const TextRange selected = selectedIn(0); selected.begin < selected.end)
        context.selections.append(highlightOf(*m_userText, selected, palette));
    m_userText->documentLayout()->draw(&painter, context);
    painter.restore();
    const bool isAnswered = m_surroundings.isAnswered && !m_item.isOnlyHere && actionsFor(m_item).empty();
    painter.setPen(needsUser() ? theme.warn : isAnswered ? theme.accent : theme.faint);
    painter.setFont(textFont(footSize));
    painter.drawText(QRectF(0, box.bottom(), footWidth(), footHeight()),
                     Qt::AlignRight | Qt::AlignVCenter | Qt::TextWordWrap, footOfUser());
    painter.setPen(theme.accent);
    for (const Link &link : links())
        painter.drawText(link.area, Qt::AlignLeft | Qt::AlignVCenter, words::messageAction(link.action));
}

void MessageView::paintAgent(QPainter &painter, const QPalette &palette, const QRectF &clip) const
{
    const Theme &theme = Theme::of(palette);
    QLinearGradient gradient(0, 0, 22, 22);
    gradient.setColorAt(0, QColor(0x3c, 0x7b, 0xef));
    gradient.setColorAt(1, QColor(0x7a, 0x4b, 0xe0));
    painter.setPen(Qt::NoPen);
    painter.setBrush(gradient);
    painter.drawRoundedRect(QRectF(0, 1, 22, 22), 7, 7);
    painter.setPen(Qt::white);
    painter.setFont(textFont(12, QFont::Medium));
    painter.drawText(QRectF(0, 1, 22, 22), Qt::AlignCenter, m_surroundings.agent.left(1).toUpper());
    painter.setPen(theme.ink);
    painter.setFont(textFont(13, QFont::DemiBold));
    const int nameWidth = painter.fontMetrics().horizontalAdvance(m_surroundings.agent);
    painter.drawText(QRectF(30, 0, m_surroundings.width, 24), Qt::AlignVCenter, m_surroundings.agent);
    painter.setPen(theme.faint);
    painter.setFont(textFont(13));
    painter.drawText(QRectF(38 + nameWidth, 0, 100, 24), Qt::AlignVCenter,
                     words::timeOfDay(m_item.createdAtMs));
    qreal y = headHeight;
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        const BlockView &block = m_blocks[i];
        if (y + block.height() >= clip.top() && y <= clip.bottom())
            block.paint(painter, QPointF(0, y), palette, selectedIn(i));
        y += block.height();
        for (const QString &seam : seamsBehind(i)) {
            paintSeam(painter, y, seam, palette);
            y += footLine + 4;
        }
    }
    paintFoot(painter, y, palette);
}

void MessageView::paintFoot(QPainter &painter, qreal y, const QPalette &palette) const
{
    const Theme &theme = Theme::of(palette);
    if (isWorking(m_item)) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_surroundings.isReceiving ? theme.accent : theme.off);
        painter.drawRoundedRect(QRectF(0, y + 2, 8, 15), 2, 2);
        painter.setPen(theme.faint);
        painter.setFont(textFont(footSizeOfAnswer));
        painter.drawText(QRectF(18, y, m_surroundings.width - 80, footLine), Qt::AlignVCenter,
                         painter.fontMetrics().elidedText(workingWords(), Qt::ElideRight,
                                                          qFloor(m_surroundings.width - 80)));
        painter.setPen(theme.accent);
        painter.drawText(QRectF(m_surroundings.width - 60, y, 60, footLine),
                         Qt::AlignVCenter | Qt::AlignRight, translated("Stop"));
        y += footLine + 4;
    }
    painter.setFont(textFont(footSizeOfAnswer));
    painter.setPen(theme.faint);
    for (const QString &line : linesBelow()) {
        const qreal height = heightOfLine(line, footSizeOfAnswer, m_surroundings.width);
        painter.drawText(QRectF(0, y, m_surroundings.width, height),
                         Qt::AlignVCenter | Qt::AlignLeft | Qt::TextWordWrap, line);
        y += height + 4;
    }
    if (!mayContinue())
        return;
    painter.setPen(theme.accent);
    painter.drawText(continueLink(), Qt::AlignVCenter | Qt::AlignLeft, words::continueAnswer());
}

QString MessageView::workingWords() const
{
    const std::int64_t nowMs = m_surroundings.nowMs;
    const auto seconds = static_cast<double>(std::max<std::int64_t>(1, nowMs - m_item.createdAtMs)) / 1000;
    const double tokens =
        static_cast<double>(m_text.size()) / 4; // about four bytes each, for want of the model's own count
    if (!m_surroundings.isReceiving)
        return words::written(tokens);
    return words::writing(tokens, tokens / seconds, nowMs - m_quietSinceMs);
}

void MessageView::paintSeam(QPainter &painter, qreal y, const QString &text, const QPalette &palette) const
{
    const Theme &theme = Theme::of(palette);
    const QRectF area(0, y, m_surroundings.width, footLine);
    painter.setFont(textFont(footSizeOfAnswer));
    painter.setPen(theme.faint);
    painter.drawText(area, Qt::AlignCenter, text);
    const qreal half = painter.fontMetrics().horizontalAdvance(text) / 2.0 + 10;
    painter.setPen(theme.line);
    painter.drawLine(QPointF(0, area.center().y()), QPointF(area.center().x() - half, area.center().y()));
    painter.drawLine(QPointF(area.center().x() + half, area.center().y()),
                     QPointF(area.right(), area.center().y()));
}

} // namespace holdfast
