// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/rules.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace holdfast::tidy {

namespace {

bool isCMake(std::string_view path) { return path.ends_with("CMakeLists.txt") || path.ends_with(".cmake"); }

std::string normal(const std::string &path)
{
    return std::filesystem::path(path).lexically_normal().generic_string();
}

std::vector<std::string> wordsOf(const std::string &text)
{
    constexpr std::string_view between = " \t\n()\";";
    std::vector<std::string> words;
    for (std::size_t at = text.find_first_not_of(between); at != std::string::npos;) {
        const std::size_t end = std::min(text.find_first_of(between, at), text.size());
        words.push_back(text.substr(at, end - at));
        at = text.find_first_not_of(between, end);
    }
    return words;
}

/// Everything a build file may mean by its words: a path from its folder or from the root; the test
/// tst_WORD.cpp; and in a loop, "a_${each}.cpp" with any of the words for ${each}.
void addNames(const Source &build, std::set<std::string> &names)
{
    const std::string folder = folderOf(build.path);
    const std::string here = folder.empty() ? folder : folder + '/';
    constexpr std::string_view root = "${PROJECT_SOURCE_DIR}/";
    const std::vector<std::string> words = wordsOf(build.text);
    std::vector<std::string> patterns{"tst_${each}.cpp"};
    for (const std::string &word : words) {
        if (word.starts_with(root))
            names.insert(normal(word.substr(root.size())));
        else if (word.find("${") != std::string::npos)
            patterns.push_back(word);
        else
            names.insert(normal(here + word));
    }
    for (const std::string &pattern : patterns) {
        const std::size_t open = pattern.find("${");
        const std::size_t close = std::min(pattern.find('}', open), pattern.size() - 1);
        for (const std::string &word : words)
            names.insert(normal(here + pattern.substr(0, open) + word + pattern.substr(close + 1)));
    }
}

void addIncludes(const Source &source, std::set<std::string> &names)
{
    constexpr std::string_view begin = "#include \"";
    const std::string code = codeOnly(source.text);
    for (const std::string_view line : linesOf(code)) {
        if (!line.starts_with(begin))
            continue;
        const std::string name(line.substr(begin.size(), line.rfind('"') - begin.size()));
        names.insert(name);
        names.insert(normal(folderOf(source.path) + '/' + name));
    }
}

} // namespace

Findings foldersAreExplained(const std::vector<Source> &tree)
{
    std::set<std::string> folders;
    std::set<std::string> explained;
    for (const Source &source : tree) {
        const std::string folder = folderOf(source.path);
        if (source.path.ends_with("/README.md"))
            explained.insert(folder);
        if (isCpp(source.path))
            folders.insert(folder.starts_with("tests/unit/") ? "tests" : folder);
    }
    Findings findings;
    for (const std::string &folder : folders) {
        if (!explained.contains(folder))
            findings.push_back({folder + "/README.md", 1,
                                "write it, in about ten lines: the folder's job, its files, where to start"});
    }
    return findings;
}

Findings nothingIsDead(const std::vector<Source> &tree)
{
    std::set<std::string> built;
    std::set<std::string> included;
    for (const Source &source : tree) {
        if (isCMake(source.path))
            addNames(source, built);
        if (isCpp(source.path))
            addIncludes(source, included);
    }
    Findings findings;
    for (const Source &source : tree) {
        const bool isAlive =
            built.contains(source.path) || (isHeader(source.path) && included.contains(source.path));
        if (isCpp(source.path) && !isAlive)
            findings.push_back(
                {source.path, 1,
                 "name it in the CMakeLists.txt of its folder, or delete it: nothing builds it"});
    }
    return findings;
}

} // namespace holdfast::tidy
