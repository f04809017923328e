// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::tidy {

/// A word that may not stand in the code of a folder.
struct Forbidden {
    std::string word; ///< a last '*' stands for the rest of a name
    std::vector<std::string> except;
    std::string reason;
};

/// What layers.txt says of one folder.
struct Layer {
    std::string folder; ///< "" is the whole tree
    std::optional<std::vector<std::string>> includes;
    std::optional<std::vector<std::string>> qt;
    std::optional<std::vector<std::string>> qtInHeaders;
    std::vector<Forbidden> never;
};

/// layers.txt, which explains its own notation.
class Layers
{
public:
    /// A line that cannot be read ends up in problems().
    explicit Layers(std::string_view text);

    /// Those that hold for a file, the innermost first.
    std::vector<const Layer *> around(std::string_view path) const;
    const std::vector<std::string> &problems() const { return m_problems; }

private:
    void readLine(int number, std::string_view line);

    std::vector<Layer> m_layers;
    std::vector<std::string> m_problems;
};

} // namespace holdfast::tidy
