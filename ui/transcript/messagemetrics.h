// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/items/transcriptmodel.h"
#include "ui/theme.h"

#include <QFontMetricsF>
#include <QRectF>
#include <QString>

#include <algorithm>
#include <cmath>

namespace holdfast::metrics {

// The measures of a message, in pixels.
inline constexpr qreal headHeight = 28;
inline constexpr qreal footSize = 11;
inline constexpr qreal footSizeOfAnswer = 11.5;
inline constexpr qreal linkGap = 14;
inline constexpr qreal footLine = 20;
inline constexpr qreal messageGap = 16;
inline constexpr qreal bubblePadding = 10;

/// Of a line that breaks where there is no room for all of it.
inline qreal heightOfLine(const QString &line, qreal size, qreal width)
{
    const QFontMetricsF font(textFont(size));
    const qreal height = font.boundingRect(QRectF(0, 0, width, 1000), Qt::TextWordWrap, line).height();
    return std::max(footLine, footLine + std::ceil(height - font.height()));
}

inline bool isWorking(const ItemRow &item) { return item.role == Role::Agent && !isTerminal(item.status); }

} // namespace holdfast::metrics
