// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/change.h"
#include "model/session/fetching.h"
#include "model/session/note.h"
#include "model/text/tail.h"

#include <map>

namespace holdfast {

/// A text that is not complete on this device.
struct OpenText {
    ItemId item;
    Tail tail;
    enum class Source { Message, Run } source{Source::Run};
    ConversationId conversation;
};

/// After a reset the log is told anew, until `synced`.
enum class Telling { Open, Complete };

/// Where a client stands in the log and in the texts it needs (laws 4, 12 and 13). Every method returns what
/// follows: changes for one transaction, frames for the gateway, and notes.
class Replay
{
public:
    struct Effects {
        std::vector<Change> changes;
        std::vector<Frame> frames;
        std::vector<Note> notes;
        std::uint64_t events{0}; ///< applied
        std::uint64_t bytes{0};  ///< of text, new
        int repairs{0};          ///< texts that differed and are fetched again, in part or as a whole
        bool hasEnded{false};    ///< an item became complete: worth an ack at once
    };

    Replay(Cursor cursor, std::vector<OpenText> open, Telling telling = Telling::Complete);

    /// A batch that covers (after, upTo].
    Effects onLog(const frame::Log &log);
    Effects onTail(const frame::Tail &tail);
    Effects onGone(const frame::Gone &gone);
    /// The gateway begins at another cursor.
    Effects onReset(const Cursor &cursor);
    /// The gateway says how far its log goes.
    Effects onHead(std::uint64_t head);
    /// Everything up to here has been sent.
    Effects onSynced(const Cursor &cursor);
    /// The link is lost: texts that were growing get a seam.
    Effects onLinkLost();
    /// A link answered: holes may be asked for again. Of what was not named in its request the texts that
    /// grow are asked for at once, the others behind `synced`.
    Effects onLinkReady(const std::vector<TailPosition> &named);
    /// The user looks at this conversation: its texts are fetched first.
    Effects onFocus(const ConversationId &conversation);

    const Cursor &cursor() const { return m_cursor; }
    Telling telling() const { return m_telling; }
    /// Where the texts stand, those that grow first, then the newest; at most `max`.
    std::vector<TailPosition> positions(std::size_t max) const;
    /// Bytes of all texts that are not complete, and of those that became so since the start: what grows while there
    /// is progress.
    std::uint64_t heldBytes() const;
    /// True while an answer is being produced.
    bool isStreaming() const;
    bool isConsistent() const;

private:
    struct Text {
        Tail tail;
        OpenText::Source source{OpenText::Source::Run};
        ConversationId conversation;
        bool hasSeam{false};
        bool isExpected{false};                 ///< the gateway sends it on this link by itself
        std::optional<std::uint64_t> holeAsked; ///< the length at which the missing part was requested
    };

    void take(const LogEvent &event, Effects &effects);
    void open(const ItemId &item, std::uint32_t gen, OpenText::Source source,
              const ConversationId &conversation);
    void takeMark(const logged::Checkpoint &checkpoint, Effects &effects);
    void fetchAgain(const ItemId &item, Effects &effects);
    void finishIfComplete(const ItemId &item, Effects &effects);
    void fetchNext(Effects &effects);
    Fetching::Place placeOf(const Text &text) const;

    Cursor m_cursor;
    std::map<ItemId, Text> m_texts;
    Telling m_telling;
    Fetching m_fetching;
    std::uint64_t m_doneBytes{0};
    ConversationId m_focus;
    std::optional<std::uint64_t> m_logAsked; ///< the seq at which missing events were requested
};

} // namespace holdfast
