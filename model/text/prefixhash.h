// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace holdfast {

/// Running SHA-256 (FIPS 180-4) of a text that only grows; hex() may be asked at any length.
class PrefixHash
{
public:
    PrefixHash();
    ~PrefixHash();
    PrefixHash(PrefixHash &&) noexcept;
    PrefixHash &operator=(PrefixHash &&) noexcept;

    /// Takes the next bytes of the text.
    void append(std::string_view bytes);

    /// SHA-256 of everything appended so far, 64 lower-case hex digits.
    std::string hex() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace holdfast
