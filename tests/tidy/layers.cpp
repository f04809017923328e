// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/layers.h"

#include "tests/tidy/source.h"

#include <algorithm>
#include <sstream>

namespace holdfast::tidy {

namespace {

std::vector<std::string> wordsOf(std::string_view text)
{
    std::istringstream stream{std::string(text)};
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

/// "WORD [except FILE…] : REASON"
std::optional<Forbidden> readForbidden(std::string_view text)
{
    const std::size_t colon = text.find(" : ");
    if (colon == std::string_view::npos)
        return std::nullopt;
    const std::vector<std::string> words = wordsOf(text.substr(0, colon));
    const bool hasExceptions = words.size() > 2 && words[1] == "except";
    if (words.size() != 1 && !hasExceptions)
        return std::nullopt;
    Forbidden forbidden{words.front(), {}, std::string(text.substr(colon + 3))};
    if (hasExceptions)
        forbidden.except.assign(words.begin() + 2, words.end());
    return forbidden;
}

} // namespace

Layers::Layers(std::string_view text)
{
    int number = 0;
    for (const std::string_view line : linesOf(text)) {
        ++number;
        if (!line.empty() && line.front() != '#')
            readLine(number, line);
    }
}

void Layers::readLine(int number, std::string_view line)
{
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view key = line.substr(0, space);
    const std::string_view rest = line.substr(std::min(space + 1, line.size()));
    std::vector<std::string> words = wordsOf(rest);
    if (key == "folder" && words.size() == 1)
        return m_layers.push_back({words[0] == "." ? std::string() : words[0], {}, {}, {}, {}});
    if (!m_layers.empty() && !words.empty()) {
        Layer &layer = m_layers.back();
        if (key == "includes")
            return void(layer.includes = words);
        if (key == "qt")
            return void(layer.qt = words);
        if (key == "qt-in-headers")
            return void(layer.qtInHeaders = words);
        if (const auto forbidden = readForbidden(rest); key == "never" && forbidden)
            return layer.never.push_back(*forbidden);
    }
    m_problems.push_back("layers.txt:" + std::to_string(number) + ": cannot be read: " + std::string(line));
}

std::vector<const Layer *> Layers::around(std::string_view path) const
{
    std::vector<const Layer *> found;
    for (const Layer &layer : m_layers) {
        if (isBelow(path, layer.folder))
            found.push_back(&layer);
    }
    std::ranges::stable_sort(found, std::ranges::greater{},
                             [](const Layer *layer) { return layer->folder.size(); });
    return found;
}

} // namespace holdfast::tidy
