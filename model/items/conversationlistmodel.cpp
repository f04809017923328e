// SPDX-License-Identifier: Apache-2.0
#include "model/items/conversationlistmodel.h"

#include <algorithm>

namespace holdfast {

void ConversationListModel::setReader(const HistoryReader *reader)
{
    beginResetModel();
    m_reader = reader;
    m_rows = reader ? reader->conversations().value_or(std::vector<ConversationRow>())
                    : std::vector<ConversationRow>();
    endResetModel();
}

void ConversationListModel::apply(const ChangeSet &changes)
{
    if (!m_reader)
        return;
    for (const ConversationId &id : changes.conversations)
        refresh(id);
}

void ConversationListModel::refresh(const ConversationId &id)
{
    const auto read = m_reader->conversation(id);
    if (!read)
        return;
    const int at = indexOf(id);
    if (!*read) {
        if (at >= 0) { // deleted
            beginRemoveRows({}, at, at);
            m_rows.erase(m_rows.begin() + at);
            endRemoveRows();
        }
        return;
    }
    const ConversationRow &fresh = **read;
    if (at >= 0 && row(at).activeAtMs == fresh.activeAtMs) {
        m_rows[static_cast<std::size_t>(at)] = fresh;
        Q_EMIT dataChanged(index(at), index(at));
        return;
    }
    if (at >= 0) {
        beginRemoveRows({}, at, at);
        m_rows.erase(m_rows.begin() + at);
        endRemoveRows();
    }
    const auto place = std::ranges::find_if(
        m_rows, [&](const ConversationRow &each) { return each.activeAtMs <= fresh.activeAtMs; });
    const int to = static_cast<int>(place - m_rows.begin());
    beginInsertRows({}, to, to);
    m_rows.insert(place, fresh);
    endInsertRows();
}

int ConversationListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant ConversationListModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || role != Qt::DisplayRole)
        return {};
    return QString::fromStdString(row(index.row()).title);
}

int ConversationListModel::indexOf(const ConversationId &id) const
{
    const auto found = std::ranges::find(m_rows, id, &ConversationRow::id);
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

} // namespace holdfast
