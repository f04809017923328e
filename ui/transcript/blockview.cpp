// SPDX-License-Identifier: Apache-2.0
#include "ui/transcript/blockview.h"

#include "model/text/highlight.h"
#include "ui/theme.h"

#include <QCoreApplication>
#include <QPainter>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextLayout>

#include <algorithm>

namespace holdfast {

namespace {

constexpr qreal codeHeader = 28;
constexpr qreal codePadding = 10;
constexpr qreal gap = 8;

/// Text from a model is hostile: nothing is loaded for it, from anywhere.
class ClosedDocument : public QTextDocument
{
protected:
    QVariant loadResource(int, const QUrl &) override { return QByteArray(); }
};

/// Headings in the sizes of a chat, not of a book; code in its own font.
void restyle(QTextDocument &document, const Theme &theme)
{
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        QTextBlockFormat format = block.blockFormat();
        format.setLineHeight(122, QTextBlockFormat::ProportionalHeight);
        format.setTopMargin(block.blockNumber() == 0 ? 0 : 4);
        format.setBottomMargin(2);
        cursor.setBlockFormat(format);
        const int level = block.blockFormat().headingLevel();
        if (level > 0) {
            cursor.select(QTextCursor::BlockUnderCursor);
            QTextCharFormat heading;
            heading.setFont(textFont(level == 1 ? 19 : level == 2 ? 16.5 : 15, QFont::DemiBold));
            cursor.mergeCharFormat(heading);
        }
        for (auto part = block.begin(); !part.atEnd(); ++part) {
            const QTextFragment fragment = part.fragment();
            if (!fragment.charFormat().fontFixedPitch())
                continue;
            QTextCursor code(&document);
            code.setPosition(fragment.position());
            code.setPosition(fragment.position() + fragment.length(), QTextCursor::KeepAnchor);
            QTextCharFormat look;
            look.setFont(codeFont(12.5));
            look.setBackground(theme.code);
            code.mergeCharFormat(look);
        }
    }
}

const QColor &colourOf(Token::Kind kind, const Theme &theme)
{
    switch (kind) {
    case Token::Kind::Keyword:
        return theme.keyword;
    case Token::Kind::Name:
        return theme.symbol;
    case Token::Kind::String:
        return theme.string;
    case Token::Kind::Number:
        return theme.number;
    case Token::Kind::Comment:
        return theme.faint;
    case Token::Kind::Added:
        return theme.ok;
    case Token::Kind::Removed:
        return theme.warn;
    }
    return theme.ink;
}

/// Line by line; the document's text stays as it is. Very long code is shown without colours.
void colour(QTextDocument &document, std::string_view language, const Theme &theme)
{
    constexpr int linesMax = 2'000;
    if (document.blockCount() > linesMax)
        return;
    Highlighter highlighter(language);
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        const QByteArray line = block.text().toUtf8();
        const std::string_view bytes(line.constData(), static_cast<std::size_t>(line.size()));
        QList<QTextLayout::FormatRange> ranges;
        std::size_t at = 0;
        int characters = 0;
        const auto forward = [&](std::size_t to) { // from bytes to UTF-16
            characters += static_cast<int>(
                QString::fromUtf8(line.constData() + at, static_cast<qsizetype>(to - at)).size());
            at = to;
            return characters;
        };
        for (const Token &token : highlighter.line(bytes)) {
            QTextLayout::FormatRange range;
            range.start = forward(token.begin);
            range.length = forward(token.end) - range.start;
            range.format.setForeground(colourOf(token.kind, theme));
            ranges.append(range);
        }
        block.layout()->setFormats(ranges);
    }
}

QString labelOf(std::string_view language)
{
    const Language *known = languageNamed(language);
    const std::string_view label = known ? known->label : language;
    return QString::fromUtf8(label.data(), static_cast<qsizetype>(label.size()));
}

} // namespace

QAbstractTextDocumentLayout::Selection highlightOf(const QTextDocument &document, const TextRange &range,
                                                   const QPalette &palette)
{
    const int last = document.characterCount() - 1;
    QAbstractTextDocumentLayout::Selection selection;
    selection.cursor = QTextCursor(const_cast<QTextDocument *>(&document)); // it only names the characters
    selection.cursor.setPosition(std::min(range.begin, last));
    selection.cursor.setPosition(std::min(range.end, last), QTextCursor::KeepAnchor);
    selection.format.setBackground(palette.color(QPalette::Highlight));
    selection.format.setForeground(palette.color(QPalette::HighlightedText));
    return selection;
}

void BlockView::setWidth(qreal width)
{
    if (qFuzzyCompare(m_width, width))
        return;
    m_width = width;
    m_isExact = false;
    m_document.reset();
    estimate();
}

