// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/transcript/messageview.h"

#include <optional>
#include <vector>

namespace holdfast {

/// What is selected of a conversation, across messages and blocks: from where it began to where it is.
/// Messages are known by their ids, so it stays where it is when others come before them.
class TranscriptSelection
{
public:
    struct Part {
        ItemId message;
        MessageView::Selection selection;
    };

    /// A single place, or the word or the block that was clicked.
    void begin(const Part &part) { m_first = m_last = part; }
    /// Up to here as well.
    void extend(const Part &part);
    void clear() { m_first.reset(); }
    /// Whether anything at all is selected.
    bool isEmpty() const;
    /// Tells each message what of it is selected. A selection ends when one of its ends is gone.
    void applyTo(std::vector<MessageView> &messages);

    /// Of the messages to which it was applied.
    static QString text(const std::vector<MessageView> &messages, MessageView::Style style);

private:
    std::optional<Part> m_first; ///< nothing: there is no selection
    Part m_last;
};

} // namespace holdfast
