// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/text/blocks.h"

#include <QAbstractTextDocumentLayout>
#include <QPalette>
#include <QRectF>
#include <QString>
#include <QTextDocument>

#include <memory>
#include <string>

class QPainter;

namespace holdfast {

/// Characters [begin, end) of what a document shows, in UTF-16.
struct TextRange {
    int begin{0};
    int end{0};
};
/// How a range that is selected is painted.
QAbstractTextDocumentLayout::Selection highlightOf(const QTextDocument &document, const TextRange &range,
                                                   const QPalette &palette);

/// One block of a message on the screen: a document that is built when the block comes near the viewport and
/// dropped when it is far away. The height is estimated until it was built once for this width.
class BlockView
{
public:
    BlockView(TextBlock::Kind kind, std::string source) : m_kind(kind), m_source(std::move(source)) {}

    void setWidth(qreal width);
    qreal height() const { return m_height; }
    bool isExact() const { return m_isExact; }
    /// Builds what is needed to paint it. \returns true when the height has changed.
    bool build(const QPalette &palette);
    /// Forgets the document, keeps the height.
    void drop() { m_document.reset(); }
    void paint(QPainter &painter, const QPointF &at, const QPalette &palette,
               const TextRange &selected = {}) const;

    /// Before which character a place is, the nearest if it is beside the text. It must have been built.
    int positionAt(const QPointF &at) const;
    /// The word at a position of a block that has been built.
    TextRange wordAt(int position) const;
    /// What it shows, without marks. Lays it out for the moment if it is not built.
    QString shownText() const;

    /// Where "Copy" of a code block is, relative to its top left; empty for others.
    QRectF copyButton() const;
    /// The exact source bytes of a code block.
    std::string code() const { return std::string(codeIn(m_source).code); }
    /// The address of a link at this place; empty when there is none.
    QString linkAt(const QPointF &at) const;
    TextBlock::Kind kind() const { return m_kind; }

private:
    void estimate();
    void fill(QTextDocument &document) const;

    TextBlock::Kind m_kind;
    std::string m_source;
    std::unique_ptr<QTextDocument> m_document;
    qreal m_width{0};
    qreal m_height{0};
    bool m_isExact{false};
};

} // namespace holdfast
