// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/codec.h"

#include "model/protocol/jsonreader.h"
#include "model/protocol/limits.h"
#include "model/text/utf8.h"

#include <array>

namespace holdfast::codec {

namespace {

/// In the order of the variant.
constexpr std::array<const char *, std::variant_size_v<Frame>> frameNames{
    "resumed", "reset", "rejected", "log",     "tail",     "synced",  "result",
    "pong",    "drain", "agents",   "gone",    "response", "hello",   "command",
    "ack",     "ping",  "focus",    "request", "request",  "request", "request"};
constexpr std::array<const char *, std::variant_size_v<LogBody>> eventTypes{
    "CONVERSATION_CREATED", "USER_MESSAGE",   "RUN_STARTED",          "CHECKPOINT",
    "RUN_FINISHED",         "STATE_SNAPSHOT", "CONVERSATION_DELETED", ""};

} // namespace

std::string encode(const Frame &frame) { return toBytes(writeFrame(frame)); }

Result<Frame> decode(std::string_view bytes, std::size_t bytesMax)
{
    if (bytes.size() > bytesMax)
        return failure(Error::Code::TooLarge,
                       "the frame has more than " + std::to_string(bytesMax) + " bytes");
    const Result<QJsonObject> object = parseObject(bytes);
    if (!object)
        return tl::unexpected(object.error());
    return readFrame(*object);
}

Result<> check(const frame::Command &command)
{
    if (!isId(command.id.value) || !isId(command.conversation.value) ||
        !(command.agent.isEmpty() || isId(command.agent.value)) ||
        !(command.target.isEmpty() || isId(command.target.value)) ||
        !(command.after.isEmpty() || isId(command.after.value)))
        return failure(
            Error::Code::BadArgument,
            "an agent or a conversation is named by 1 to 128 of the characters A-Z a-z 0-9 . _ : / @ + -");
    if (!utf8::isValid(command.text) || !utf8::isValid(command.title))
        return failure(Error::Code::BadUtf8, "the message is not well-formed UTF-8");
    frame::Command numbered = command;
    numbered.seq = limits::numberMax;
    const bool isTooLong = command.text.size() > limits::messageBytesMax;
    if (isTooLong || encode(numbered).size() > limits::frameBytesToGatewayMax)
        return failure(Error::Code::TooLarge, "the message is too long; at most " +
                                                  std::to_string(limits::messageBytesMax / 1024) +
                                                  " KiB can be sent at once");
    return {};
}

std::string encodeBody(const LogBody &body) { return toBytes(writeBody(body)); }

Result<LogBody> decodeBody(std::string_view json)
{
    const Result<QJsonObject> object = parseObject(json);
    if (!object)
        return tl::unexpected(object.error());
    return readBody(*object);
}

std::string typeOf(const LogBody &body)
{
    const auto *unknown = std::get_if<logged::Unknown>(&body);
    return unknown ? unknown->type : eventTypes[body.index()];
}

const char *nameOf(const Frame &frame) { return frameNames[frame.index()]; }

} // namespace holdfast::codec
