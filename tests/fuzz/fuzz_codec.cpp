// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/codec.h"
#include "model/protocol/limits.h"
#include "model/text/check.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace holdfast;

/// Whatever arrives is a frame or an error with a reason; a frame that was read can be written and read
/// again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char *>(data), size);
    const Result<Frame> frame = codec::decode(bytes, limits::frameBytesToGatewayMax);
    if (!frame) {
        HF_CHECK(!frame.error().detail.empty());
        return 0;
    }
    const Result<Frame> again = codec::decode(codec::encode(*frame), 16 * limits::frameBytesToGatewayMax);
    HF_CHECK(again && *again == *frame);
    return 0;
}
