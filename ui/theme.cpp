// SPDX-License-Identifier: Apache-2.0
#include "ui/theme.h"

#include <QFontDatabase>

#include <cmath>

namespace holdfast {

const Theme &Theme::light()
{
    static const Theme theme{.background = "#fbfbfa", .side = "#f3f3f1", .panel = "#ffffff", .line = "#e4e3df",
                             .ink = "#1d1f23", .dim = "#5f6269", .faint = "#686b72",
                             .accent = "#2462cf", .accentSoft = "#e6effd", .onAccent = "#ffffff", .user = "#e9f0fc",
                             .ok = "#157347", .okSoft = "#e4f5ec", .warn = "#8a5a0f", .warnSoft = "#fdf3dc",
                             .off = "#5f6269", .offSoft = "#ecebe8", .code = "#f6f6f4"};
    return theme;
}

const Theme &Theme::dark()
{
    static const Theme theme{.background = "#17181b", .side = "#1d1f23", .panel = "#1f2125", .line = "#2e3137",
                             .ink = "#e8e9ec", .dim = "#a6aab3", .faint = "#9297a0",
                             .accent = "#6ea2ff", .accentSoft = "#233251", .onAccent = "#10131a", .user = "#24324c",
                             .ok = "#49c48a", .okSoft = "#173428", .warn = "#e2b04a", .warnSoft = "#3a2f17",
                             .off = "#a6aab3", .offSoft = "#2a2c31", .code = "#191b1f"};
    return theme;
}

const Theme &Theme::of(const QPalette &palette)
{
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness() ? dark() : light();
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
    QString sheet = QStringLiteral(R"(
        #side, #dock { background: @side; }
        #side { border-right: 1px solid @line; }
        #dock { border-left: 1px solid @line; }
        #header { border-bottom: 1px solid @line; }
        #title { font-weight: 600; font-size: 14px; }
        #chip { color: @dim; border: 1px solid @line; border-radius: 11px; padding: 2px 9px; font-size: 12px; }
        #newConversation { background: @panel; border: 1px solid @line; border-radius: 8px; padding: 8px 12px;
                           text-align: left; font-weight: 500; color: @ink; }
        #newConversation:hover, #card QPushButton:hover, #suggestion:hover { border-color: @accent; }
        QListView { background: transparent; border: none; outline: none; }
        #banner { background: @warnSoft; border-bottom: 1px solid @line; }
        #banner QLabel { color: @warn; font-size: 13px; }
        #banner QPushButton { color: @warn; border: none; background: transparent; text-decoration: underline; font-size: 13px; }
        #banner[good="true"] { background: @okSoft; }
        #banner[good="true"] QLabel { color: @ok; }
        #composer, #card { background: @panel; border: 1px solid @line; border-radius: 12px; }
        #composer QPlainTextEdit { background: transparent; border: none; font-size: 14px; color: @ink; }
        #composer QComboBox { background: transparent; border: none; color: @dim; font-size: 12px; padding: 3px 6px; }
        #composer QComboBox::drop-down { border: none; width: 16px; }
        #composer QComboBox::down-arrow { image: url(:/icons/down.svg); width: 10px; height: 10px; }
        #composer QComboBox QAbstractItemView { background: @panel; color: @ink; border: 1px solid @line; }
        #send { background: @accent; color: @onAccent; border: none; border-radius: 9px; padding: 6px 14px; font-weight: 500; }
        #send:disabled { background: @offSoft; color: @dim; }
        #hero { font-size: 26px; font-weight: 600; }
        #heroText, #hint { color: @dim; }
        #hint { font-size: 12px; }
        #agentCard { background: @panel; border: 1px solid @line; border-radius: 12px; }
        #agentCard[chosen="true"] { border: 2px solid @accent; }
        #agentCard QLabel { background: transparent; }
        #agentName { font-weight: 600; font-size: 13px; }
        #agentText { color: @dim; font-size: 12px; }
        #suggestion { background: @panel; border: 1px solid @line; border-radius: 12px; padding: 5px 12px; color: @dim; font-size: 12px; }
        #card QLabel#caption { font-weight: 500; }
        #card QPushButton { background: @panel; border: 1px solid @line; border-radius: 8px; padding: 5px; color: @ink; font-size: 12px; }
        QTabBar::tab { background: transparent; color: @dim; padding: 15px 2px 13px; margin-right: 16px; border: none; font-size: 13px; }
        QTabBar::tab:selected { color: @ink; font-weight: 600; border-bottom: 2px solid @accent; }
        QTabWidget::tab-bar { left: 14px; }
        QTabWidget::pane { border: none; border-top: 1px solid @line; }
        #key { color: @dim; font-size: 12px; }
        #value { font-size: 12px; }
        #jump { background: @panel; border: 1px solid @line; border-radius: 12px; padding: 5px 14px; color: @ink; font-size: 12px; }
        QProgressBar { background: @line; border: none; max-height: 2px; }
        QProgressBar::chunk { background: @accent; }
        QScrollBar:vertical { background: transparent; width: 10px; }
        QScrollBar::handle:vertical { background: @line; border-radius: 5px; min-height: 30px; }
        QScrollBar::add-line, QScrollBar::sub-line { height: 0; }
        QPushButton:focus, QComboBox:focus { border: 1px solid @accent; }
    )");
    const std::pair<const char *, QColor> colours[] = {
        {"@accentSoft", accentSoft}, {"@accent", accent}, {"@onAccent", onAccent}, {"@warnSoft", warnSoft},
        {"@warn", warn}, {"@okSoft", okSoft}, {"@ok", ok}, {"@offSoft", offSoft}, {"@side", side},
        {"@panel", panel}, {"@line", line}, {"@ink", ink}, {"@dim", dim}};
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
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

} // namespace

QFont textFont(qreal pixels, QFont::Weight weight)
{
    QFont font = fontOf(QStringLiteral("Inter"), QFontDatabase::GeneralFont, pixels);
    font.setWeight(weight);
    return font;
}

QFont codeFont(qreal pixels) { return fontOf(QStringLiteral("JetBrains Mono"), QFontDatabase::FixedFont, pixels); }

double contrast(const QColor &a, const QColor &b)
{
    const double first = luminance(a);
    const double second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

} // namespace holdfast
