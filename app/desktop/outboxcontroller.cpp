// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/outboxcontroller.h"

#include "ui/composer.h"
#include "ui/mainwindow.h"
#include "ui/outboxbanner.h"
#include "ui/words.h"

#include <algorithm>

namespace holdfast {

OutboxController::OutboxController(SessionThread &session, MainWindow &window)
    : m_session(session), m_window(window)
{
    connect(&window, &MainWindow::messageActed, this, &OutboxController::act);
    connect(&window.question(), &OutboxBanner::sendAllRequested, this, &OutboxController::sendAll);
    connect(&window.question(), &OutboxBanner::reviewRequested, this, &OutboxController::review);
    connect(&window.question(), &OutboxBanner::discardRequested, this, &OutboxController::discard);
}

void OutboxController::refresh(const HistoryReader &reader)
{
    const auto entries = reader.outbox();
    if (!entries)
        return;
    m_asking.clear();
    int stale = 0;
    for (const OutboxEntry &each : *entries) {
        const bool isAsking = each.state == CommandState::Parked && !m_reviewed.contains(each.command.id) &&
                              (each.error == "stale" || each.error == "moved_on");
        if (!isAsking)
            continue;
        m_asking.emplace(each.command.id, each.command.conversation);
        stale += each.error == "stale" ? 1 : 0;
    }
    m_window.question().ask(words::outOfDate(stale, static_cast<int>(m_asking.size()) - stale));
    finishEditing(reader);
}

/// It is edited when it is certain that the old one will not count: else there would be two of them.
void OutboxController::finishEditing(const HistoryReader &reader)
{
    if (!m_editing)
        return;
    const auto row = reader.item({m_editing->id.value});
    if (!row || (*row && (*row)->delivery.value_or(CommandState::Accepted) != CommandState::Accepted))
        return; // not yet
    const bool isBack = !row->has_value() || !(*row)->delivery;
    if (isBack)
        m_window.composer().edit(m_editing->text);
    m_editing.reset();
}

void OutboxController::giveBack(const action::RefuseCommand &refusal)
{
    m_window.composer().giveBack(QString::fromStdString(refusal.command.text),
                                 words::turnedAway(refusal.reason));
}

void OutboxController::act(MessageAction action, const CommandId &id, const QString &text)
{
    switch (action) {
    case MessageAction::SendAgain:
        return m_session.sendAgain({id});
    case MessageAction::Edit:
        return edit(id, text);
    case MessageAction::Delete:
        return m_session.withdraw(id);
    }
}

void OutboxController::edit(const CommandId &id, const QString &text)
{
    m_editing = Editing{id, text};
    m_session.withdraw(id);
}

void OutboxController::sendAll()
{
    std::set<CommandId> ids;
    for (const auto &[id, conversation] : m_asking)
        ids.insert(id);
    m_session.sendAgain(ids);
}

void OutboxController::review()
{
    if (m_asking.empty())
        return;
    const ConversationId first = m_asking.begin()->second;
    for (const auto &[id, conversation] : m_asking)
        m_reviewed.insert(id);
    m_window.question().ask({});
    Q_EMIT conversationWanted(first);
}

void OutboxController::discard()
{
    for (const auto &[id, conversation] : m_asking)
        m_session.withdraw(id);
}

} // namespace holdfast