void BlockView::estimate()
{
    constexpr qreal lineHeight = 21;
    constexpr qreal characterWidth = 7.4;
    const auto breaks = static_cast<qreal>(std::ranges::count(m_source, '\n'));
    const qreal wrapped =
        static_cast<qreal>(m_source.size()) * characterWidth / std::max<qreal>(m_width, 100);
    m_height = std::max(wrapped, breaks) * lineHeight + gap +
               (m_kind == TextBlock::Kind::Code ? codeHeader + codePadding : 0);
}

void BlockView::fill(QTextDocument &document) const
{
    if (m_kind == TextBlock::Kind::Code) {
        document.setDefaultFont(codeFont(12.5));
        std::string_view code = codeIn(m_source).code;
        while (!code.empty() && code.back() == '\n')
            code.remove_suffix(1);
        document.setPlainText(QString::fromUtf8(code.data(), static_cast<qsizetype>(code.size())));
        return;
    }
    document.setDefaultFont(textFont(14));
    // HTML is text here: by default Qt would swallow what looks like a tag.
    document.setMarkdown(QString::fromStdString(m_source),
                         QTextDocument::MarkdownFeatures(QTextDocument::MarkdownDialectGitHub) |
                             QTextDocument::MarkdownNoHTML);
}

bool BlockView::build(const QPalette &palette)
{
    if (m_document)
        return false;
    const Theme &theme = Theme::of(palette);
    m_document = std::make_unique<ClosedDocument>();
    m_document->setDocumentMargin(0);
    m_document->setUndoRedoEnabled(false);
    fill(*m_document);
    if (m_kind == TextBlock::Kind::Code) {
        colour(*m_document, codeIn(m_source).language, theme);
        m_document->setTextWidth(m_width - 24);
    } else {
        restyle(*m_document, theme);
        m_document->setTextWidth(m_width);
    }
    const qreal inner = m_document->size().height();
    const qreal height =
        m_kind == TextBlock::Kind::Code ? inner + codeHeader + 2 * codePadding + gap : inner + gap;
    const bool hasChanged = !m_isExact || !qFuzzyCompare(height, m_height);
    m_height = height;
    m_isExact = true;
    return hasChanged;
}

void BlockView::paint(QPainter &painter, const QPointF &at, const QPalette &palette,
                      const TextRange &selected) const
{
    if (!m_document)
        return;
    const Theme &theme = Theme::of(palette);
    QAbstractTextDocumentLayout::PaintContext context;
    context.palette = palette;
    if (selected.begin < selected.end)
        context.selections.append(highlightOf(*m_document, selected, palette));
    painter.save();
    painter.translate(at);
    if (m_kind == TextBlock::Kind::Code) {
        const QRectF card(0.5, 0.5, m_width - 1, m_height - gap - 1);
        painter.setPen(theme.line);
        painter.setBrush(theme.code);
        painter.drawRoundedRect(card, 10, 10);
        painter.drawLine(QPointF(1, codeHeader), QPointF(m_width - 1, codeHeader));
        painter.setPen(theme.dim);
        painter.setFont(textFont(12));
        painter.drawText(QRectF(12, 0, m_width - 24, codeHeader), Qt::AlignVCenter | Qt::AlignLeft,
                         labelOf(codeIn(m_source).language));
        painter.drawText(QRectF(12, 0, m_width - 24, codeHeader), Qt::AlignVCenter | Qt::AlignRight,
                         QCoreApplication::translate("holdfast", "Copy"));
        painter.translate(12, codeHeader + codePadding);
    }
    m_document->documentLayout()->draw(&painter, context);
    painter.restore();
}

int BlockView::positionAt(const QPointF &at) const
{
    if (!m_document)
        return 0;
    const QPointF inner = m_kind == TextBlock::Kind::Code ? at - QPointF(12, codeHeader + codePadding) : at;
    return std::max(0, m_document->documentLayout()->hitTest(inner, Qt::FuzzyHit));
}

TextRange BlockView::wordAt(int position) const
{
    if (!m_document)
        return {};
    QTextCursor cursor(m_document.get());
    cursor.setPosition(std::min(position, m_document->characterCount() - 1));
    cursor.select(QTextCursor::WordUnderCursor);
    return {cursor.selectionStart(), cursor.selectionEnd()};
}

QString BlockView::shownText() const
{
    if (m_document)
        return m_document->toPlainText();
    ClosedDocument document;
    fill(document);
    return document.toPlainText();
}

QRectF BlockView::copyButton() const
{
    return m_kind == TextBlock::Kind::Code ? QRectF(m_width - 70, 0, 70, codeHeader) : QRectF();
}

QString BlockView::linkAt(const QPointF &at) const
{
    return m_document && m_kind != TextBlock::Kind::Code ? m_document->documentLayout()->anchorAt(at)
                                                         : QString();
}

} // namespace holdfast
