// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/items/transcriptmodel.h"
#include "ui/transcript/messageview.h"

#include <QAbstractScrollArea>
#include <QTimer>

#include <map>
#include <set>

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
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;

private:
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
    std::set<ItemId> m_continuing; ///< answers behind which the user has asked to go on
    Reception m_reception{Reception::Interrupted};
    QTimer m_update;
    QTimer m_clock; ///< counts the seconds of an interruption
    QPushButton *m_jump;
    bool m_isPinned{true};
    bool m_isFresh{true}; ///< another conversation: begin at its end
};

} // namespace holdfast
