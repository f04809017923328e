// SPDX-License-Identifier: Apache-2.0
#include "ui/transcript/transcriptselection.h"

#include <algorithm>

namespace holdfast {

void TranscriptSelection::extend(const Part &part)
{
    if (!m_first)
        m_first = part;
    m_last = part;
}

bool TranscriptSelection::isEmpty() const
{
    return !m_first || (m_first->message == m_last.message &&
                        std::max(m_first->selection.end, m_last.selection.end) ==
                            std::min(m_first->selection.begin, m_last.selection.begin));
}

void TranscriptSelection::applyTo(std::vector<MessageView> &messages)
{
    const auto find = [&messages](const ItemId &id) {
        return std::ranges::find(messages, id, &MessageView::id);
    };
    const auto first = m_first ? find(m_first->message) : messages.end();
    const auto last = m_first ? find(m_last.message) : messages.end();
    for (MessageView &each : messages)
        each.select({});
    if (first == messages.end() || last == messages.end())
        return clear();
    if (first == last) {
        const MessageView::Selection both{std::min(m_first->selection.begin, m_last.selection.begin),
                                          std::max(m_first->selection.end, m_last.selection.end)};
        if (both.begin < both.end)
            first->select(both);
        return;
    }
    const bool isDownwards = first < last;
    const auto upper = isDownwards ? first : last;
    const auto lower = isDownwards ? last : first;
    upper->select(
        MessageView::Selection{(isDownwards ? *m_first : m_last).selection.begin, MessageView::whole().end});
    for (auto between = upper + 1; between != lower; ++between)
        between->select(MessageView::whole());
    lower->select(MessageView::Selection{{}, (isDownwards ? m_last : *m_first).selection.end});
}

QString TranscriptSelection::text(const std::vector<MessageView> &messages, MessageView::Style style)
{
    QStringList texts;
    for (const MessageView &each : messages) {
        const QString text = each.selectedText(style);
        if (!text.isEmpty())
            texts.append(text);
    }
    return texts.join(QStringLiteral("\n\n"));
}

} // namespace holdfast
