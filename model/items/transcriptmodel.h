// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/items/changeset.h"
#include "model/store/historyreader.h"

#include <QAbstractListModel>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace holdfast {

/// The messages and answers of one conversation, with their texts, as far as they are loaded: the last page
/// at first, older ones on request. A change set is applied by reading just what it names; of a growing text,
/// only the new bytes. Thread: interface.
class TranscriptModel : public QAbstractListModel
{
    Q_OBJECT
public:
    struct Row {
        ItemRow item;
        std::string text; ///< UTF-8
    };
    enum Role { TextRole = Qt::UserRole + 1 };

    explicit TranscriptModel(QObject *parent = nullptr) : QAbstractListModel(parent) {}

    /// \param reader  outlives the model, or its next setReader().
    void setReader(const HistoryReader *reader);
    /// Empty: nothing is shown.
    void setConversation(const ConversationId &id);
    const ConversationId &conversation() const { return m_conversation; }
    /// \returns false when there is nothing older.
    bool loadOlder();
    void apply(const ChangeSet &changes);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    const Row &row(int index) const { return m_rows[static_cast<std::size_t>(index)]; }
    /// The message whose answer would be stopped: that of `answer`, or the last that is on its way or being
    /// answered when it is empty. Nothing when there is none; an empty name when it is not known.
    std::optional<ItemId> stoppable(const ItemId &answer = {}) const;
    /// The last message that has not been accepted.
    const Row *lastUnaccepted() const;
    /// The text of the last answer; empty when there is none.
    std::string lastAnswer() const;

private:
    void refresh(const ItemId &id);
    void grow(const ItemId &id);
    int indexOf(const ItemId &id) const;
    int placeFor(const ItemRow &item) const;
    std::string textOf(const ItemId &id, std::uint64_t offset) const;

    const HistoryReader *m_reader{nullptr};
    ConversationId m_conversation;
    std::vector<Row> m_rows;
};

} // namespace holdfast
