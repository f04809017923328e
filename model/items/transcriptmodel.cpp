// SPDX-License-Identifier: Apache-2.0
#include "model/items/transcriptmodel.h"

#include <algorithm>

namespace holdfast {

namespace {
constexpr int pageSize = 200;
} // namespace

void TranscriptModel::setReader(const HistoryReader *reader)
{
    m_reader = reader;
    setConversation(m_conversation);
}

void TranscriptModel::setConversation(const ConversationId &id)
{
    beginResetModel();
    m_conversation = id;
    m_rows.clear();
    if (m_reader && !id.isEmpty()) {
        for (ItemRow &item : m_reader->items(id, {}, pageSize).value_or(std::vector<ItemRow>())) {
            std::string text = textOf(item.id, 0);
            m_rows.push_back({std::move(item), std::move(text)});
        }
    }
    endResetModel();
}

bool TranscriptModel::loadOlder()
{
    if (!m_reader || m_rows.empty())
        return false;
    const auto older = m_reader->items(m_conversation, m_rows.front().item.id, pageSize);
    if (!older || older->empty())
        return false;
    std::vector<Row> rows;
    for (const ItemRow &item : *older)
        rows.push_back({item, textOf(item.id, 0)});
    beginInsertRows({}, 0, static_cast<int>(rows.size()) - 1);
    m_rows.insert(m_rows.begin(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
    endInsertRows();
    return true;
}

void TranscriptModel::apply(const ChangeSet &changes)
{
    if (!m_reader || m_conversation.isEmpty())
        return;
    if (changes.scope == ChangeSet::Scope::Everything) {
        std::vector<ItemId> shown;
        for (const Row &row : m_rows)
            shown.push_back(row.item.id);
        for (const ItemId &id : shown)
            refresh(id);
    }
    for (const CommandId &id : changes.commands)
        refresh({id.value});
    for (const ItemId &id : changes.rewritten) {
        if (const int at = indexOf(id); at >= 0)
            m_rows[static_cast<std::size_t>(at)].text.clear();
        refresh(id);
    }
    for (const ItemId &id : changes.items)
        refresh(id);
    for (const ItemId &id : changes.tails)
        grow(id);
}

void TranscriptModel::refresh(const ItemId &id)
{
    const auto read = m_reader->item(id);
    const int at = indexOf(id);
    if (!read || !*read) {
        if (at >= 0) { // withdrawn
            beginRemoveRows({}, at, at);
            m_rows.erase(m_rows.begin() + at);
            endRemoveRows();
        }
        return;
    }
    const ItemRow &item = **read;
    if (item.conversation != m_conversation)
        return;
    if (at >= 0) {
        Row &row = m_rows[static_cast<std::size_t>(at)];
        const bool isShorter = item.length < row.text.size() && item.gen != row.item.gen;
        row.item = item;
        if (isShorter)
            row.text = textOf(id, 0);
        else
            row.text += textOf(id, row.text.size());
        Q_EMIT dataChanged(index(at), index(at));
        return;
    }
    const int place = placeFor(item);
    beginInsertRows({}, place, place);
    m_rows.insert(m_rows.begin() + place, Row{item, textOf(id, 0)});
    endInsertRows();
}

/// New rows come last, but before messages that the gateway has not ordered yet.
int TranscriptModel::placeFor(const ItemRow &item) const
{
    const auto isWaiting = [](const Row &row) {
        return row.item.delivery && *row.item.delivery != CommandState::Accepted;
    };
    const bool isNew = item.delivery && *item.delivery != CommandState::Accepted;
    auto place = m_rows.end();
    while (!isNew && place != m_rows.begin() && isWaiting(*std::prev(place)))
        --place;
    return static_cast<int>(place - m_rows.begin());
}

void TranscriptModel::grow(const ItemId &id)
{
    const int at = indexOf(id);
    if (at < 0)
        return;
    Row &row = m_rows[static_cast<std::size_t>(at)];
    const std::string fresh = textOf(id, row.text.size());
    if (fresh.empty())
        return;
    row.text += fresh;
    row.item.length = row.text.size();
    Q_EMIT dataChanged(index(at), index(at), {TextRole});
}

std::string TranscriptModel::textOf(const ItemId &id, std::uint64_t offset) const
{
    return m_reader->text(id, offset).value_or(std::string());
}

int TranscriptModel::indexOf(const ItemId &id) const
{
    // What changes is nearly always at the end.
    for (std::size_t i = m_rows.size(); i-- > 0;) {
        if (m_rows[i].item.id == id)
            return static_cast<int>(i);
    }
    return -1;
}

int TranscriptModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant TranscriptModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || (role != Qt::DisplayRole && role != TextRole))
        return {};
    return QString::fromStdString(row(index.row()).text);
}

std::optional<ItemId> TranscriptModel::stoppable(const ItemId &answer) const
{
    for (auto row = m_rows.rbegin(); row != m_rows.rend(); ++row) {
        const ItemRow &item = row->item;
        const bool isWorking = item.role == holdfast::Role::Agent && !isTerminal(item.status);
        if (answer.isEmpty() ? isWorking : item.id == answer) {
            const auto before = std::next(row); // the gateway puts an answer behind its message
            const bool isKnown = before != m_rows.rend() && before->item.role == holdfast::Role::User;
            return isKnown ? before->item.id : ItemId{};
        }
        const bool isOnItsWay = row == m_rows.rbegin() && item.delivery == CommandState::Sent;
        if (answer.isEmpty() && isOnItsWay)
            return item.id;
    }
    return std::nullopt;
}

const TranscriptModel::Row *TranscriptModel::lastUnaccepted() const
{
    for (auto row = m_rows.rbegin(); row != m_rows.rend(); ++row) {
        if (row->item.delivery && *row->item.delivery != CommandState::Accepted)
            return &*row;
    }
    return nullptr;
}

std::string TranscriptModel::lastAnswer() const
{
    for (std::size_t i = m_rows.size(); i-- > 0;) {
        if (m_rows[i].item.role == holdfast::Role::Agent)
            return m_rows[i].text;
    }
    return {};
}

} // namespace holdfast
