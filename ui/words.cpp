// SPDX-License-Identifier: Apache-2.0
#include "ui/words.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace holdfast::words {

namespace {

QString tr(const char *text) { return QCoreApplication::translate("holdfast", text); }

QString clock(std::int64_t ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("HH:mm:ss"));
}

QString number(std::uint64_t value) { return QLocale().toString(static_cast<qulonglong>(value)); }

} // namespace

QString pill(const ConnectionView &view)
{
    switch (view.pill) {
    case ConnectionView::Pill::Starting:
        return {};
    case ConnectionView::Pill::Connected:
        return tr("Connected");
    case ConnectionView::Pill::Reconnecting:
        return tr("Reconnecting…");
    case ConnectionView::Pill::Waiting:
        return tr("Reconnecting in %1 s").arg(view.seconds);
    case ConnectionView::Pill::Offline:
        return tr("Offline");
    case ConnectionView::Pill::SignInNeeded:
        return tr("Sign-in needed");
    case ConnectionView::Pill::GatewayStopped:
        return tr("Gateway stopped");
    case ConnectionView::Pill::SignInAgain:
        return tr("Sign in again");
    case ConnectionView::Pill::CatchingUp:
        return view.total > 0 ? tr("Catching up… %1 of %2").arg(number(view.done), number(view.total))
                              : tr("Catching up…");
    case ConnectionView::Pill::SimulatedOffline:
        return tr("Simulated offline");
    }
    return {};
}

QString pillDetail(const ConnectionView &view, const QString &gateway)
{
    if (view.pill == ConnectionView::Pill::Connected && view.roundTripMs >= 0)
        return tr("%1 · %2 ms").arg(gateway).arg(view.roundTripMs);
    return gateway;
}

QString banner(const ConnectionView &view)
{
    switch (view.banner) {
    case ConnectionView::Banner::None:
        return {};
    case ConnectionView::Banner::CannotReach:
        return view.seconds > 0 ? tr("Can't reach the gateway. Trying again in %1 s… Your messages are kept "
                                     "and sent automatically.")
                                      .arg(view.seconds)
                                : tr("Can't reach the gateway. Trying again… Your messages are kept and sent "
                                     "automatically.");
    case ConnectionView::Banner::Offline:
        return tr(
            "You're offline. You can read everything and keep writing; messages go out when you're back.");
    case ConnectionView::Banner::SignInNeeded:
        return tr("This network wants you to sign in, or the address is not a gateway's.");
    case ConnectionView::Banner::GatewayStopped:
        return tr("The local gateway isn't running.");
    case ConnectionView::Banner::SignInAgain:
        return tr("The server refused the key. Nothing was lost.");
    case ConnectionView::Banner::SimulatedOffline:
        return tr("Simulated offline. The agent goes on working.");
    case ConnectionView::Banner::HeldBack:
        return tr("The gateway refused one message after the other. The others wait here; one is tried "
                  "every 30 s.");
    case ConnectionView::Banner::Reconnected:
        return tr("Reconnected, nothing was lost.");
    }
    return {};
}

QString bannerButton(ConnectionView::Banner banner)
{
    switch (banner) {
    case ConnectionView::Banner::CannotReach:
    case ConnectionView::Banner::Offline:
    case ConnectionView::Banner::SignInNeeded:
    case ConnectionView::Banner::SignInAgain:
    case ConnectionView::Banner::HeldBack:
        return tr("Try now");
    case ConnectionView::Banner::GatewayStopped:
        return tr("Start it");
    case ConnectionView::Banner::SimulatedOffline:
        return tr("Go online");
    case ConnectionView::Banner::None:
    case ConnectionView::Banner::Reconnected:
        return {};
    }
    return {};
}

QString deliveryMark(const ItemRow &item, bool isAnswered)
{
    switch (item.delivery.value_or(CommandState::Accepted)) {
    case CommandState::Queued:
        return tr("◷ queued, sends when connected");
    case CommandState::Sent:
        return tr("↻ sending");
    case CommandState::Accepted:
        if (item.isOnlyHere)
            return tr("only on this computer");
        return isAnswered ? QStringLiteral("✓✓") : QStringLiteral("✓");
    case CommandState::Parked:
        return tr("! needs you");
    }
    return {};
}

