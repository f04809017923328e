// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/error.h"

#include <QByteArray>

#include <optional>
#include <utility>
#include <vector>

namespace holdfast {

/// The head of an HTTP/1.1 request (RFC 9112 §3 and §5), as far as a doorkeeper needs it.
struct RequestHead {
    QByteArray method;
    QByteArray target;
    std::vector<std::pair<QByteArray, QByteArray>> fields; ///< names in lower case, values trimmed

    /// The value of the only field of that name; nothing when it is missing or comes twice.
    std::optional<QByteArray> only(const char *name) const;
    bool has(const char *name) const;
};

/// Bytes a head may have; more is refused with 431.
constexpr qsizetype requestHeadBytesMax = 16 * 1024;

/// Reads a head that ends with an empty line. Errors: BadFrame.
Result<RequestHead> parseRequestHead(const QByteArray &bytes);

} // namespace holdfast
