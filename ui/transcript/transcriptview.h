// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/items/transcriptmodel.h"
#include "ui/transcript/transcriptselection.h"

#include <QAbstractScrollArea>
#include <QElapsedTimer>
#include <QTimer>

#include <map>
#include <string>

class QPushButton;

namespace holdfast {

/// The conversation as it is read: paints only what is seen, keeps to the bottom while the reader is there,
/// and never moves what is being read. At most one update every 33 ms.
class TranscriptView : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit TranscriptView(TranscriptModel &model, QWidget *parent = nullptr);
    ~TranscriptView() override;

    void setAgents(const std::vector<AgentInfo> &agents);
    enum class Reception { Running, Interrupted };
    void setReception(Reception reception);
    /// What came of continueRequested(): nothing, and why.
    void refuseContinuation(const ItemId &answer, const std::string &reason);
    /// What is said below an answer that is shown.
    QStringList linesBelow(const ItemId &answer) const;
    /// The width at which a line has as many characters as read well.
    static int columnWidthMax();
    /// Beside the column, in a view of this width; what stands below the view keeps to it.
    static QMargins columnMargins(const QWidget &view);

Q_SIGNALS:
    void stopRequested(const holdfast::ItemId &answer);
    /// The user wants the agent to go on behind this answer.
    void continueRequested(const holdfast::ItemId &answer);
    void copied(const QString &text);
    void messageActed(holdfast::MessageAction action, const holdfast::CommandId &id, const QString &text);
    void linkActivated(const QString &address);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
    /// What a click, or a second or third one, selects at a place of the viewport.
    enum class By { Character, Word, Block };
    std::optional<TranscriptSelection::Part> partAt(const QPointF &at, By by) const;
    void selectTo(const QPointF &at);
    void showSelection();
    void copySelection(MessageView::Style style);
    void selectAll();
    void drag();
    /// What is at a place of the viewport, and in which row.
    std::pair<int, MessageView::Hit> hitAt(const QPointF &at) const;
    void click(const QPointF &at);
    void act(MessageAction action, int row);
    void continueFrom(const ItemId &answer);
    void scheduleUpdate();
    void updateNow();
    void layOut();
    void buildVisible();
    qreal columnWidth() const;
    qreal columnLeft() const;
    int rowAt(qreal y) const;
    bool isAtBottom() const;
    void toBottom();
    void placeJump();
    MessageView::Surroundings surroundingsOf(int row) const;

    TranscriptModel &m_model;
    std::vector<MessageView> m_messages;
    std::vector<qreal> m_tops; ///< of each message, and the end of the last
    std::map<AgentId, QString> m_names;
    std::map<ItemId, std::string> m_continuing; ///< where the user has asked to go on; why it was refused
    TranscriptSelection m_selection;
    By m_by{By::Character};
    std::optional<QPointF> m_pressedAt; ///< where the button went down that is still down
    bool m_isDragging{false};
    QElapsedTimer m_sinceDoubleClick;
    QTimer m_drag; ///< while the mouse is beyond the edge
    Reception m_reception{Reception::Interrupted};
    QTimer m_update;
    QTimer m_clock; ///< counts the seconds of an interruption
    QPushButton *m_jump;
    bool m_isPinned{true};
    bool m_isFresh{true}; ///< another conversation: begin at its end
};

} // namespace holdfast
