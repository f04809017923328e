// SPDX-License-Identifier: Apache-2.0
#include "ui/theme.h"

#include <QFile>
#include <QFontDatabase>

#include <cmath>

static void initialiseThemes() { Q_INIT_RESOURCE(themes); }

namespace holdfast {

const Theme &Theme::light()
{
    static const Theme theme{.background = "#fbfbfa",
                             .side = "#f3f3f1",
                             .panel = "#ffffff",
                             .line = "#e4e3df",
                             .ink = "#1d1f23",
                             .dim = "#5f6269",
                             .faint = "#686b72",
                             .accent = "#2462cf",
                             .accentSoft = "#e6effd",
                             .onAccent = "#ffffff",
                             .user = "#e9f0fc",
                             .ok = "#157347",
                             .okSoft = "#e4f5ec",
                             .warn = "#8a5a0f",
                             .warnSoft = "#fdf3dc",
                             .off = "#5f6269",
                             .offSoft = "#ecebe8",
                             .code = "#f6f6f4",
                             .keyword = "#8839a8",
                             .symbol = "#1c69a6",
                             .string = "#1f7347",
                             .number = "#a34a14"};
    return theme;
}

const Theme &Theme::dark()
{
    static const Theme theme{.background = "#17181b",
                             .side = "#1d1f23",
                             .panel = "#1f2125",
                             .line = "#2e3137",
                             .ink = "#e8e9ec",
                             .dim = "#a6aab3",
                             .faint = "#9297a0",
                             .accent = "#6ea2ff",
                             .accentSoft = "#233251",
                             .onAccent = "#10131a",
                             .user = "#24324c",
                             .ok = "#49c48a",
                             .okSoft = "#173428",
                             .warn = "#e2b04a",
                             .warnSoft = "#3a2f17",
                             .off = "#a6aab3",
                             .offSoft = "#2a2c31",
                             .code = "#191b1f",
                             .keyword = "#c792ea",
                             .symbol = "#7fb8ff",
                             .string = "#8fd6a8",
                             .number = "#f0a373"};
    return theme;
}

const Theme &Theme::of(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness()
               ? dark()
               : light();
}

QPalette Theme::palette() const
{
    QPalette palette;
    palette.setColor(QPalette::Window, background);
    palette.setColor(QPalette::WindowText, ink);
    palette.setColor(QPalette::Base, panel);
    palette.setColor(QPalette::AlternateBase, side);
    palette.setColor(QPalette::Text, ink);
    palette.setColor(QPalette::PlaceholderText, faint);
    palette.setColor(QPalette::Button, panel);
    palette.setColor(QPalette::ButtonText, ink);
    palette.setColor(QPalette::Highlight, accent);
    palette.setColor(QPalette::HighlightedText, onAccent);
    palette.setColor(QPalette::Link, accent);
    palette.setColor(QPalette::Mid, line);
    palette.setColor(QPalette::ToolTipBase, panel);
    palette.setColor(QPalette::ToolTipText, ink);
    return palette;
}

QString Theme::styleSheet() const
{
    initialiseThemes();
    QFile file(QStringLiteral(":/themes/holdfast.qss"));
    QString sheet = file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    const std::pair<const char *, QColor> colours[] = {{"@accentSoft", accentSoft},
                                                       {"@accent", accent},
                                                       {"@onAccent", onAccent},
                                                       {"@warnSoft", warnSoft},
                                                       {"@warn", warn},
                                                       {"@okSoft", okSoft},
                                                       {"@ok", ok},
                                                       {"@offSoft", offSoft},
                                                       {"@side", side},
                                                       {"@panel", panel},
                                                       {"@line", line},
                                                       {"@ink", ink},
                                                       {"@dim", dim}};
    for (const auto &[name, colour] : colours)
        sheet.replace(QLatin1String(name), colour.name());
    return sheet;
}

namespace {

QFont fontOf(const QString &wished, QFontDatabase::SystemFont otherwise, qreal pixels)
{
    QFont font = QFontDatabase::systemFont(otherwise);
    if (QFontDatabase::families().contains(wished))
        font.setFamily(wished);
    font.setPixelSize(qRound(pixels));
    return font;
}

double luminance(const QColor &colour)
{
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

} // namespace

QFont textFont(qreal pixels, QFont::Weight weight)
{
    QFont font = fontOf(QStringLiteral("Inter"), QFontDatabase::GeneralFont, pixels);
    font.setWeight(weight);
    return font;
}

QFont codeFont(qreal pixels)
{
    return fontOf(QStringLiteral("JetBrains Mono"), QFontDatabase::FixedFont, pixels);
}

double contrast(const QColor &a, const QColor &b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

} // namespace holdfast
