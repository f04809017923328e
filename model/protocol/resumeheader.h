// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"

namespace holdfast {

/// The value of the Holdfast-Resume header. Tails that would pass limits::resumeHeaderBytesMax are left out;
/// the client asks for those with get_part. Whatever is no id or no cursor is left out, too, so that the
/// result is always one line of printable ASCII.
std::string toHeader(const ResumeRequest &resume);

/// Reads the header's value. Errors: TooLarge, BadVersion, BadHeader, BadCursor. Unknown keys are ignored.
Result<ResumeRequest> parseResumeHeader(std::string_view value);

/// How many of `resume.tails` toHeader() carries; they are its first ones.
std::size_t tailsInHeader(const ResumeRequest &resume);

} // namespace holdfast
