// SPDX-License-Identifier: Apache-2.0
#include "app/lab/fault.h"

#include <charconv>
#include <optional>

namespace holdfast {

namespace {

constexpr std::uint64_t latencyMsMax =
    60'000; ///< beyond every deadline of the protocol nothing new is to be seen
constexpr std::uint64_t rateMax = 1'000'000; ///< faster than the loopback

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

struct Command {
    std::string operator()(const fault::Cut &f) const
    {
        return f.how == fault::Cut::How::Reset ? "cut rst" : "cut fin";
    }
    std::string operator()(const fault::BlackHole &) const { return "blackhole on"; }
    std::string operator()(const fault::EndBlackHole &) const { return "blackhole off"; }
    std::string operator()(const fault::Latency &f) const
    {
        return "latency " + std::to_string(f.roundTrip.count());
    }
    std::string operator()(const fault::Offline &) const { return "offline"; }
    std::string operator()(const fault::Online &) const { return "online"; }
    std::string operator()(const fault::CutAfter &f) const { return "cut-after " + std::to_string(f.bytes); }
    std::string operator()(const fault::Rate &f) const
    {
        return "rate " + std::to_string(f.kilobytesPerSecond);
    }
};

struct Sentence {
    std::string operator()(const fault::Rate &f) const
    {
        return f.kilobytesPerSecond == 0 ? "Bytes pass as fast as they come."
                                         : "Each direction of a connection carries " +
                                               std::to_string(f.kilobytesPerSecond) + " kilobytes a second.";
    }
    std::string operator()(const fault::Cut &f) const
    {
        return f.how == fault::Cut::How::Reset ? "Every connection is reset." : "Every connection is closed.";
    }
    std::string operator()(const fault::BlackHole &) const
    {
        return "Connections stay open, but nothing passes in either direction.";
    }
    std::string operator()(const fault::EndBlackHole &) const { return "What was held passes again."; }
    std::string operator()(const fault::Latency &f) const
    {
        return f.roundTrip.count() == 0
                   ? "Bytes pass without delay."
                   : "A round trip takes " + std::to_string(f.roundTrip.count()) + " ms longer.";
    }
    std::string operator()(const fault::Offline &) const
    {
        return "Every connection is reset, new ones are refused.";
    }
    std::string operator()(const fault::Online &) const { return "New connections are accepted again."; }
    std::string operator()(const fault::CutAfter &f) const
    {
        return f.bytes == 0
                   ? "Connections are not cut by length."
                   : "Each connection is reset after " + std::to_string(f.bytes) + " bytes to the client.";
    }
};

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
    if (const auto ms = numberBehind(line, "latency "); ms && *ms <= latencyMsMax)
        return fault::Latency{std::chrono::milliseconds(*ms)};
    if (const auto bytes = numberBehind(line, "cut-after "))
        return fault::CutAfter{*bytes};
    if (const auto kilobytes = numberBehind(line, "rate "); kilobytes && *kilobytes <= rateMax)
        return fault::Rate{*kilobytes};
    return failure(Error::Code::BadArgument,
                   "unknown command \"" + std::string(line) +
                       "\"; there are: cut rst|fin, blackhole on|off, latency MS (up to " +
                       std::to_string(latencyMsMax) +
                       "), offline, online, cut-after BYTES, rate KILOBYTES_PER_S, status, quit");
}

std::string commandFor(const Fault &fault) { return std::visit(Command{}, fault); }

std::string sentenceFor(const Fault &fault) { return std::visit(Sentence{}, fault); }

} // namespace holdfast
