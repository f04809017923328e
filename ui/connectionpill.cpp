// SPDX-License-Identifier: Apache-2.0
#include "ui/connectionpill.h"

#include "ui/theme.h"
#include "ui/words.h"

#include <QAccessible>
#include <QPainter>

namespace holdfast {

ConnectionPill::ConnectionPill(QWidget *parent) : QAbstractButton(parent)
{
    setObjectName(QStringLiteral("pill"));
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::TabFocus);
}

void ConnectionPill::show(const ConnectionView &view, const QString &gateway)
{
    const bool isNewState = view.pill != m_view.pill;
    m_view = view;
    m_first = words::pill(view);
    m_second = words::pillDetail(view, gateway);
    setAccessibleName(m_first);
    setToolTip(m_first);
    if (isNewState) { // a screen reader hears states, not countdowns
        QAccessibleEvent changed(this, QAccessible::NameChanged);
        QAccessible::updateAccessibility(&changed);
    }
    update();
}

void ConnectionPill::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme.line);
    painter.drawLine(0, 0, width(), 0);
    const bool isGood = m_view.pill == ConnectionView::Pill::Connected;
    const bool isTrying = m_view.pill == ConnectionView::Pill::Reconnecting ||
                          m_view.pill == ConnectionView::Pill::Waiting ||
                          m_view.pill == ConnectionView::Pill::CatchingUp;
    const QColor colour = isGood ? theme.ok : isTrying ? theme.warn : theme.off;
    const QRectF dot(10, height() / 2.0 - 4, 8, 8);
    painter.setPen(QPen(colour, 1.6));
    painter.setBrush(isGood || m_view.pill == ConnectionView::Pill::Starting ? QBrush(colour) : Qt::NoBrush);
    painter.drawEllipse(dot);
    painter.setPen(theme.ink);
    painter.setFont(textFont(12.5, QFont::Medium));
    const bool hasFirst = !m_first.isEmpty();
    const QRect text = rect().adjusted(28, 8, -6, -6);
    if (hasFirst)
        painter.drawText(text, Qt::AlignTop | Qt::AlignLeft,
                         painter.fontMetrics().elidedText(m_first, Qt::ElideRight, text.width()));
    painter.setPen(theme.dim);
    painter.setFont(textFont(11.5));
    painter.drawText(text, (hasFirst ? Qt::AlignBottom : Qt::AlignVCenter) | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(m_second, Qt::ElideRight, text.width()));
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(theme.accent);
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 2, -1, -1), 6, 6);
    }
}

} // namespace holdfast
