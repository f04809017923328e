// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QString>

namespace holdfast {

/// Colours by what they are for; each text colour reads on each surface it is used on (contrast 4.5:1 or
/// more).
struct Theme {
    QColor background, side, panel, line;
    QColor ink, dim, faint;
    QColor accent, accentSoft, onAccent, user;
    QColor ok, okSoft, warn, warnSoft, off, offSoft, code;
    QColor keyword, symbol, string, number; ///< of code; a comment is faint

    static const Theme &light();
    static const Theme &dark();
    /// Dark when the palette's window is darker than its text: Qt 6.4 knows no colour scheme.
    static const Theme &of(const QPalette &palette);

    QPalette palette() const;
    /// The style of the plain widgets; what paints itself asks of().
    QString styleSheet() const;
};

/// The fonts: the system's unless Inter and JetBrains Mono are there.
QFont textFont(qreal pixels, QFont::Weight weight = QFont::Normal);
QFont codeFont(qreal pixels);

/// Contrast of two colours, 1 … 21 (WCAG 2.2, relative luminance).
double contrast(const QColor &a, const QColor &b);

} // namespace holdfast
