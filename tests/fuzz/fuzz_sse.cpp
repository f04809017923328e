// SPDX-License-Identifier: Apache-2.0
#include "model/text/check.h"
#include "model/text/ssereader.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace holdfast;

/// However a stream is cut, the same events come out of it, and none of them is larger than allowed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    constexpr std::size_t eventBytesMax = 512;
    if (size == 0)
        return 0;
    const std::size_t portion = 1 + data[0] % 16;
    const std::string_view bytes(reinterpret_cast<const char *>(data + 1), size - 1);

    SseReader whole(eventBytesMax);
    const auto expected = whole.read(bytes);
    SseReader inPortions(eventBytesMax);
    std::vector<SseReader::Event> events;
    for (std::size_t at = 0; at < bytes.size(); at += portion) {
        const auto some = inPortions.read(bytes.substr(at, portion));
        events.insert(events.end(), some.begin(), some.end());
    }

    HF_CHECK(events == expected);
    HF_CHECK(whole.state() == inPortions.state());
    HF_CHECK(whole.isInsideEvent() == inPortions.isInsideEvent());
    for (const SseReader::Event &event : events)
        HF_CHECK(event.data.size() <= eventBytesMax && event.type.size() <= eventBytesMax);
    return 0;
}
