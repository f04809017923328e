// SPDX-License-Identifier: Apache-2.0
#include "app/cli/follower.h"

#include "app/cli/client.h"
#include "app/cli/jsonlines.h"

#include <cstdio>
#include <utility>

namespace holdfast {

namespace {

const char *reasonOf(Cause cause)
{
    switch (cause) {
    case Cause::None:
        return "no reason";
    case Cause::Refused:
        return "nobody listens there";
    case Cause::Unreachable:
        return "there is no way to that address";
    case Cause::TimedOut:
        return "no answer in time";
    case Cause::Reset:
        return "the connection broke";
    case Cause::Closed:
        return "the gateway closed the connection";
    case Cause::Silent:
        return "nothing was heard for too long";
    case Cause::NotHoldfast:
        return "the answer was not a Holdfast gateway's";
    case Cause::BadVersion:
        return "the gateway speaks another version of the protocol";
    case Cause::Unauthorised:
        return "the gateway refused the token";
    case Cause::NotOurGateway:
        return "the gateway could not prove that it knows the token";
    case Cause::BadFrame:
        return "a frame that cannot be read";
    case Cause::Overloaded:
        return "the gateway is busy";
    case Cause::Drained:
        return "the gateway is going away";
    case Cause::Superseded:
        return "another process uses a copy of this data directory";
    case Cause::Simulated:
        return "simulated offline";
    }
    return "";
}

bool isHopeless(Cause cause)
{
    return cause == Cause::NotHoldfast || cause == Cause::BadVersion || cause == Cause::NotOurGateway;
}

QString qt(const std::string &text) { return QString::fromStdString(text); }

} // namespace

const char *wordOf(ConnectionState state)
{
    switch (state) {
    case ConnectionState::Offline:
        return "offline";
    case ConnectionState::Waiting:
        return "waiting";
    case ConnectionState::Connecting:
        return "connecting";
    case ConnectionState::CatchingUp:
        return "catching_up";
    case ConnectionState::Online:
        return "online";
    case ConnectionState::AuthFailed:
        return "auth_failed";
    }
    return "";
}

void complain(const std::string &what) { std::fprintf(stderr, "holdfast-cli: %s\n", what.c_str()); }

Follower::Follower(ReconnectionController &session, std::unique_ptr<HistoryReader> reader,
                   const ClientSession::Restored &restored, CliOptions::Output output,
                   CliOptions::Ending ending, Scope scope)
    : m_reader(std::move(reader)), m_output(output), m_ending(ending), m_scope(scope)
{
    for (const frame::Command &command : restored.commands) {
        if (command.name == "send")
            onGiven(command);
        const auto item = m_reader->item({command.id.value});
        if (item && *item && !(*item)->sha256.empty())
            m_seen.insert((*item)->id); // the log has shown it to an earlier process of this client
    }
    for (const OpenText &text : restored.texts) {
        if (text.source == OpenText::Source::Run)
            m_answers.insert(text.item);
        else if (m_scope == Scope::All)
            m_messages.insert(text.item);
    }
    connect(&session, &ReconnectionController::statusChanged, this, &Follower::onStatus);
    connect(&session, &ReconnectionController::committed, this, &Follower::onCommitted);
    connect(&session, &ReconnectionController::resumed, this, [this](quint64 events, quint64 bytes) {
        if (m_output == CliOptions::Output::Json)
            jsonlines::write("resumed", {{QStringLiteral("replayed_events"), static_cast<qint64>(events)},
                                         {QStringLiteral("replayed_bytes"), static_cast<qint64>(bytes)}});
    });
    connect(&session, &ReconnectionController::refused, this, &Follower::onRefused);
    connect(&session, &ReconnectionController::failed, this, [this](const Error &error) {
        complain("nothing can be stored any more: " + error.detail);
        finish(ExitCode::StoreUnusable);
    });
}

void Follower::onStatus(const ConnectionStatus &status)
{
    if (status.state != m_state && m_output == CliOptions::Output::Json)
        jsonlines::write("state", {{QStringLiteral("state"), QLatin1String(wordOf(status.state))}});
    if (status.handovers != m_handovers && m_output == CliOptions::Output::Json)
        jsonlines::write("handover", {{QStringLiteral("count"), status.handovers}});
    tellOutbox(status.outbox);
    const bool isNew = status.state != m_state;
    m_state = status.state;
    m_handovers = status.handovers;
    if (status.state == ConnectionState::Online)
        m_contact = Contact::Synced;
    if (status.state == ConnectionState::AuthFailed) {
        complain("the gateway refused the token; nothing was lost");
        return finish(ExitCode::Refused);
    }
    if (isNew && status.state == ConnectionState::Waiting && m_contact == Contact::Never) {
        if (isHopeless(status.cause)) {
            complain(std::string(reasonOf(status.cause)) + "; nothing was lost");
            return finish(ExitCode::Incomplete);
        }
        if (m_outcome == Outcome::Good) {
            complain(std::string("cannot reach the gateway: ") + reasonOf(status.cause) + "; trying again");
            m_outcome = Outcome::Told;
        }
    }
    finishWhenDone();
}

void Follower::onCommitted(const std::vector<Change> &changes)
{
    for (const Change &each : changes) {
        if (const auto *log = std::get_if<change::ApplyLog>(&each)) {
            for (const LogEvent &event : log->events)
                onEvent(event);
        } else if (const auto *tail = std::get_if<change::WriteTail>(&each)) {
            onTail(*tail);
        } else if (const auto *finish = std::get_if<change::FinishItem>(&each)) {
            onFinished(finish->item);
        } else if (const auto *given = std::get_if<change::Enqueue>(&each)) {
            onGiven(given->command);
            if (m_output == CliOptions::Output::Json && given->command.name == "send")
                jsonlines::write("queued",
                                 {{QStringLiteral("command"), qt(given->command.id.value)},
                                  {QStringLiteral("conversation"), qt(given->command.conversation.value)}});
        } else if (const auto *withdrawn = std::get_if<change::Withdraw>(&each)) {
            onWithdrawn(withdrawn->id);
        } else if (const auto *settled = std::get_if<change::Settle>(&each)) {
            onSettled(*settled);
        }
    }
    finishWhenDone();
}

void Follower::onGiven(const frame::Command &command)
{
    m_unanswered.insert(command.id);
    if (command.name == "send")
        m_own[{command.id.value}] = command.conversation; // a message's item has its command's id
}

/// The gateway appends a message and the start of its answer together, so the next start in a conversation
/// belongs to the message before it.
void Follower::onEvent(const LogEvent &event)
{
    if (const auto *message = std::get_if<logged::MessageAdded>(&event.body)) {
        if (m_scope == Scope::Own && !m_own.contains(message->item))
            return;
        if (m_scope == Scope::All)
            m_messages.insert(message->item);
        if (m_unseen.erase(message->item) == 0)
            m_seen.insert(message->item); // its result is still on the way
        ++m_expected[message->conversation];
    } else if (const auto *run = std::get_if<logged::RunStarted>(&event.body)) {
        const auto expected = m_expected.find(run->conversation);
        const bool isExpected = expected != m_expected.end();
        if (isExpected && --expected->second == 0)
            m_expected.erase(expected);
        if (isExpected || m_scope == Scope::All)
            m_answers.insert(run->item);
    } else if (const auto *deleted = std::get_if<logged::ConversationDeleted>(&event.body)) {
        m_expected.erase(deleted->conversation);
        std::erase_if(m_unseen, [&](const ItemId &item) { return m_own[item] == deleted->conversation; });
    }
}

void Follower::onTail(const change::WriteTail &tail)
{
    if (!m_answers.contains(tail.item))
        return;
    if (m_output == CliOptions::Output::Json) {
        jsonlines::write("tail", {{QStringLiteral("item"), qt(tail.item.value)},
                                  {QStringLiteral("offset"), static_cast<qint64>(tail.offset)},
                                  {QStringLiteral("bytes"), static_cast<qint64>(tail.text.size())}});
    } else {
        std::fwrite(tail.text.data(), 1, tail.text.size(), stdout);
        std::fflush(stdout);
    }
}

void Follower::onFinished(const ItemId &item)
{
    m_messages.erase(item);
    if (m_answers.erase(item) == 0)
        return;
    const auto row = m_reader->item(item);
    if (!row || !*row)
        return;
    const ItemRow &answer = **row;
    if (answer.status != RunStatus::Completed || !answer.isVerified)
        m_outcome = Outcome::Bad;
    if (m_output == CliOptions::Output::Json) {
        jsonlines::write("item", {{QStringLiteral("item"), qt(answer.id.value)},
                                  {QStringLiteral("conversation"), qt(answer.conversation.value)},
                                  {QStringLiteral("status"), QLatin1String(toString(answer.status))},
                                  {QStringLiteral("length"), static_cast<qint64>(answer.length)},
                                  {QStringLiteral("sha256"), qt(answer.sha256)},
                                  {QStringLiteral("verified"), answer.isVerified},
                                  {QStringLiteral("detail"), qt(answer.detail)}});
        return;
    }
    std::printf("\n");
    std::fflush(stdout);
    if (answer.status != RunStatus::Completed)
        complain(std::string("the answer ended as ") + toString(answer.status) + ": " + answer.detail);
}

void Follower::onSettled(const change::Settle &settled)
{
    const bool wasWaiting = m_unanswered.erase(settled.id) > 0;
    const bool isAccepted = settled.error.empty();
    if (!isAccepted) {
        complain(std::string("the message was not accepted: ") + reasonOf(settled.error));
        m_outcome = Outcome::Bad;
    } else if (wasWaiting && m_own.contains({settled.id.value}) && m_seen.erase({settled.id.value}) == 0) {
        m_unseen.insert({settled.id.value});
    }
    if (m_output == CliOptions::Output::Json)
        jsonlines::write("command", {{QStringLiteral("command"), qt(settled.id.value)},
                                     {QStringLiteral("accepted"), isAccepted},
                                     {QStringLiteral("error"), qt(settled.error)}});
}

void Follower::onWithdrawn(const CommandId &id)
{
    m_unanswered.erase(id);
    if (m_output == CliOptions::Output::Json)
        jsonlines::write("withdrawn", {{QStringLiteral("command"), qt(id.value)}});
}

/// A message that was not taken is told at once, and never waited for.
void Follower::onRefused(const action::RefuseCommand &refusal)
{
    const ExitCode code = complainAbout(refusal);
    m_outcome = Outcome::Refused;
    if (m_output == CliOptions::Output::Json)
        jsonlines::write("refused", {{QStringLiteral("command"), qt(refusal.command.id.value)},
                                     {QStringLiteral("reason"), qt(refusal.reason)}});
    if (refusal.reason == "queueing_off")
        finish(code);
}

void Follower::tellOutbox(const OutboxStatus &status)
{
    const bool isNews = status.parked != m_outbox.parked || status.breaker != m_outbox.breaker;
    m_outbox = status;
    if (!isNews || m_output != CliOptions::Output::Json)
        return;
    const qint64 lastMs =
        status.lastDelivery
            ? std::chrono::duration_cast<std::chrono::milliseconds>(*status.lastDelivery).count()
            : -1;
    jsonlines::write("outbox_status", {{QStringLiteral("depth"), static_cast<qint64>(status.depth)},
                                       {QStringLiteral("bytes"), static_cast<qint64>(status.bytes)},
                                       {QStringLiteral("parked"), static_cast<qint64>(status.parked)},
                                       {QStringLiteral("breaker"), QLatin1String(wordOf(status.breaker))},
                                       {QStringLiteral("last_delivery_ms"), lastMs}});
}

void Follower::sayWhenIdle(const QString &word)
{
    m_waiting.append(word);
    finishWhenDone();
}

void Follower::endWhenDone()
{
    m_ending = CliOptions::Ending::WhenDone;
    finishWhenDone();
}

bool Follower::isDone() const
{
    return m_contact == Contact::Synced && m_state == ConnectionState::Online && m_expected.empty() &&
           m_unanswered.empty() && m_unseen.empty() && m_messages.empty() && m_answers.empty();
}

void Follower::finishWhenDone()
{
    if (!isDone())
        return;
    for (const QString &word : std::exchange(m_waiting, {})) {
        if (m_output == CliOptions::Output::Json)
            jsonlines::write("idle", {{QStringLiteral("word"), word}});
    }
    if (m_ending == CliOptions::Ending::Never)
        return;
    finish(m_outcome == Outcome::Refused ? ExitCode::NotTaken
           : m_outcome == Outcome::Bad   ? ExitCode::Incomplete
                                         : ExitCode::Ok);
}

void Follower::finish(ExitCode code)
{
    m_ending = CliOptions::Ending::Never; // said once
    Q_EMIT finished(code);
}

} // namespace holdfast
