// SPDX-License-Identifier: Apache-2.0
#include "app/lab/fault.h"

#include <charconv>
#include <optional>

namespace holdfast {

namespace {

std::optional<std::uint64_t> numberBehind(std::string_view line, std::string_view word)
{
    if (line.substr(0, word.size()) != word)
        return std::nullopt;
    const std::string_view digits = line.substr(word.size());
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    return number;
}

} // namespace

Result<Fault> parseFault(std::string_view line)
{
    if (line == "cut" || line == "cut rst")
        return fault::Cut{fault::Cut::How::Reset};
    if (line == "cut fin")
        return fault::Cut{fault::Cut::How::Fin};
    if (line == "blackhole" || line == "blackhole on")
        return fault::BlackHole{};
    if (line == "blackhole off")
        return fault::EndBlackHole{};
    if (line == "offline")
        return fault::Offline{};
    if (line == "online")
        return fault::Online{};
    constexpr std::uint64_t latencyMsMax = 60'000;
    if (const auto ms = numberBehind(line, "latency "); ms && *ms <= latencyMsMax)
        return fault::Latency{std::chrono::milliseconds(*ms)};
    if (const auto bytes = numberBehind(line, "cut-after "))
        return fault::CutAfter{*bytes};
    return failure(Error::Code::BadArgument,
                   "unknown command \"" + std::string(line)
                       + "\"; there are: cut rst|fin, blackhole on|off, latency MS, offline, online, cut-after BYTES, status, quit");
}

} // namespace holdfast
