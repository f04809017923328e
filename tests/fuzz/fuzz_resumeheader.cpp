// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/limits.h"
#include "model/protocol/resumeheader.h"
#include "model/text/check.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace holdfast;

/// What an unknown client puts into its header is read or refused; what was read is written as something that
/// reads the same, but for tails that do not fit.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const Result<ResumeRequest> resume = parseResumeHeader({reinterpret_cast<const char *>(data), size});
    if (!resume) {
        HF_CHECK(!resume.error().detail.empty());
        return 0;
    }
    ResumeRequest expected = *resume;
    const std::string header = toHeader(*resume);
    expected.tails.resize(tailsInHeader(*resume));
    HF_CHECK(header.size() <= limits::resumeHeaderBytesMax);
    const Result<ResumeRequest> again = parseResumeHeader(header);
    HF_CHECK(again && *again == expected);
    return 0;
}
