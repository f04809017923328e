// SPDX-License-Identifier: Apache-2.0
#include "model/items/changeset.h"

namespace holdfast {

namespace {

struct Collector {
    ChangeSet &set;

    void operator()(const logged::ConversationCreated &e) const { set.conversations.insert(e.conversation); }
    void operator()(const logged::MessageAdded &e) const { set.items.insert(e.item); }
    void operator()(const logged::RunStarted &e) const { set.items.insert(e.item); }
    void operator()(const logged::Checkpoint &) const {}
    void operator()(const logged::RunFinished &e) const { set.items.insert(e.item); }
    void operator()(const logged::StateSnapshot &e) const { set.conversations.insert(e.conversation); }
    void operator()(const logged::ConversationDeleted &e) const
    {
        set.conversations.insert(e.conversation);
        set.scope = ChangeSet::Scope::Everything;
    }
    void operator()(const logged::Unknown &) const {}

    void operator()(const change::ApplyLog &c) const
    {
        for (const LogEvent &event : c.events)
            std::visit(*this, event.body);
    }
    void operator()(const change::BeginEpoch &) const {}
    void operator()(const change::EndTelling &) const { set.scope = ChangeSet::Scope::Everything; }
    void operator()(const change::WriteTail &c) const { set.tails.insert(c.item); }
    void operator()(const change::RestartTail &c) const { set.rewritten.insert(c.item); }
    void operator()(const change::FinishItem &c) const { set.items.insert(c.item); }
    void operator()(const change::OpenSeams &c) const
    {
        for (const TailPosition &tail : c.tails)
            set.items.insert(tail.item);
    }
    void operator()(const change::CloseSeam &c) const { set.items.insert(c.item); }
    void operator()(const change::Enqueue &c) const { set.commands.insert(c.command.id); }
    void operator()(const change::Number &c) const
    {
        for (const change::Number::Pair &pair : c.pairs)
            set.commands.insert(pair.id);
    }
    void operator()(const change::BeginDevice &) const {} // what was sent shows as sent until it is again
    void operator()(const change::Settle &c) const { set.commands.insert(c.id); }
    void operator()(const change::Withdraw &c) const { set.commands.insert(c.id); }
    void operator()(const change::LoseAccepted &) const {} // the conversations it touched are read anew
    void operator()(const change::StoreAgents &c) const { set.agents = c.agents; }
};

} // namespace

ChangeSet changesOf(const std::vector<Change> &changes)
{
    ChangeSet set;
    for (const Change &each : changes)
        std::visit(Collector{set}, each);
    return set;
}

} // namespace holdfast
