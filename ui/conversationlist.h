// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/items/conversationlistmodel.h"

#include <QListView>
#include <QStyledItemDelegate>

namespace holdfast {

/// Paints one conversation: title, snippet, time, "2 queued" or the sign that an agent answers; the first of
/// a day carries the day's name above it.
class ConversationDelegate : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

private:
    /// The day's name, when this row is the first of it.
    QString groupOf(const QModelIndex &index) const;
};

/// The conversations by day.
class ConversationList : public QListView
{
    Q_OBJECT
public:
    explicit ConversationList(ConversationListModel &model, QWidget *parent = nullptr);
    /// Marks it as the one that is shown.
    void choose(const ConversationId &id);

Q_SIGNALS:
    void chosen(const holdfast::ConversationId &id);

private:
    ConversationListModel &m_model;
};

} // namespace holdfast
