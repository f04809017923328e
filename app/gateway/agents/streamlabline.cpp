// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/streamlabtext.h"

#include "model/text/utf8.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace holdfast {

namespace {

/// One word of the line that is a number, and its bounds.
struct NumberWord {
    std::string_view key;
    std::uint64_t StreamLabSpec::*field;
    std::uint64_t max;
};
constexpr std::array<NumberWord, 4> numberWords{{{"bytes", &StreamLabSpec::bytes, 100'000'000},
                                                 {"rate", &StreamLabSpec::rate, 1'000'000},
                                                 {"chunk", &StreamLabSpec::chunk, 65'536},
                                                 {"seed", &StreamLabSpec::seed, UINT64_MAX}}};
constexpr std::uint64_t jsonBytesMin = 12; ///< {"items":[]}
constexpr std::size_t shownBytesMax = 60;  ///< of a wrong word, in the reason

tl::unexpected<Error> wrong(std::string_view word, const std::string &why)
{
    const std::string_view shown = utf8::cut(word, shownBytesMax);
    return failure(Error::Code::BadArgument,
                   '"' + std::string(shown) + (shown.size() < word.size() ? "…" : "") + "\": " + why);
}

Result<StreamLabSpec::Format> readFormat(std::string_view word, std::string_view value)
{
    if (value == "text")
        return StreamLabSpec::Format::Text;
    if (value == "markdown")
        return StreamLabSpec::Format::Markdown;
    if (value == "json")
        return StreamLabSpec::Format::Json;
    return wrong(word, "format is text, markdown or json");
}

Result<> readNumber(std::string_view word, std::string_view value, const NumberWord &known,
                    StreamLabSpec &spec)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error == std::errc::result_out_of_range || (error == std::errc() && number > known.max))
        return wrong(word, std::string(known.key) + " is at most " + std::to_string(known.max));
    if (error != std::errc() || end != value.data() + value.size())
        return wrong(word, std::string(known.key) + " is a whole number");
    spec.*known.field = number;
    return {};
}

Result<> readWord(std::string_view word, StreamLabSpec &spec)
{
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos)
        return wrong(word, "the line is made of key=value");
    const std::string_view key = word.substr(0, equals);
    const std::string_view value = word.substr(equals + 1);
    if (key == "format") {
        const auto format = readFormat(word, value);
        if (!format)
            return tl::unexpected(format.error());
        spec.format = *format;
        return {};
    }
    for (const NumberWord &known : numberWords) {
        if (known.key == key)
            return readNumber(word, value, known, spec);
    }
    return wrong(word, "the keys are bytes, rate, chunk, seed and format");
}

} // namespace

Result<StreamLabSpec> parseStreamLabLine(std::string_view line)
{
    constexpr std::string_view blanks = " \t\r\n";
    StreamLabSpec spec;
    if (line.find('=') == std::string_view::npos)
        return spec;
    for (std::size_t at = line.find_first_not_of(blanks); at != std::string_view::npos;) {
        const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
        const std::string_view word = line.substr(at, end - at);
        if (const auto read = readWord(word, spec); !read)
            return tl::unexpected(read.error());
        at = line.find_first_not_of(blanks, end);
    }
    if (spec.format == StreamLabSpec::Format::Json && spec.bytes < jsonBytesMin)
        return wrong("bytes=" + std::to_string(spec.bytes), "a JSON document has 12 bytes or more");
    return spec;
}

} // namespace holdfast
