// SPDX-License-Identifier: Apache-2.0
#include "app/cli/client.h"

namespace holdfast {

const char *wordOf(CommandState state)
{
    switch (state) {
    case CommandState::Queued:
        return "queued";
    case CommandState::Sent:
        return "sent";
    case CommandState::Accepted:
        return "accepted";
    case CommandState::Parked:
        return "parked";
    }
    return "";
}

const char *wordOf(BreakerState state)
{
    switch (state) {
    case BreakerState::Closed:
        return "closed";
    case BreakerState::Open:
        return "open";
    case BreakerState::Probing:
        return "probing";
    }
    return "";
}

const char *reasonOf(const std::string &error)
{
    if (error == "expired")
        return "its time to live passed before it was sent";
    if (error == "overflow")
        return "the outbox was full, and it was the least urgent";
    if (error == "stale")
        return "it waited for more than a day; send it still?";
    if (error == "moved_on")
        return "somebody else wrote in its conversation meanwhile; send it still?";
    if (error == "blocked")
        return "a message before it was refused";
    if (error == "lost_by_reset")
        return "the gateway does not know whether it received it";
    return error.c_str();
}

ExitCode complainAbout(const action::RefuseCommand &refusal)
{
    complain(refusal.reason == "queueing_off"
                 ? std::string("there is no connection, and queueing is off; the message was not taken")
                 : std::string("the outbox is full; the message was not taken"));
    return ExitCode::NotTaken;
}

} // namespace holdfast
