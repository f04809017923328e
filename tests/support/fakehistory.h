// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/store/historyreader.h"

#include <algorithm>
#include <map>

namespace holdfast::test {

/// A history in memory, in the order in which it was made.
class FakeHistory : public HistoryReader
{
public:
    std::vector<ConversationRow> conversationRows;
    std::vector<ItemRow> itemRows;
    std::map<ItemId, std::string> texts;
    std::vector<AgentInfo> agentInfos;
    mutable std::uint64_t bytesRead{0};

    /// Adds a message or an answer with its text.
    ItemRow &add(const std::string &id, Role role, const std::string &text)
    {
        ItemRow row;
        row.id = {id};
        row.conversation = {"c1"};
        row.role = role;
        row.length = text.size();
        row.isVerified = true;
        texts[row.id] = text;
        itemRows.push_back(row);
        return itemRows.back();
    }

    Result<std::vector<ConversationRow>> conversations() const override { return conversationRows; }
    Result<std::optional<ConversationRow>> conversation(const ConversationId &id) const override
    {
        for (const ConversationRow &row : conversationRows) {
            if (row.id == id)
                return row;
        }
        return std::nullopt;
    }
    Result<std::vector<ItemRow>> items(const ConversationId &id, const ItemId &before,
                                       int limit) const override
    {
        std::vector<ItemRow> rows;
        for (const ItemRow &row : itemRows) {
            if (row.id == before)
                break;
            if (row.conversation == id)
                rows.push_back(row);
        }
        if (static_cast<int>(rows.size()) > limit)
            rows.erase(rows.begin(), rows.end() - limit);
        return rows;
    }
    Result<std::optional<ItemRow>> item(const ItemId &id) const override
    {
        for (const ItemRow &row : itemRows) {
            if (row.id == id)
                return row;
        }
        return std::nullopt;
    }
    Result<std::string> text(const ItemId &id, std::uint64_t offset) const override
    {
        const std::string &whole = texts.at(id);
        bytesRead += whole.size() - std::min<std::uint64_t>(offset, whole.size());
        return whole.substr(std::min<std::uint64_t>(offset, whole.size()));
    }
    Result<frame::Response> answer(const frame::GetHistory &f) const override
    {
        return frame::Response{f.id, "unknown_conversation", "{}"};
    }
    Result<frame::Response> answer(const frame::GetContext &f) const override
    {
        return frame::Response{f.id, "unknown_conversation", "{}"};
    }
    Result<std::vector<OutboxEntry>> outbox() const override { return std::vector<OutboxEntry>(); }
    Result<std::vector<AgentInfo>> agents() const override { return agentInfos; }
};

} // namespace holdfast::test
