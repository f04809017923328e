// SPDX-License-Identifier: Apache-2.0
#include "model/items/connectionview.h"

#include <algorithm>

namespace holdfast {

namespace {

using namespace std::chrono_literals;
using Pill = ConnectionView::Pill;
using Banner = ConnectionView::Banner;

constexpr Duration startingFor = 3s;
constexpr Duration blipBelow = 1s;
constexpr Duration bannerAfter = 4s;
constexpr Duration waitingFrom = 4s;
constexpr Duration bannerAtLeast = 1500ms;
constexpr Duration reconnectedFor = 3s;

int secondsUntil(const ConnectionStatus &status, TimePoint now)
{
    if (!status.retryAt || *status.retryAt <= now)
        return 0;
    return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(*status.retryAt - now).count());
}

Pill outagePill(const ConnectionView &last, const ConnectionStatus &status, const ConnectionContext &context,
                TimePoint now)
{
    const TimePoint from = status.lostAt.value_or(context.startedAt);
    if (!status.lostAt && now - context.startedAt < startingFor)
        return Pill::Starting;
    if (now - from < blipBelow)
        return last.pill;
    if (status.state == ConnectionState::CatchingUp)
        return Pill::CatchingUp;
    const bool isLong = now - from >= bannerAfter;
    if (status.cause == Cause::NotHoldfast)
        return Pill::SignInNeeded;
    if (status.cause == Cause::Unreachable && isLong)
        return Pill::Offline;
    if (status.cause == Cause::Refused && context.gateway == ConnectionContext::Gateway::OnThisComputer &&
        isLong)
        return Pill::GatewayStopped;
    if (status.retryAt && *status.retryAt - now >= waitingFrom)
        return Pill::Waiting;
    // A countdown that has begun is counted to its end.
    return last.pill == Pill::Waiting && status.state == ConnectionState::Waiting ? Pill::Waiting
                                                                                  : Pill::Reconnecting;
}

Banner outageBanner(Pill pill, const ConnectionStatus &status, const ConnectionContext &context,
                    TimePoint now)
{
    const TimePoint from = status.lostAt.value_or(context.startedAt);
    const bool hasSent = context.sendAt && *context.sendAt >= from;
    switch (pill) {
    case Pill::GatewayStopped:
        return Banner::GatewayStopped;
    case Pill::SignInNeeded:
        return Banner::SignInNeeded;
    case Pill::Offline:
        return Banner::Offline;
    case Pill::Waiting:
        return Banner::CannotReach;
    case Pill::Reconnecting:
        return now - from >= bannerAfter || hasSent ? Banner::CannotReach : Banner::None;
    case Pill::Starting:
    case Pill::Connected:
    case Pill::SignInAgain:
    case Pill::CatchingUp:
    case Pill::SimulatedOffline:
        return Banner::None;
    }
    return Banner::None;
}

bool isOutage(Banner banner)
{
    return banner != Banner::None && banner != Banner::HeldBack && banner != Banner::Reconnected;
}

} // namespace

ConnectionView nextView(const ConnectionView &last, const ConnectionStatus &status,
                        const ConnectionContext &context, TimePoint now)
{
    ConnectionView view = last;
    Banner banner = Banner::None;
    if (status.state == ConnectionState::Online) {
        view.pill = Pill::Connected;
        const bool isNew = isOutage(last.banner);
        const bool isFresh = last.banner == Banner::Reconnected && now - last.bannerSince < reconnectedFor;
        const bool isHeldBack = status.outbox.breaker == BreakerState::Open && status.outbox.depth > 0;
        banner = isNew || isFresh ? Banner::Reconnected : isHeldBack ? Banner::HeldBack : Banner::None;
    } else if (status.state == ConnectionState::AuthFailed) {
        view.pill = Pill::SignInAgain;
        banner = Banner::SignInAgain;
    } else if (status.state == ConnectionState::Offline && status.cause == Cause::Simulated) {
        view.pill = Pill::SimulatedOffline;
        banner = Banner::SimulatedOffline;
    } else {
        view.pill = outagePill(last, status, context, now);
        banner = outageBanner(view.pill, status, context, now);
    }
    const bool mustStay =
        isOutage(last.banner) && !isOutage(banner) && now - last.bannerSince < bannerAtLeast;
    if (mustStay)
        banner = last.banner;
    if (banner != last.banner)
        view.bannerSince = now;
    if (view.pill != last.pill)
        view.pillSince = now;
    view.banner = banner;
    view.seconds = secondsUntil(status, now);
    view.roundTripMs =
        status.roundTrip
            ? static_cast<int>(std::chrono::round<std::chrono::milliseconds>(*status.roundTrip).count())
            : -1;
    view.done = status.replayDone;
    view.total = status.replayTotal;
    return view;
}

} // namespace holdfast
