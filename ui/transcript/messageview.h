// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/items/transcriptmodel.h"
#include "model/text/blocks.h"
#include "ui/transcript/blockview.h"
#include "ui/transcript/messageactions.h"

#include <limits>
#include <optional>
#include <vector>

namespace holdfast {

/// One message or answer on the screen: its blocks from top to bottom, and the lines around them.
class MessageView
{
public:
    /// What the message must be told about its surroundings.
    struct Surroundings {
        qreal width{0};           ///< of the column
        bool isAnswered{false};   ///< of a message of one's own
        bool isReceiving{false};  ///< the connection stands: an open answer grows
        bool isLast{false};       ///< nothing follows in the conversation
        bool isContinuing{false}; ///< the user has asked to go on behind it
        std::string notContinued; ///< why nothing came of it; empty when nothing is known
        QString agent;            ///< the name of who answers
        std::int64_t nowMs{0};
    };

    /// Takes what has changed; committed blocks stay as they are.
    void update(const TranscriptModel::Row &row, const Surroundings &surroundings);
    qreal height() const;
    /// Builds the blocks between top and bottom (relative to the message), drops those far away.
    /// \returns true when a height has changed.
    bool build(qreal top, qreal bottom, const QPalette &palette);
    void paint(QPainter &painter, qreal top, const QPalette &palette, const QRectF &clip) const;
    void forgetDocuments();

    /// Before a character of what a block shows; a user's message is one block. They are ordered as the text.
    struct Place {
        std::size_t block{0};
        int position{0};
        friend auto operator<=>(const Place &, const Place &) = default;
    };
    struct Selection {
        Place begin;
        Place end; ///< not before begin
    };
    /// The place nearest to a point that is relative to the message's top left.
    Place placeAt(const QPointF &at) const;
    Selection wordAt(const Place &place) const;
    Selection blockAt(const Place &place) const;
    /// However long the message is, or becomes.
    static Selection whole() { return {{}, {std::numeric_limits<std::size_t>::max(), 0}}; }
    void select(const std::optional<Selection> &selection) { m_selection = selection; }
    const std::optional<Selection> &selection() const { return m_selection; }
    enum class Style { Markdown, Plain };
    /// What is selected. As Markdown, a block that is selected whole among others gives its source; a part of
    /// a block gives what it shows.
    QString selectedText(Style style) const;

    /// What is at a place, relative to the message's top left.
    struct Hit {
        bool isText{false};
        std::string code; ///< of a Copy button
        QString link;
        bool isStop{false};
        bool isContinue{false};
        std::optional<MessageAction> action;
    };
    Hit hit(const QPointF &at) const;
    /// Whether the user can have the agent go on behind this answer.
    bool mayContinue() const;
    /// Of an answer that is not complete: how much there is, and how it goes on.
    QString workingWords() const;
    /// What is said below an answer: how it ended, and what becomes of it.
    QStringList linesBelow() const;
    const ItemId &id() const { return m_item.id; }

private:
    /// Of one block; empty when nothing of it is selected.
    TextRange selectedIn(std::size_t block) const;
    int lengthOf(std::size_t block) const;
    void updateBlocks(const TranscriptModel::Row &row);
    QRectF continueLink() const;
    /// The breaks behind this block, in words.
    QStringList seamsBehind(std::size_t block) const;
    /// Of a block with the breaks behind it.
    qreal heightOf(std::size_t block) const;
    QRectF bubble() const;
    bool needsUser() const { return m_item.delivery == CommandState::Parked; }
    QString footOfUser() const;
    qreal footWidth() const;
    qreal footHeight() const;
    struct Link {
        MessageAction action;
        QRectF area;
    };
    /// What can be done about a message of one's own, below it.
    std::vector<Link> links() const;
    void paintUser(QPainter &painter, const QPalette &palette) const;
    void paintAgent(QPainter &painter, const QPalette &palette, const QRectF &clip) const;
    void paintFoot(QPainter &painter, qreal y, const QPalette &palette) const;
    void paintSeam(QPainter &painter, qreal y, const QString &text, const QPalette &palette) const;
    qreal blocksHeight() const;

    ItemRow m_item;
    Surroundings m_surroundings;
    std::optional<Selection> m_selection;
    std::string m_text;
    std::int64_t m_quietSinceMs{0}; ///< the last growth, or the last time when the connection came back
    BlockSplitter m_splitter;
    std::size_t m_committed{0};
    std::vector<BlockView> m_blocks; ///< the committed ones, and the tail last when there is one
    std::vector<std::size_t> m_ends; ///< where each of them ends in the text
    bool m_isFinished{false};
    std::unique_ptr<QTextDocument> m_userText;
};

} // namespace holdfast
