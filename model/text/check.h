// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <cstdlib>

namespace holdfast::detail {

/// Says what did not hold on stderr and stops the process; a restart resumes from what is stored.
[[noreturn]] inline void checkFailed(const char *grade, const char *what, const char *file, int line) noexcept
{
    std::fprintf(stderr, "%s failed: %s (%s:%d)\n", grade, what, file, line);
    std::abort();
}

} // namespace holdfast::detail

/// A durability invariant: on in every build. Rather stop than store a lie.
#define HF_CHECK(condition)                                                                                  \
    ((condition) ? static_cast<void>(0)                                                                      \
                 : ::holdfast::detail::checkFailed("HF_CHECK", #condition, __FILE__, __LINE__))

/// A programming error: on in every build with tests. Input is never asserted, it is parsed.
#if defined(QT_FORCE_ASSERTS) || !defined(NDEBUG)
#define HF_ASSERT(condition)                                                                                 \
    ((condition) ? static_cast<void>(0)                                                                      \
                 : ::holdfast::detail::checkFailed("HF_ASSERT", #condition, __FILE__, __LINE__))
#else
#define HF_ASSERT(condition) static_cast<void>(sizeof(condition))
#endif
