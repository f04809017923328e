// SPDX-License-Identifier: Apache-2.0
#include "model/text/languages.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace holdfast {

namespace {

using Span = Language::Span;
using enum Language::Shape;
using enum Language::Span::Kind;
using enum Language::Span::Reach;

constexpr std::array cSpans{Span{"/*", "*/", Comment, Lines, 0}, Span{"\"", "\""}, Span{"'", "'"}};
constexpr std::array quotes{Span{"\"", "\""}, Span{"'", "'"}};
constexpr std::array doubleQuote{Span{"\"", "\""}};
constexpr std::array scriptSpans{Span{"/*", "*/", Comment, Lines, 0}, Span{"`", "`", String, Lines},
                                 Span{"\"", "\""}, Span{"'", "'"}};
constexpr std::array goSpans{Span{"/*", "*/", Comment, Lines, 0}, Span{"`", "`", String, Lines, 0},
                             Span{"\"", "\""}, Span{"'", "'"}};
constexpr std::array tripleSpans{Span{"/*", "*/", Comment, Lines, 0}, Span{R"(""")", R"(""")", String, Lines},
                                 Span{"\"", "\""}, Span{"'", "'"}};
constexpr std::array csharpSpans{Span{"/*", "*/", Comment, Lines, 0},
                                 Span{R"(""")", R"(""")", String, Lines, 0},
                                 Span{"@\"", "\"", String, Lines, 0}, Span{"\"", "\""}, Span{"'", "'"}};
constexpr std::array pythonSpans{Span{R"(""")", R"(""")", String, Lines}, Span{"'''", "'''", String, Lines},
                                 Span{"\"", "\""}, Span{"'", "'"}};
constexpr std::array rustSpans{Span{"/*", "*/", Comment, Lines, 0}, Span{"r#\"", "\"#", String, Lines, 0},
                               Span{"\"", "\"", String, Lines}, Span{"'", "'"}};
constexpr std::array shellSpans{Span{"\"", "\"", String, Lines}, Span{"'", "'", String, Lines, 0}};
constexpr std::array powerShellSpans{Span{"<#", "#>", Comment, Lines, 0},
                                     Span{"@\"", "\"@", String, Lines, 0},
                                     Span{"\"", "\"", String, Line, '`'}, Span{"'", "'", String, Line, 0}};
constexpr std::array sqlSpans{Span{"/*", "*/", Comment, Lines, 0}, Span{"'", "'", String, Lines, 0},
                              Span{"\"", "\"", String, Line, 0}};
constexpr std::array markupSpans{Span{"<!--", "-->", Comment, Lines, 0}};
constexpr std::array luaSpans{Span{"--[[", "]]", Comment, Lines, 0}, Span{"[[", "]]", String, Lines, 0},
                              Span{"\"", "\""}, Span{"'", "'"}};
constexpr std::array haskellSpans{Span{"{-", "-}", Comment, Lines, 0}, Span{"\"", "\""}};
constexpr std::array rubySpans{Span{"=begin", "=end", Comment, Lines, 0}, Span{"\"", "\""}, Span{"'", "'"}};
constexpr std::array cmakeSpans{Span{"#[[", "]]", Comment, Lines, 0}, Span{"\"", "\"", String, Lines}};
constexpr std::array tomlSpans{Span{R"(""")", R"(""")", String, Lines}, Span{"'''", "'''", String, Lines, 0},
                               Span{"\"", "\""}, Span{"'", "'", String, Line, 0}};

constexpr std::array table{
    Language{.label = "C++",
             .names = "c++ cpp cxx cc hpp h",
             .keywords = "alignas alignof auto bool break case catch char char16_t char32_t "
                         "char8_t class co_await co_return co_yield concept const const_cast "
                         "consteval constexpr constinit continue decltype default delete do double "
                         "dynamic_cast else enum explicit export extern false final float for "
                         "friend goto if import inline int long module mutable namespace new "
                         "noexcept nullptr operator override private protected public register "
                         "reinterpret_cast requires return short signed sizeof static "
                         "static_assert static_cast struct switch template this thread_local throw "
                         "true try typedef typeid typename union unsigned using virtual void "
                         "volatile wchar_t while",
             .lineComments = "//",
             .spans = cSpans,
             .hasDirectives = true},
    Language{.label = "C",
             .names = "c",
             .keywords = "_Alignas _Alignof _Atomic _Bool _Generic _Noreturn _Static_assert "
                         "_Thread_local auto bool break case char const constexpr continue default "
                         "do double else enum extern false float for goto if inline int long "
                         "nullptr register restrict return short signed sizeof static "
                         "static_assert struct switch thread_local true typedef typeof union "
                         "unsigned void volatile while",
             .lineComments = "//",
             .spans = cSpans,
             .hasDirectives = true},
    Language{.label = "C#",
             .names = "c# csharp cs",
             .keywords = "abstract as async await base bool break byte case catch char checked "
                         "class const continue decimal default delegate do double else enum event "
                         "explicit extern false finally fixed float for foreach get goto if "
                         "implicit in init int interface internal is lock long namespace new null "
                         "object operator out override params private protected public readonly "
                         "record ref return sbyte sealed set short sizeof static string struct "
                         "switch this throw true try typeof uint ulong unchecked unsafe ushort "
                         "using var virtual void volatile when where while with yield",
             .lineComments = "//",
             .spans = csharpSpans,
             .hasDirectives = true},
    Language{.label = "Java",
             .names = "java",
             .keywords = "abstract assert boolean break byte case catch char class const continue "
                         "default do double else enum extends false final finally float for goto "
                         "if implements import instanceof int interface long native new null "
                         "package permits private protected public record return sealed short "
                         "static strictfp super switch synchronized this throw throws transient "
                         "true try var void volatile while yield",
             .lineComments = "//",
             .spans = tripleSpans,
             .sigils = "@"},
    Language{.label = "JavaScript",
             .names = "javascript js jsx mjs",
             .keywords = "async await break case catch class const continue debugger default "
                         "delete do else export extends false finally for from function get if "
                         "import in instanceof let new null of return set static super switch this "
                         "throw true try typeof undefined var void while with yield",
             .lineComments = "//",
             .spans = scriptSpans,
             .sigils = "@",
             .inWords = "$"},
    Language{.label = "TypeScript",
             .names = "typescript ts tsx",
             .keywords = "abstract any as asserts async await bigint boolean break case catch "
                         "class const continue debugger declare default delete do else enum export "
                         "extends false finally for from function get if implements import in "
                         "infer instanceof interface is keyof let module namespace never new null "
                         "number object of override private protected public readonly return "
                         "satisfies set static string super switch symbol this throw true try type "
                         "typeof undefined unique unknown var void while with yield",
             .lineComments = "//",
             .spans = scriptSpans,
             .sigils = "@",
             .inWords = "$"},
    Language{.label = "Python",
             .names = "python py python3",
             .keywords = "False None True and as assert async await break case class continue def "
                         "del elif else except finally for from global if import in is lambda "
                         "match nonlocal not or pass raise return self try while with yield",
             .lineComments = "#",
             .spans = pythonSpans,
             .sigils = "@"},
    Language{.label = "Rust",
             .names = "rust rs",
             .keywords = "Self as async await bool break char const continue crate dyn else enum "
                         "extern f32 f64 false fn for i128 i16 i32 i64 i8 if impl in isize let "
                         "loop match mod move mut pub ref return self static str struct super "
                         "trait true type u128 u16 u32 u64 u8 union unsafe use usize where while",
             .lineComments = "//",
             .spans = rustSpans,
             .hasLifetimes = true},
    Language{.label = "Go",
             .names = "go golang",
             .keywords = "any bool break byte case chan complex128 complex64 const continue "
                         "default defer else error fallthrough false float32 float64 for func go "
                         "goto if import int int16 int32 int64 int8 interface iota map nil package "
                         "range return rune select string struct switch true type uint uint16 "
                         "uint32 uint64 uint8 uintptr var",
             .lineComments = "//",
             .spans = goSpans},
    Language{.label = "Kotlin",
             .names = "kotlin kt kts",
             .keywords = "abstract annotation as break by catch class companion const constructor "
                         "continue data do else enum external false final finally for fun get if "
                         "import in infix init inline inner interface internal is lateinit null "
                         "object open operator out override package private protected public "
                         "return sealed set super suspend this throw true try typealias val var "
                         "vararg when where while",
             .lineComments = "//",
             .spans = tripleSpans,
             .sigils = "@"},
    Language{.label = "Swift",
             .names = "swift",
             .keywords = "actor as associatedtype async await break case catch class continue "
                         "default defer deinit do else enum extension fallthrough false "
                         "fileprivate final for func get guard if import in init inout internal is "
                         "lazy let mutating nil open operator override private protocol public "
                         "repeat rethrows return self set some static struct subscript super "
                         "switch throw throws true try typealias unowned var weak where while",
             .lineComments = "//",
             .spans = tripleSpans,
             .sigils = "@"},
    Language{.label = "Ruby",
             .names = "ruby rb",
             .keywords = "BEGIN END alias and begin break case class def defined? do else elsif "
                         "end ensure false for if in module next nil not or redo require rescue "
                         "retry return self super then true undef unless until when while yield",
             .lineComments = "#",
             .spans = rubySpans,
             .sigils = "@$:",
             .inWords = "?!"},
    Language{.label = "PHP",
             .names = "php",
             .keywords = "abstract and array as break callable case catch class clone const "
                         "continue declare default do echo else elseif empty enum extends false "
                         "final finally fn for foreach function global goto if implements include "
                         "include_once instanceof insteadof interface isset list match namespace "
                         "new null or print private protected public readonly require require_once "
                         "return static switch throw trait true try unset use var while xor yield",
             .lineComments = "// #",
             .spans = cSpans,
             .sigils = "$",
             .letters = Language::Case::Insensitive},
    Language{.label = "Shell",
             .names = "bash sh shell zsh console",
             .keywords = "alias break case cd continue declare do done echo elif else esac eval "
                         "exec exit export fi for function if in local printf read readonly return "
                         "select set shift source test then trap unset until while",
             .lineComments = "#",
             .spans = shellSpans,
             .sigils = "$",
             .inWords = "-"},
    Language{.label = "PowerShell",
             .names = "powershell ps1 pwsh",
             .keywords = "begin break catch class continue data do dynamicparam else elseif end "
                         "enum exit filter finally for foreach function if in param process return "
                         "switch throw trap try until using while",
             .lineComments = "#",
             .spans = powerShellSpans,
             .sigils = "$",
             .inWords = "-",
             .letters = Language::Case::Insensitive},
    Language{.label = "SQL",
             .names = "sql sqlite postgresql mysql",
             .keywords = "add all alter and as asc begin between bigint blob boolean by cascade "
                         "case check collate column commit conflict constraint create cross "
                         "database default delete desc distinct drop else end except exists "
                         "explain false foreign from full grant group having if in index inner "
                         "insert int integer intersect into is join key left like limit not null "
                         "numeric offset on or order outer over partition pragma primary real "
                         "references replace returning revoke right rollback select serial set "
                         "table text then timestamp to transaction trigger true union unique "
                         "update using values varchar view when where with without",
             .lineComments = "--",
             .spans = sqlSpans,
             .letters = Language::Case::Insensitive},
    Language{.label = "JSON",
             .names = "json json5 jsonc",
             .keywords = "false null true",
             .lineComments = "//",
             .spans = doubleQuote,
             .shape = Keys},
    Language{.label = "YAML",
             .names = "yaml yml",
             .keywords = "false no null off on true yes ~",
             .lineComments = "#",
             .spans = quotes,
             .inWords = "-./",
             .shape = Keys},
    Language{.label = "TOML",
             .names = "toml ini conf properties",
             .keywords = "false true",
             .lineComments = "# ;",
             .spans = tomlSpans,
             .inWords = "-.",
             .shape = Keys},
    Language{.label = "HTML",
             .names = "html xml svg xhtml vue",
             .spans = markupSpans,
             .inWords = "-:.",
             .shape = Markup},
    Language{.label = "CSS",
             .names = "css scss less",
             .keywords = "important",
             .lineComments = "//",
             .spans = cSpans,
             .sigils = "#.@",
             .inWords = "-",
             .shape = Keys},
    Language{.label = "Lua",
             .names = "lua",
             .keywords = "and break do else elseif end false for function goto if in local nil not "
                         "or repeat return then true until while",
             .lineComments = "--",
             .spans = luaSpans},
    Language{.label = "Haskell",
             .names = "haskell hs",
             .keywords = "as case class data default deriving do else forall foreign hiding if "
                         "import in infix infixl infixr instance let module newtype of qualified "
                         "then type where",
             .lineComments = "--",
             .spans = haskellSpans,
             .inWords = "'"},
    Language{.label = "R",
             .names = "r",
             .keywords = "FALSE Inf NA NULL NaN TRUE break else for function if in library next "
                         "repeat return while",
             .lineComments = "#",
             .spans = quotes,
             .inWords = "."},
    Language{.label = "Perl",
             .names = "perl pl",
             .keywords = "and cmp die do else elsif eq for foreach ge gt if last le local lt my ne "
                         "next no not or our package print redo require return sub undef unless "
                         "until use while x xor",
             .lineComments = "#",
             .spans = quotes,
             .sigils = "$@%"},
    Language{.label = "CMake",
             .names = "cmake",
             .keywords = "AND DEFINED EQUAL MATCHES NOT OR STREQUAL VERSION_LESS else elseif "
                         "endforeach endfunction endif endmacro foreach function if include macro "
                         "option return set unset while",
             .lineComments = "#",
             .spans = cmakeSpans,
             .sigils = "$"},
    Language{.label = "Makefile",
             .names = "makefile make mk",
             .keywords = "define else endef endif export ifdef ifeq ifndef ifneq include override "
                         "unexport",
             .lineComments = "#",
             .spans = quotes,
             .inWords = "-.%",
             .shape = Keys},
    Language{.label = "Dockerfile",
             .names = "dockerfile docker containerfile",
             .keywords = "ADD ARG AS CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD "
                         "RUN SHELL STOPSIGNAL USER VOLUME WORKDIR",
             .lineComments = "#",
             .spans = quotes,
             .sigils = "$",
             .letters = Language::Case::Insensitive},
    Language{.label = "QML",
             .names = "qml",
             .keywords = "alias bool break case catch const continue default delete do double else "
                         "enum false finally for function if import in instanceof int let list new "
                         "null on pragma property readonly real required return signal string "
                         "switch this throw true try typeof url var void while",
             .lineComments = "//",
             .spans = scriptSpans,
             .inWords = ".",
             .shape = Keys},
    Language{.label = "Diff", .names = "diff patch", .shape = Diff}};

} // namespace

bool hasWord(std::string_view list, std::string_view word)
{
    for (std::size_t at = list.find(word); at != std::string_view::npos; at = list.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' '))
            return !word.empty();
    }
    return false;
}

const Language *languageNamed(std::string_view name)
{
    std::string small(name.substr(0, name.find_first_of(" \t{")));
    std::ranges::transform(small, small.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const auto found =
        std::ranges::find_if(table, [&small](const Language &each) { return hasWord(each.names, small); });
    return found == table.end() ? nullptr : &*found;
}

std::span<const Language> languages() { return table; }

} // namespace holdfast
