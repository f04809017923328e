// SPDX-License-Identifier: Apache-2.0
#include "model/text/utf8.h"

#include <algorithm>
#include <cstdint>

namespace holdfast::utf8 {

namespace {

bool isContinuation(char c) { return (static_cast<std::uint8_t>(c) & 0xC0U) == 0x80U; }

/// Bytes of the character that `lead` begins; 0 when it begins none.
std::size_t lengthOf(std::uint8_t lead)
{
    if (lead < 0x80U)
        return 1;
    if (lead >= 0xC2U && lead <= 0xDFU)
        return 2;
    if (lead >= 0xE0U && lead <= 0xEFU)
        return 3;
    if (lead >= 0xF0U && lead <= 0xF4U)
        return 4;
    return 0;
}

/// The second byte is where overlong forms, surrogates and values above U+10FFFF show (RFC 3629 §4).
bool isSecondByteAllowed(std::uint8_t lead, std::uint8_t second)
{
    switch (lead) {
    case 0xE0:
        return second >= 0xA0U;
    case 0xED:
        return second <= 0x9FU;
    case 0xF0:
        return second >= 0x90U;
    case 0xF4:
        return second <= 0x8FU;
    default:
        return true;
    }
}

} // namespace

bool isValid(std::string_view text)
{
    std::size_t at = 0;
    while (at < text.size()) {
        const auto lead = static_cast<std::uint8_t>(text[at]);
        const std::size_t length = lengthOf(lead);
        if (length == 0 || at + length > text.size())
            return false;
        for (std::size_t i = 1; i < length; ++i) {
            if (!isContinuation(text[at + i]))
                return false;
        }
        if (length > 1 && !isSecondByteAllowed(lead, static_cast<std::uint8_t>(text[at + 1])))
            return false;
        at += length;
    }
    return true;
}

std::size_t boundaryBefore(std::string_view text, std::size_t offset)
{
    std::size_t at = std::min(offset, text.size());
    if (at == text.size())
        return at - incompleteTail(text);
    while (at > 0 && isContinuation(text[at]))
        --at;
    return at;
}

std::string_view cut(std::string_view text, std::size_t bytesMax)
{
    return text.substr(0, boundaryBefore(text, bytesMax));
}

std::string_view cutEscaped(std::string_view text, std::size_t bytesMax)
{
    std::size_t size = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const bool isControl = static_cast<std::uint8_t>(c) < 0x20U;
        size += isControl ? 6 : c == '"' || c == '\\' ? 2 : 1;
        if (size > bytesMax)
            return cut(text, at);
    }
    return text;
}

std::size_t incompleteTail(std::string_view text)
{
    const std::size_t furthest = std::min<std::size_t>(3, text.size());
    for (std::size_t back = 1; back <= furthest; ++back) {
        const char c = text[text.size() - back];
        if (isContinuation(c))
            continue;
        return lengthOf(static_cast<std::uint8_t>(c)) > back ? back : 0;
    }
    return 0;
}

} // namespace holdfast::utf8
