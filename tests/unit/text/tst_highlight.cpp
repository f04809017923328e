// SPDX-License-Identifier: Apache-2.0
#include "model/text/highlight.h"

#include <QTest>

#include <random>

using namespace holdfast;

namespace {

constexpr const char *letters = "kfsnc+-"; ///< of the kinds, in their order

/// The colours of a text as letters, one for each byte; lines are joined by a newline.
std::string coloursOf(const char *language, const std::string &text)
{
    Highlighter highlighter(language);
    std::string colours;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string line(end - begin, '.');
        for (const Token &token : highlighter.line(std::string_view(text).substr(begin, end - begin)))
            line.replace(token.begin, token.end - token.begin,
                         std::string(token.end - token.begin, letters[static_cast<std::size_t>(token.kind)]));
        colours += (begin == 0 ? "" : "\n") + line;
        begin = end + 1;
    }
    return colours;
}

} // namespace

class HighlightTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void coloursWhatIsKnown_data()
    {
        QTest::addColumn<QByteArray>("language");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("colours");
        const auto row = [](const char *name, const char *language, const char *text, const char *colours) {
            QTest::newRow(name) << QByteArray(language) << QByteArray(text) << QByteArray(colours);
        };
        row("declaration", "cpp", "class Bucket {", "kkkkk.ffffff..");
        row("call", "cpp", "bool tryTake(T t = 1.0); // ok", "kkkk.fffffff.......nnn...ccccc");
        row("no call", "cpp", "a.b = c;", "........");
        row("string with an escape", "cpp", "f(\"a\\\"b\", 'c');", "f.ssssss..sss..");
        row("open string ends with its line", "cpp", "x = \"a\nint b;", "....ss\nkkk...");
        row("comment over lines", "cpp", "a /* b\nc */ int", "..cccc\ncccc.kkk");
        row("digit separators", "c++", "1'000 + 0xFFu + 1.5e-7 + x2", "nnnnn...nnnnn...nnnnnn.....");
        row("include", "cpp", "#include <map>", "kkkkkkkk.sssss");
        row("include of our own", "cpp", "#include \"a.h\"", "kkkkkkkk.sssss");
        row("directive", "c", "  #define A 1", "..kkkkkkk...n");
        row("python", "Python", "def f(x):  # twice\n    return '''a\nb''' + 1",
            "kkk.f......ccccccc\n....kkkkkk.ssss\nssss...n");
        row("decorator", "py", "@cached\nasync def go(): pass", "fffffff\nkkkkk.kkk.ff....kkkk");
        row("rust lifetime", "rust", "fn f<'a>(c: &'a str) { 'x'; }", "kk.f.ff......ff.kkk....sss...");
        row("rust raw string", "rs", "let a = r#\"x\"y\"#;", "kkk.....ssssssss.");
        row("template over lines", "js", "let a = `b\nc`;", "kkk.....ss\nss.");
        row("shell", "bash", "if [ -n \"$a\" ]; then echo $b ${c}; fi # $#",
            "kk......ssss....kkkk.kkkk.ff.ffff..kk.cccc");
        row("shell comment only where a word begins", "sh", "echo a#b", "kkkk....");
        row("sql in any case", "SQL", "Select a FROM t -- why\nwhere b = 'c''d'",
            "kkkkkk...kkkk...cccccc\nkkkkk.....ssssss");
        row("json", "json", "{\"a\": [1, true, \"b\"], \"c\": null}", ".fff...n..kkkk..sss...fff..kkkk.");
        row("yaml", "yaml", "- name: \"a: b\" # c\n  size: 12", "..ffff..ssssss.ccc\n..ffff..nn");
        row("toml", "toml", "[package.x]\nname = 'a'", "fffffffffff\nffff...sss");
        row("html", "html", "<p class=\"a\">x &lt; y</p><!-- <b> -->",
            "kk.fffff.sssk........kkkkcccccccccccc");
        row("tag over lines", "xml", "<a\n b='c'/>", "kk\n.f.sss.k");
        row("css", "css", "a {\n  color: #fff; /* x */\n}", "...\n..fffff..ffff..ccccccc\n.");
        row("diff", "diff", "@@ -1 +1 @@\n-old\n+new\n same", "fffffffffff\n----\n++++\n.....");
        row("go", "go", "func (s *S) Run() error { return nil }", "kkkk........fff...kkkkk...kkkkkk.kkk..");
        row("lua comment over lines", "lua", "--[[ a\nb ]] local x -- y", "cccccc\ncccc.kkkkk...cccc");
        row("unknown", "brainfuck", "+++ \"a\" 1", ".........");
        row("none", "", "int", "...");
        row("attributes behind the name", "cpp {.line}", "int", "kkk");
        row("letters beyond ASCII", "py", "größe = höhe(1)", "..........hhhhh.n.");
    }
    void coloursWhatIsKnown()
    {
        QFETCH(QByteArray, language);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, colours);
        colours.replace('h', 'f');
        QCOMPARE(QByteArray::fromStdString(coloursOf(language.constData(), text.toStdString())), colours);
    }

    void manyLanguagesAreKnown()
    {
        QVERIFY(languages().size() >= 20);
        for (const Language &each : languages()) {
            std::string_view names = each.names;
            while (!names.empty()) {
                const std::string_view name = names.substr(0, names.find(' '));
                names.remove_prefix(std::min(name.size() + 1, names.size()));
                QVERIFY2(languageNamed(name) == &each, std::string(name).c_str());
            }
        }
    }

    /// Property: whatever the text, tokens are in order, within the line, and apart.
    void tokensNeverOverlap()
    {
        std::mt19937 random(7);
        const std::string marks = "\"'`/*#-<>[](){}=:@$%\\ \tabif0.9_+!r\xc3\xb6";
        for (const Language &each : languages()) {
            Highlighter highlighter(each.names.substr(0, each.names.find(' ')));
            for (int i = 0; i < 4'000; ++i) {
                std::string line;
                for (auto length = random() % 24; length > 0; --length)
                    line += marks[random() % marks.size()];
                std::size_t end = 0;
                for (const Token &token : highlighter.line(line)) {
                    QVERIFY2(token.begin >= end && token.end > token.begin && token.end <= line.size(),
                             line.c_str());
                    end = token.end;
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(HighlightTest)
#include "tst_highlight.moc"
