// SPDX-License-Identifier: Apache-2.0
#include "ui/dock/toggleswitch.h"

#include "ui/theme.h"

#include <QPainter>

namespace holdfast {

ToggleSwitch::ToggleSwitch(QWidget *parent) : QAbstractButton(parent)
{
    setCheckable(true);
    setCursor(Qt::PointingHandCursor);
    setFixedSize(ToggleSwitch::sizeHint());
    setFocusPolicy(Qt::StrongFocus);
}

void ToggleSwitch::paintEvent(QPaintEvent *)
{
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(hasFocus() ? QPen(theme.accent, 1.5) : Qt::NoPen);
    painter.setBrush(isChecked() ? theme.warn : theme.faint);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 9, 9);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.panel);
    painter.drawEllipse(QRectF(isChecked() ? width() - 18 : 2, 2, 16, 16));
}

} // namespace holdfast
