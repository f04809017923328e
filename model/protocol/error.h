// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tl/expected.hpp>

#include <string>

namespace holdfast {

/// What went wrong, as a code and a technical detail. Sentences for people are made in ui/words only.
struct Error {
    enum class Code {
        BadFrame,      ///< not JSON, not an object, a field missing or of the wrong type
        BadUtf8,       ///< text that is not well-formed UTF-8
        TooLarge,      ///< a limit of limits.h was passed
        TooDeep,       ///< JSON nested deeper than any frame of ours
        UnknownFrame,  ///< a frame type this version does not know
        BadCursor,     ///< a cursor without epoch, or with a seq that is no number
        BadHeader,     ///< a Holdfast-Resume header that cannot be read
        BadVersion,    ///< the other side speaks another version of the protocol
        BadOffset,     ///< an offset outside of the text or inside of a character
        BadArgument,   ///< a command whose arguments make no sense
        UnknownAgent,  ///< the command names an agent this gateway does not have
        Unauthorised,  ///< the token was refused
        NotOurGateway, ///< the other side could not prove that it knows the token
        Busy,          ///< somebody else holds what is needed (lock, port)
        Io,            ///< the disk or the network refused
        Damaged,       ///< a stored file is not what we wrote
        Gone           ///< it existed and does no longer
    };
    Code code{Code::BadFrame};
    std::string detail;

    friend bool operator==(const Error &, const Error &) = default;
};

/// A value or an Error. The alias makes the arrival of std::expected a change of one line.
template<class T = void>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(Error::Code code, std::string detail)
{
    return tl::unexpected<Error>(Error{code, std::move(detail)});
}

} // namespace holdfast
