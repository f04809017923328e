// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"

#include <string>
#include <string_view>

namespace holdfast::codec {

/// A frame as it travels: one JSON object (RFC 8259), UTF-8, without a line break.
std::string encode(const Frame &frame);

/// Reads one frame of at most `bytesMax` bytes. Fields this version does not know are ignored.
/// Errors: TooLarge, BadUtf8, TooDeep, BadFrame (not JSON, a field missing or of the wrong type),
/// UnknownFrame.
Result<Frame> decode(std::string_view bytes, std::size_t bytesMax);

/// Whether the gateway can read this command, whatever its seq will be. One that fails here must not enter an
/// outbox: it would end every link it is sent on, again and again. Errors: TooLarge, BadUtf8, BadArgument (an
/// id with other characters than isId() allows), each with a sentence to show.
Result<> check(const frame::Command &command);

/// A log event as the gateway stores it: the JSON object that also travels, without its seq.
std::string encodeBody(const LogBody &body);

/// The reverse of encodeBody; a type this version does not know becomes logged::Unknown.
Result<LogBody> decodeBody(std::string_view json);

/// The type of an event as it travels: "RUN_STARTED", …
std::string typeOf(const LogBody &body);

/// The name of a frame as it travels: "resumed", "log", …
const char *nameOf(const Frame &frame);

} // namespace holdfast::codec
