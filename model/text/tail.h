// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/text/prefixhash.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

/// Knowledge about a text being received: how far it goes, the hash of that much, and how far it is known to
/// be right; never the text itself. A write at an offset is idempotent, so duplicates, double resumes and
/// overlapping sockets are harmless.
class Tail
{
public:
    enum class Outcome {
        Fresh,     ///< some bytes were new: see Written::fresh
        Duplicate, ///< everything was known
        Hole,      ///< it starts beyond what is known: the bytes between must be fetched
        Damaged,   ///< a mark did not agree: cut back to length(); `fresh` is what is new before that
        OldGen,    ///< it belongs to a text that has been replaced
        NewGen     ///< it belongs to a newer text: call restart() and write again
    };
    struct Written {
        Outcome outcome;
        std::uint64_t offset{0}; ///< where `fresh` begins, UTF-8 bytes
        std::string_view fresh;  ///< a part of the argument of write()
    };
    /// The text has this hash at this length: a checkpoint, or with the terminal event the whole of it.
    struct Mark {
        std::uint64_t length{0};
        std::string sha256;
    };
    using Final = Mark;

    explicit Tail(std::uint32_t gen = 0) : m_gen(gen) {}

    /// Takes text at `offset` (UTF-8 bytes) of generation `gen` and says which part of it was new.
    Written write(std::uint32_t gen, std::uint64_t offset, std::string_view text);

    /// A checkpoint. One behind what is held says nothing (its place in the hash is gone); the others are
    /// compared when the text is there. \returns false when it was there and differed: cut back to length().
    bool expect(Mark mark);

    /// Forgets what may be wrong: back to the last mark that agreed, and where that was tried already, to the
    /// beginning. \returns false when that was tried, too, or too often: then nothing changed.
    bool cutBack();

    /// A complete text that differs from what the terminal event said is cut back until it is right, or until
    /// a part is missing. What is complete and not verified afterwards cannot be repaired.
    void settle()
    {
        while (isComplete() && !isVerified() && m_final->length > 0 && cutBack()) {
        }
    }

    /// Forgets everything and begins generation `gen`.
    void restart(std::uint32_t gen) { *this = Tail(gen); }

    /// The log is told anew: the bytes stay, and what another telling said of them counts no more.
    void tellAnew()
    {
        m_final.reset();
        m_marks.clear();
    }

    /// The whole text will have this length and hash.
    void setFinal(Final final) { m_final = std::move(final); }

    std::uint32_t gen() const { return m_gen; }
    std::uint64_t length() const { return m_length; }
    std::uint64_t verifiedLength() const { return m_verified.length; }
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
    struct Place {
        std::uint64_t length{0};
        PrefixHash hash;
    };
    void take(std::string_view text);
    bool agrees();

    std::uint32_t m_gen;
    std::uint64_t m_length{0};
    PrefixHash m_hash;
    std::optional<Final> m_final;
    std::vector<Mark> m_marks; ///< beyond what is held, in rising order
    Place m_verified;
    std::optional<std::uint64_t> m_lastCut;
    int m_cuts{0};
};

} // namespace holdfast
