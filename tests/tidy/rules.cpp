// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>

namespace holdfast::tidy {

namespace {

constexpr std::size_t fileLinesMax = 400;

struct Include {
    int line;
    std::string name;
    enum class Kind { Quoted, Angled } kind;
};

std::vector<Include> includesOf(const Source &source)
{
    std::vector<Include> includes;
    if (!isCpp(source.path))
        return includes;
    const std::string code = codeOnly(source.text);
    int number = 0;
    for (const std::string_view line : linesOf(code)) {
        ++number;
        if (!line.starts_with("#include"))
            continue;
        const std::size_t open = line.find_first_of("<\"");
        const std::size_t close = line.find_last_of(">\"");
        if (open == std::string_view::npos || close <= open)
            continue;
        const auto kind = line[open] == '<' ? Include::Kind::Angled : Include::Kind::Quoted;
        includes.push_back({number, std::string(line.substr(open + 1, close - open - 1)), kind});
    }
    return includes;
}

bool isGenerated(std::string_view name) { return name.ends_with(".moc") || name.starts_with("ui_"); }

/// The list of the innermost layer that has one, and that layer.
struct Decision {
    const Layer *layer{nullptr};
    const std::vector<std::string> *words{nullptr};
};

Decision decideIncludes(const Source &source, const Layers &layers)
{
    for (const Layer *layer : layers.around(source.path)) {
        if (layer->includes)
            return {layer, &*layer->includes};
    }
    return {};
}

Decision decideQt(const Source &source, const Layers &layers)
{
    for (const Layer *layer : layers.around(source.path)) {
        if (isHeader(source.path) && layer->qtInHeaders)
            return {layer, &*layer->qtInHeaders};
        if (layer->qt)
            return {layer, &*layer->qt};
    }
    return {};
}

std::string joined(const std::vector<std::string> &words)
{
    std::string all;
    for (const std::string &word : words)
        all += (all.empty() ? "" : ", ") + word;
    return all;
}

bool isOpenDoor(const Decision &decision, const std::string &header)
{
    return isBelow(header, decision.layer->folder) ||
           std::ranges::any_of(*decision.words,
                               [&](const auto &word) { return word == "all" || isBelow(header, word); });
}

bool wantsLicence(const Source &source)
{
    const std::string_view path = source.path;
    return isCpp(path) || path.ends_with("CMakeLists.txt") || path.ends_with(".cmake") ||
           path.ends_with(".sh") || path.ends_with(".sql") || source.text.starts_with("#!");
}

} // namespace

std::string toString(const Finding &finding)
{
    return finding.path + ':' + std::to_string(finding.line) + ": " + finding.advice;
}

Findings includesGoThroughDoors(const Source &source, const Layers &layers)
{
    Findings findings;
    const Decision decision = decideIncludes(source, layers);
    for (const Include &include : includesOf(source)) {
        if (include.kind != Include::Kind::Quoted || isGenerated(include.name))
            continue;
        if (include.name.find('/') == std::string::npos || include.name.starts_with('.'))
            findings.push_back({source.path, include.line,
                                "include \"" + include.name + "\" by its path from the root of the project"});
        else if (decision.layer == nullptr)
            findings.push_back(
                {source.path, include.line, "give this folder a line \"includes\" in layers.txt"});
        else if (!isOpenDoor(decision, include.name))
            findings.push_back({source.path, include.line,
                                "do not include \"" + include.name + "\": " + decision.layer->folder +
                                    " may include " + joined(*decision.words) +
                                    "; move the code to where both may be known"});
    }
    return findings;
}

Findings qtComesFromItsModules(const Source &source, const Layers &layers, const QtModuleOf &moduleOf)
{
    Findings findings;
    const Decision decision = decideQt(source, layers);
    for (const Include &include : includesOf(source)) {
        const std::size_t slash = include.name.find('/');
        const std::string module =
            slash == std::string::npos ? moduleOf(include.name) : moduleOf(include.name.substr(slash + 1));
        if (include.kind != Include::Kind::Angled || module.empty())
            continue;
        const bool isAllowed =
            decision.words != nullptr && std::ranges::find(*decision.words, module) != decision.words->end();
        if (!isAllowed)
            findings.push_back({source.path, include.line,
                                "do not include <" + include.name + "> of " + module + ": here may be used " +
                                    (decision.words != nullptr ? joined(*decision.words) : "nothing of Qt")});
    }
    return findings;
}

Findings forbiddenWordsAreAbsent(const Source &source, const Layers &layers)
{
    Findings findings;
    if (!isCpp(source.path))
        return findings;
    const std::string code = codeOnly(source.text);
    for (const Layer *layer : layers.around(source.path)) {
        for (const Forbidden &forbidden : layer->never) {
            if (std::ranges::find(forbidden.except, source.path) != forbidden.except.end())
                continue;
            for (const std::size_t place : placesOf(forbidden.word, code))
                findings.push_back({source.path, lineAt(code, place),
                                    "do without " + forbidden.word + ": " + forbidden.reason});
        }
    }
    return findings;
}

Findings filesAreShort(const Source &source)
{
    const std::size_t lines = linesOf(source.text).size();
    if (!isCpp(source.path) || lines <= fileLinesMax)
        return {};
    return {{source.path, static_cast<int>(fileLinesMax),
             std::to_string(lines) + " lines, where " + std::to_string(fileLinesMax) +
                 " are the most: split it by its jobs"}};
}

Findings headersAreGuarded(const Source &source)
{
    if (!isHeader(source.path))
        return {};
    const std::string code = codeOnly(source.text);
    for (const std::string_view line : linesOf(code)) {
        if (line.find_first_not_of(' ') == std::string_view::npos)
            continue;
        if (line == "#pragma once")
            return {};
        break;
    }
    return {{source.path, 1, "begin the header with #pragma once, before any other code"}};
}

Findings licenceIsNamed(const Source &source)
{
    if (!wantsLicence(source))
        return {};
    const std::vector<std::string_view> lines = linesOf(source.text);
    const std::size_t at = source.text.starts_with("#!") ? 1 : 0;
    if (lines.size() > at && lines[at].find("SPDX-License-Identifier: Apache-2.0") != std::string_view::npos)
        return {};
    return {{source.path, static_cast<int>(at) + 1,
             "put SPDX-License-Identifier: Apache-2.0 here, in a comment"}};
}

Findings nothingIsLeftForLater(const Source &source)
{
    // In two pieces each, or this file would find itself.
    static const std::array<std::string, 4> promises{"TO"
                                                     "DO",
                                                     "FIX"
                                                     "ME",
                                                     "XX"
                                                     "X",
                                                     "HA"
                                                     "CK"};
    Findings findings;
    for (const std::string &promise : promises) {
        for (const std::size_t place : placesOf(promise, source.text))
            findings.push_back(
                {source.path, lineAt(source.text, place),
                 promise + ": do it, or leave it to an issue and say here what holds meanwhile"});
    }
    return findings;
}

Findings noPathIsPrivate(const Source &source)
{
    static const std::array<std::string, 4> beginnings{"/ho"
                                                       "me/",
                                                       "/ro"
                                                       "ot/",
                                                       "/Us"
                                                       "ers/",
                                                       "/wo"
                                                       "rk/"};
    Findings findings;
    for (const std::string &beginning : beginnings) {
        for (std::size_t at = source.text.find(beginning); at != std::string::npos;
             at = source.text.find(beginning, at + 1)) {
            const bool isMiddleOfPath =
                at > 0 && (isWordCharacter(source.text[at - 1]) || source.text[at - 1] == '.');
            if (!isMiddleOfPath)
                findings.push_back(
                    {source.path, lineAt(source.text, at),
                     beginning + " is somebody's own folder: use a path relative to the project"});
        }
    }
    return findings;
}

} // namespace holdfast::tidy
