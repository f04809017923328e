// SPDX-License-Identifier: Apache-2.0
#include "ui/transcript/messagemetrics.h"
#include "ui/transcript/messageview.h"

#include <QAbstractTextDocumentLayout>
#include <QTextCursor>

namespace holdfast {

using namespace metrics;

MessageView::Place MessageView::placeAt(const QPointF &at) const
{
    if (m_item.role == Role::User) {
        const QPointF inner = at - bubble().topLeft() - QPointF(bubblePadding + 4, bubblePadding);
        return {0, at.y() < 0 ? 0 : std::max(0, m_userText->documentLayout()->hitTest(inner, Qt::FuzzyHit))};
    }
    if (at.y() < headHeight || m_blocks.empty())
        return {};
    qreal y = headHeight;
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        const qreal end = y + heightOf(i);
        if (at.y() < end)
            return {i, m_blocks[i].positionAt(at - QPointF(0, y))};
        y = end;
    }
    return whole().end;
}

int MessageView::lengthOf(std::size_t block) const
{
    const QString text = m_item.role == Role::User ? m_userText->toPlainText() : m_blocks[block].shownText();
    return static_cast<int>(text.size());
}

MessageView::Selection MessageView::wordAt(const Place &place) const
{
    TextRange word{place.position, place.position};
    if (m_item.role == Role::User) {
        QTextCursor cursor(m_userText.get());
        cursor.setPosition(std::min(place.position, lengthOf(0)));
        cursor.select(QTextCursor::WordUnderCursor);
        word = {cursor.selectionStart(), cursor.selectionEnd()};
    } else if (place.block < m_blocks.size()) {
        word = m_blocks[place.block].wordAt(place.position);
    }
    return {{place.block, word.begin}, {place.block, word.end}};
}

MessageView::Selection MessageView::blockAt(const Place &place) const
{
    if (m_item.role != Role::User && place.block >= m_blocks.size())
        return {place, place};
    return {{place.block, 0}, {place.block, lengthOf(place.block)}};
}

TextRange MessageView::selectedIn(std::size_t block) const
{
    if (!m_selection || block < m_selection->begin.block || block > m_selection->end.block)
        return {};
    constexpr int everything = 1 << 30; // whoever paints it knows where it ends
    return {block == m_selection->begin.block ? m_selection->begin.position : 0,
            block == m_selection->end.block ? m_selection->end.position : everything};
}

QString MessageView::selectedText(Style style) const
{
    if (!m_selection)
        return {};
    if (m_item.role == Role::User) {
        const TextRange range = selectedIn(0);
        return m_userText->toPlainText().mid(range.begin, range.end - range.begin);
    }
    const bool isOfOne = m_selection->begin.block == m_selection->end.block;
    QString text;
    for (std::size_t i = m_selection->begin.block; i <= m_selection->end.block && i < m_blocks.size(); ++i) {
        const TextRange range = selectedIn(i);
        const QString shown = m_blocks[i].shownText();
        const bool isWhole = range.begin == 0 && range.end >= shown.size();
        const std::size_t begin = i == 0 ? 0 : m_ends[i - 1];
        if (isWhole && style == Style::Markdown && !isOfOne)
            text += QString::fromStdString(m_text.substr(begin, m_ends[i] - begin)).trimmed();
        else
            text += shown.mid(range.begin, range.end - range.begin);
        text += QStringLiteral("\n\n");
    }
    return text.chopped(std::min<qsizetype>(2, text.size()));
}

} // namespace holdfast
