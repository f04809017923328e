// SPDX-License-Identifier: Apache-2.0
#include "ui/conversationlist.h"

#include "ui/theme.h"

#include <QDateTime>
#include <QGuiApplication>
#include <QLocale>
#include <QPainter>

namespace holdfast {

namespace {

constexpr int rowHeight = 52;
constexpr int groupHeight = 26;

const ConversationRow &rowAt(const QModelIndex &index)
{
    return static_cast<const ConversationListModel *>(index.model())->row(index.row());
}

QDate dayOf(const ConversationRow &row) { return QDateTime::fromMSecsSinceEpoch(row.activeAtMs).date(); }

QString timeOf(const ConversationRow &row)
{
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(row.activeAtMs);
    if (at.date() == QDate::currentDate())
        return at.toString(QStringLiteral("HH:mm"));
    return at.daysTo(QDateTime::currentDateTime()) < 7 ? QLocale().toString(at, QStringLiteral("ddd"))
                                                       : QLocale().toString(at.date(), QLocale::ShortFormat);
}

} // namespace

QString ConversationDelegate::groupOf(const QModelIndex &index) const
{
    const auto nameOf = [](const QDate &day) {
        const qint64 ago = day.daysTo(QDate::currentDate());
        return ago <= 0 ? tr("TODAY") : ago == 1 ? tr("YESTERDAY") : tr("EARLIER");
    };
    const QString name = nameOf(dayOf(rowAt(index)));
    if (index.row() > 0 && nameOf(dayOf(rowAt(index.siblingAtRow(index.row() - 1)))) == name)
        return {};
    return name;
}

QSize ConversationDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    return {option.rect.width(), rowHeight + (groupOf(index).isEmpty() ? 0 : groupHeight)};
}

void ConversationDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                                 const QModelIndex &index) const
{
    const Theme &theme =
        Theme::of(QGuiApplication::palette()); // a view under a style sheet hands out an old one
    const ConversationRow &row = rowAt(index);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    QRect area = option.rect;
    const QString group = groupOf(index);
    if (!group.isEmpty()) {
        painter->setFont(textFont(11, QFont::DemiBold));
        painter->setPen(theme.faint);
        painter->drawText(QRect(area.left() + 8, area.top() + 8, area.width(), groupHeight - 8),
                          Qt::AlignLeft | Qt::AlignVCenter, group);
        area.setTop(area.top() + groupHeight);
    }
    const bool isChosen = option.state.testFlag(QStyle::State_Selected);
    if (isChosen || option.state.testFlag(QStyle::State_MouseOver)) {
        painter->setPen(option.state.testFlag(QStyle::State_HasFocus) ? QPen(theme.accent) : Qt::NoPen);
        painter->setBrush(isChosen ? theme.accentSoft : theme.offSoft);
        painter->drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), 8, 8);
    }
    const QRect text = area.adjusted(10, 7, -10, -6);
    QString side = timeOf(row);
    if (row.queued > 0)
        side = tr("%n queued", nullptr, row.queued);
    painter->setFont(textFont(11));
    painter->setPen(row.queued > 0 ? theme.warn : theme.faint);
    const int sideWidth =
        row.isAnswering && row.queued == 0 ? 14 : painter->fontMetrics().horizontalAdvance(side);
    if (row.isAnswering && row.queued == 0) {
        painter->setPen(QPen(theme.accent, 2));
        painter->drawArc(QRect(text.right() - 11, text.top() + 4, 10, 10), 45 * 16, 270 * 16);
    } else {
        painter->drawText(text, Qt::AlignTop | Qt::AlignRight, side);
    }
    painter->setPen(theme.ink);
    painter->setFont(textFont(13.5, QFont::Medium));
    const QString title =
        row.title.empty() ? tr("New conversation") : QString::fromStdString(row.title).simplified();
    painter->drawText(text, Qt::AlignTop | Qt::AlignLeft,
                      painter->fontMetrics().elidedText(title, Qt::ElideRight, text.width() - sideWidth - 8));
    painter->setPen(theme.dim);
    painter->setFont(textFont(12));
    painter->drawText(text, Qt::AlignBottom | Qt::AlignLeft,
                      painter->fontMetrics().elidedText(QString::fromStdString(row.snippet).simplified(),
                                                        Qt::ElideRight, text.width()));
    painter->restore();
}

ConversationList::ConversationList(ConversationListModel &model, QWidget *parent)
    : QListView(parent), m_model(model)
{
    setObjectName(QStringLiteral("conversations"));
    setAccessibleName(tr("Conversations"));
    setModel(&model);
    setItemDelegate(new ConversationDelegate(this));
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMouseTracking(true);
    connect(this, &QListView::clicked, this,
            [this](const QModelIndex &index) { Q_EMIT chosen(m_model.row(index.row()).id); });
    connect(this, &QListView::activated, this,
            [this](const QModelIndex &index) { Q_EMIT chosen(m_model.row(index.row()).id); });
}

void ConversationList::choose(const ConversationId &id)
{
    const int index = m_model.indexOf(id);
    if (index >= 0)
        setCurrentIndex(m_model.index(index));
    else
        clearSelection();
}

} // namespace holdfast
