// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/items/connectionview.h"
#include "model/items/transcriptmodel.h"
#include "model/protocol/error.h"
#include "ui/transcript/messageactions.h"

#include <QString>

/// The only place where a state or an Error becomes a sentence. Sentence case, no exclamation marks, no
/// blame; first what is so, then what still works.
namespace holdfast::words {

/// The first line of the pill.
QString pill(const ConnectionView &view);
/// The second line: the gateway's name, and the round trip.
QString pillDetail(const ConnectionView &view, const QString &gateway);
/// Empty when there is no banner.
QString banner(const ConnectionView &view);
/// What the banner's button does; empty when it has none.
QString bannerButton(ConnectionView::Banner banner);

/// The mark under a message of one's own, and what it means.
QString deliveryMark(const ItemRow &item, bool isAnswered);
QString deliveryMeaning(const ItemRow &item, bool isAnswered);
/// When it came to be, and what it means. `answeredAtMs`: 0 while it is not answered.
QString deliveryTimes(const ItemRow &item, std::int64_t answeredAtMs);

/// "14:02"
QString timeOfDay(std::int64_t ms);
/// "connection lost at 14:02:31, resumed 1.8 s later, nothing lost"
QString seam(const Seam &seam);
/// Under an answer that was cut off and is not back: "Connection lost 12 s ago · 1,842 characters kept ·
/// resuming by itself"
QString interrupted(const Seam &seam, std::size_t characters, std::int64_t nowMs);
/// Under an answer that is not complete, while there is no connection: "about 240 tokens"
QString written(double tokens);
/// And while there is one: "about 240 tokens   12 tok/s". `quietMs` is how long nothing has come while the
/// connection stood: a model that is silent is still thinking, and not cut off.
QString writing(double tokens, double tokensPerSecond, std::int64_t quietMs);
/// Under an answer that ended otherwise than completed; empty when it completed.
QString ending(const ItemRow &item);
/// What can be done about an answer that ended too early, and what is so when it is being done.
QString continueAnswer();
enum class Link { Up, Down };
QString continuing(Link link);
/// Why nothing came of it.
QString notContinued(const std::string &reason);
/// What can be done about a message: "Send again", …
QString messageAction(MessageAction action);
/// The question about messages that are out of date; empty when there are none.
QString outOfDate(int stale, int movedOn);
/// How many messages wait, and how many need the user; HeldBack after one refusal after the other.
enum class Flow { Free, HeldBack };
QString outbox(std::size_t waiting, std::size_t parked, Flow flow);
/// Why a message was not taken.
QString turnedAway(const std::string &reason);
/// Why a message stays in the composer.
QString unsendable(const Error &error);
/// What went wrong with the store.
QString storeProblem(const Error &error);

} // namespace holdfast::words
