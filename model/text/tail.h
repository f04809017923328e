// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/text/prefixhash.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// Knowledge about a text being received: how far it goes and the hash of that much; never the text itself.
/// A write at an offset is idempotent, so duplicates, double resumes and overlapping sockets are harmless.
class Tail
{
public:
    enum class Outcome {
        Fresh,     ///< some bytes were new: see Written::fresh
        Duplicate, ///< everything was known
        Hole,      ///< it starts beyond what is known: the bytes between must be fetched
        OldGen,    ///< it belongs to a text that has been replaced
        NewGen     ///< it belongs to a newer text: call restart() and write again
    };
    struct Written {
        Outcome outcome;
        std::uint64_t offset{0}; ///< where `fresh` begins, UTF-8 bytes
        std::string_view fresh;  ///< a part of the argument of write()
    };
    /// What the terminal event said about the whole text.
    struct Final {
        std::uint64_t length{0};
        std::string sha256;
    };

    explicit Tail(std::uint32_t gen = 0) : m_gen(gen) {}

    /// Takes text at `offset` (UTF-8 bytes) of generation `gen` and says which part of it was new.
    Written write(std::uint32_t gen, std::uint64_t offset, std::string_view text);

    /// Forgets everything and begins generation `gen`.
    void restart(std::uint32_t gen);

    /// The whole text will have this length and hash.
    void setFinal(Final final) { m_final = std::move(final); }

    std::uint32_t gen() const { return m_gen; }
    std::uint64_t length() const { return m_length; }
    const std::optional<Final> & final() const { return m_final; }

    /// True when the terminal event has come and every byte it speaks of is here.
    bool isComplete() const { return m_final && m_length >= m_final->length; }
    /// True when complete, and length and SHA-256 are those of the terminal event.
    bool isVerified() const
    {
        return m_final && m_length == m_final->length && m_hash.hex() == m_final->sha256;
    }
    std::string sha256() const { return m_hash.hex(); }

private:
    std::uint32_t m_gen;
    std::uint64_t m_length{0};
    PrefixHash m_hash;
    std::optional<Final> m_final;
};

} // namespace holdfast
