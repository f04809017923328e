// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/items/changeset.h"
#include "model/store/historyreader.h"

#include <QAbstractListModel>

#include <vector>

namespace holdfast {

/// The conversations, the latest active first. Thread: interface.
class ConversationListModel : public QAbstractListModel
{
    Q_OBJECT
public:
    explicit ConversationListModel(QObject *parent = nullptr) : QAbstractListModel(parent) {}

    /// \param reader  outlives the model, or its next setReader().
    void setReader(const HistoryReader *reader);
    void apply(const ChangeSet &changes);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    const ConversationRow &row(int index) const { return m_rows[static_cast<std::size_t>(index)]; }
    /// -1 when it is not there.
    int indexOf(const ConversationId &id) const;

private:
    void refresh(const ConversationId &id);

    const HistoryReader *m_reader{nullptr};
    std::vector<ConversationRow> m_rows;
};

} // namespace holdfast
