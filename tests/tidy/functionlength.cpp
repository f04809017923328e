// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>

namespace holdfast::tidy {

namespace {

constexpr int functionLinesMax = 60;

/// Finds the bodies of functions by counting braces. It does not parse C++: a brace behind a parenthesis (or
/// behind what may follow one) opens a function, unless the declaration begins with class, namespace or the
/// like. What stands inside of a function, lambdas and local classes too, is part of it.
class BodyFinder
{
public:
    struct Body {
        int first{0};
        int last{0};
    };

    explicit BodyFinder(std::string_view code) : m_code(code) {}

    std::vector<Body> bodies()
    {
        for (m_at = 0; m_at < m_code.size(); ++m_at)
            step(m_code[m_at]);
        return m_bodies;
    }

private:
    enum class Brace { Container, Function, Value };

    void step(char c)
    {
        if (c == '\n')
            ++m_line;
        if (c == '#' && isLineStart())
            return skipDirective();
        if (c == '{')
            return open();
        if (c == '}')
            return close();
        const bool isInside = !m_open.empty() && m_open.back() != Brace::Container;
        if (c == ';' && !isInside)
            m_head.clear();
        else if (!isInside)
            m_head += c == '\n' ? ' ' : c;
    }
    bool isLineStart() const
    {
        const std::size_t before = m_code.find_last_not_of(" \t", m_at == 0 ? 0 : m_at - 1);
        return m_at == 0 || before == std::string_view::npos || m_code[before] == '\n';
    }
    void skipDirective()
    {
        while (m_at + 1 < m_code.size() && !(m_code[m_at + 1] == '\n' && m_code[m_at] != '\\')) {
            ++m_at;
            m_line += m_code[m_at] == '\n' ? 1 : 0;
        }
    }
    void open()
    {
        const bool isInside = !m_open.empty() && m_open.back() != Brace::Container;
        const Brace brace = isInside ? Brace::Value : kindOfHead();
        if (brace == Brace::Function)
            m_first = m_line;
        m_open.push_back(brace);
        if (brace != Brace::Value)
            m_head.clear();
    }
    void close()
    {
        if (m_open.empty())
            return; // the other half stands in a branch of the preprocessor
        const Brace brace = m_open.back();
        m_open.pop_back();
        if (brace == Brace::Function)
            m_bodies.push_back({m_first, m_line});
        if (brace != Brace::Value)
            m_head.clear();
    }
    /// A head such as "MACRO(x) class A : public B" opens a container, "struct A f()" a function.
    Brace kindOfHead() const
    {
        const std::string_view head = m_head;
        const std::size_t last = head.find_last_not_of(' ');
        if (last == std::string_view::npos ||
            std::string_view("=(,").find(head[last]) != std::string_view::npos)
            return Brace::Value;
        const std::size_t container = lastContainerWord();
        if (container != std::string_view::npos && head.find('(', container) == std::string_view::npos)
            return Brace::Container;
        return head.find('(') == std::string_view::npos ? Brace::Value : Brace::Function;
    }
    std::size_t lastContainerWord() const
    {
        static const std::array<std::string_view, 6> containers{"namespace", "class", "struct",
                                                                "union",     "enum",  "extern"};
        std::size_t latest = std::string_view::npos;
        for (const std::string_view word : containers) {
            for (const std::size_t place : placesOf(word, m_head))
                latest = latest == std::string_view::npos ? place : std::max(latest, place);
        }
        return latest;
    }

    std::string_view m_code;
    std::size_t m_at{0};
    int m_line{1};
    int m_first{0};
    std::string m_head; ///< since the last declaration ended
    std::vector<Brace> m_open;
    std::vector<Body> m_bodies;
};

} // namespace

Findings functionsAreShort(const Source &source)
{
    Findings findings;
    if (!isCpp(source.path))
        return findings;
    const std::string code = codeOnly(source.text);
    for (const BodyFinder::Body &body : BodyFinder(code).bodies()) {
        const int lines = body.last - body.first + 1;
        if (lines > functionLinesMax)
            findings.push_back({source.path, body.first,
                                "a function of " + std::to_string(lines) + " lines, where " +
                                    std::to_string(functionLinesMax) +
                                    " are the most: give its parts names"});
    }
    return findings;
}

} // namespace holdfast::tidy