namespace {

/// Why a message needs the user; the codes are the protocol's.
QString refusal(const std::string &error)
{
    if (error == "lost_by_reset")
        return tr("The gateway no longer knows whether it received this. It is kept here.");
    if (error == "stale")
        return tr("It waited for more than a day. Send it still?");
    if (error == "moved_on")
        return tr("Somebody else wrote here meanwhile. Send it still?");
    if (error == "blocked")
        return tr("A message before it was not accepted. It is kept here.");
    if (error == "overflow")
        return tr("Too many messages were waiting. It is kept here.");
    if (error == "unknown_agent")
        return tr("This gateway does not have that agent. The message is kept here.");
    if (error == "too_large")
        return tr("The message is longer than the gateway takes. It is kept here.");
    if (error == "expired")
        return tr("It was too late for this message. It is kept here.");
    if (error == "deleted")
        return tr("This conversation was deleted before the message arrived. It is kept here.");
    if (error == "device_forked" || error == "out_of_order")
        return tr("A copy of this data folder has been used elsewhere. The message is kept here.");
    return tr("The gateway did not accept it (%1). It is kept here.").arg(QString::fromStdString(error));
}

} // namespace

QString deliveryMeaning(const ItemRow &item, bool isAnswered)
{
    switch (item.delivery.value_or(CommandState::Accepted)) {
    case CommandState::Queued:
        return tr("Kept on this computer; it is sent as soon as there is a connection.");
    case CommandState::Sent:
        return tr("On its way; the gateway has not answered yet.");
    case CommandState::Accepted:
        if (item.isOnlyHere)
            return tr(
                "The gateway was restored or replaced and does not have this any more. It is kept here.");
        return isAnswered ? tr("The agent is answering or has answered.") : tr("Stored by the gateway.");
    case CommandState::Parked:
        return refusal(item.deliveryError);
    }
    return {};
}

QString deliveryTimes(const ItemRow &item, std::int64_t answeredAtMs)
{
    const bool isAccepted = item.delivery.value_or(CommandState::Accepted) == CommandState::Accepted;
    QStringList lines{isAccepted ? tr("Stored by the gateway at %1.").arg(clock(item.createdAtMs))
                                 : tr("Written at %1.").arg(clock(item.createdAtMs))};
    if (isAccepted && answeredAtMs != 0)
        lines.append(tr("The answer began at %1.").arg(clock(answeredAtMs)));
    if (!isAccepted || item.isOnlyHere)
        lines.append(deliveryMeaning(item, answeredAtMs != 0));
    return lines.join(QLatin1Char('\n'));
}

QString timeOfDay(std::int64_t ms)
{
    return QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("HH:mm"));
}

QString seam(const Seam &seam)
{
    const QString at = clock(seam.lostAtMs);
    const double seconds = static_cast<double>(seam.resumedAtMs - seam.lostAtMs) / 1000.0;
    return tr("connection lost at %1, resumed %2 s later, nothing lost")
        .arg(at, QLocale().toString(seconds, 'f', 1));
}

QString interrupted(const Seam &seam, std::size_t characters, std::int64_t nowMs)
{
    const auto seconds = static_cast<int>((nowMs - seam.lostAtMs) / 1000);
    return tr("Connection lost %1 s ago · %2 characters kept · resuming by itself")
        .arg(seconds)
        .arg(number(characters));
}

QString written(double tokens) { return tr("about %1 tokens").arg(QLocale().toString(qRound(tokens))); }

QString writing(double tokens, double tokensPerSecond, std::int64_t quietMs)
{
    constexpr std::int64_t patienceMs = 5'000;
    const QString said = written(tokens);
    if (quietMs >= patienceMs) {
        const QString thinking =
            tr("Still thinking, nothing new for %1 s; the connection is fine").arg(quietMs / 1000);
        return tokens < 1 ? thinking : said + QStringLiteral("   ") + thinking;
    }
    if (tokens < 1)
        return tr("Thinking…");
    return said + QStringLiteral("   ") + tr("%1 tok/s").arg(qRound(tokensPerSecond));
}

