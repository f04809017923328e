// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace holdfast::utf8 {

/// True when `text` is well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF (RFC 3629
/// §3).
bool isValid(std::string_view text);

/// The largest character boundary that is not above `offset` (bytes) in well-formed or cut UTF-8.
std::size_t boundaryBefore(std::string_view text, std::size_t offset);

/// The beginning of `text` in whole characters, at most `bytesMax` bytes.
std::string_view cut(std::string_view text, std::size_t bytesMax);

/// The beginning of `text` in whole characters that takes at most `bytesMax` bytes as a JSON string without its
/// quotes: quotes and backslashes take two, control characters up to six (RFC 8259 §7).
std::string_view cutEscaped(std::string_view text, std::size_t bytesMax);

/// Bytes at the end of `text` that begin a character whose rest has not arrived; 0…3.
std::size_t incompleteTail(std::string_view text);

} // namespace holdfast::utf8