QString ending(const ItemRow &item)
{
    const QString detail = QString::fromStdString(item.detail);
    const QString why = detail.isEmpty() ? QString() : QStringLiteral(" (") + detail + QLatin1Char(')');
    if (item.detail == "gone")
        return tr("The rest of this answer is no longer available.");
    switch (item.status) {
    case RunStatus::Working:
    case RunStatus::InputRequired:
        return {};
    case RunStatus::Completed:
        if (item.isOnlyHere)
            return tr("Only on this computer: the gateway does not have it any more.");
        return item.isVerified || item.finalLength > item.length ? QString()
                                                                 : tr("This answer could not be verified.");
    case RunStatus::Incomplete:
        return tr("The answer ended early%1.").arg(why);
    case RunStatus::Interrupted:
        return tr("The answer was interrupted%1. What was received is kept.").arg(why);
    case RunStatus::Failed:
        return tr("The agent could not answer%1.").arg(why);
    case RunStatus::Cancelled:
        return tr("Stopped.");
    }
    return {};
}

QString continueAnswer() { return tr("Continue from here"); }

QString continuing(Link link)
{
    return link == Link::Up ? tr("Going on in an answer of its own…")
                            : tr("It goes on in an answer of its own, as soon as there is a connection.");
}

QString notContinued(const std::string &reason)
{
    if (reason == "nothing_to_continue")
        return tr("The gateway has no such answer to go on from.");
    if (reason == "unknown_agent")
        return tr("This gateway does not have that agent any more, so the answer cannot go on.");
    if (reason == "deleted")
        return tr("This conversation was deleted meanwhile, so the answer does not go on.");
    if (reason == "blocked")
        return tr("A message before it was not accepted, so the answer does not go on.");
    if (reason == "lost_by_reset")
        return tr("The gateway no longer knows that the answer was to go on. You can ask again.");
    if (reason == "queueing_off")
        return tr(
            "There is no connection, and waiting is switched off. You can ask again when there is one.");
    if (reason == "outbox_full")
        return tr("Too much is waiting already. You can ask again when some of it has left.");
    return tr("The gateway did not go on with this answer (%1).").arg(QString::fromStdString(reason));
}

QString messageAction(MessageAction action)
{
    switch (action) {
    case MessageAction::SendAgain:
        return tr("Send again");
    case MessageAction::Edit:
        return tr("Edit");
    case MessageAction::Delete:
        return tr("Delete");
    }
    return {};
}

QString outOfDate(int stale, int movedOn)
{
    if (stale + movedOn == 0)
        return {};
    const QString many = number(static_cast<std::uint64_t>(stale + movedOn));
    if (movedOn == 0)
        return stale == 1 ? tr("A message has waited for more than a day and was not sent.")
                          : tr("%1 messages have waited for more than a day and were not sent.").arg(many);
    if (stale == 0)
        return movedOn == 1
                   ? tr("A message was not sent: its conversation went on meanwhile.")
                   : tr("%1 messages were not sent: their conversations went on meanwhile.").arg(many);
    return tr("%1 messages were not sent: they waited long, or their conversations went on meanwhile.")
        .arg(many);
}

QString outbox(std::size_t waiting, std::size_t parked, Flow flow)
{
    const QString counts = parked > 0 ? tr("%1 waiting, %2 need you").arg(number(waiting), number(parked))
                                      : tr("%1 waiting").arg(number(waiting));
    return flow == Flow::Free ? counts
                              : tr("%1; held back after refusals, one is tried every 30 s").arg(counts);
}

QString turnedAway(const std::string &reason)
{
    if (reason == "queueing_off")
        return tr("There is no connection, and waiting messages are switched off.");
    return tr("Too many messages are waiting already. Send this one when some have left.");
}

QString unsendable(const Error &error)
{
    if (error.code == Error::Code::TooLarge)
        return tr("This is too long for one message (128 KiB). Send it in parts.");
    return tr("This cannot be sent: %1.").arg(QString::fromStdString(error.detail));
}

QString storeProblem(const Error &error)
{
    if (error.code == Error::Code::Busy)
        return tr("Holdfast is running already with this data folder.");
    return tr("Nothing can be saved any more: %1. What is shown is kept; close other programs or free some "
              "space, then "
              "start Holdfast again.")
        .arg(QString::fromStdString(error.detail));
}

} // namespace holdfast::words
