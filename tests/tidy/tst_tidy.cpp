// SPDX-License-Identifier: Apache-2.0
// The house rules. First each rule shows on samples that it catches what is bad and passes what is good; then
// it is held against the whole tree. Samples stand in literals, which the rules about code do not read.
#include "tests/tidy/tree.h"

#include <QTest>

using namespace holdfast::tidy;

namespace {

/// Doors as in layers.txt, but few enough to be seen at once.
constexpr const char *sampleLayers = "# a comment\n"
                                     "folder .\n"
                                     "never SIGNAL( : function pointers\n"
                                     "never QMutex* except app/link/mailbox.h : one mutex\n"
                                     "folder model/text\n"
                                     "includes none\n"
                                     "qt QtCore\n"
                                     "qt-in-headers none\n"
                                     "folder model/session\n"
                                     "includes model/text model/protocol/ids.h\n"
                                     "qt none\n"
                                     "never unordered_* : order\n"
                                     "never ::now( : told the time\n"
                                     "never <random> : not the same everywhere\n"
                                     "folder app/cli\n"
                                     "includes all\n"
                                     "folder tests\n"
                                     "includes all\n"
                                     "qt QtCore QtTest\n"
                                     "never qWait : wait for events\n";

std::string moduleOf(const std::string &name)
{
    if (name.starts_with("QSql"))
        return "QtSql";
    return name.starts_with('Q') ? "QtCore" : "";
}

using Rule = std::function<Findings(const Source &)>;
using NamedRules = std::vector<std::pair<const char *, Rule>>;

NamedRules rulesFor(const Layers &layers, const QtModuleOf &qt)
{
    return {{"doors", [&](const Source &s) { return includesGoThroughDoors(s, layers); }},
            {"qt", [&, qt](const Source &s) { return qtComesFromItsModules(s, layers, qt); }},
            {"words", [&](const Source &s) { return forbiddenWordsAreAbsent(s, layers); }},
            {"file length", filesAreShort},
            {"function length", functionsAreShort},
            {"guard", headersAreGuarded},
            {"licence", licenceIsNamed},
            {"later", nothingIsLeftForLater},
            {"private path", noPathIsPrivate}};
}

QByteArray linesFound(const Findings &findings)
{
    QByteArrayList lines;
    for (const Finding &finding : findings)
        lines.append(QByteArray::number(finding.line));
    return lines.join(' ');
}

/// For people: one finding on each line.
QByteArray told(const Findings &findings)
{
    QByteArray text;
    for (const Finding &finding : findings)
        text += QByteArray::fromStdString(toString(finding)) + '\n';
    return text;
}

QByteArray function(int bodyLines)
{
    return "void f()\n{\n" + QByteArray("    g();\n").repeated(bodyLines - 2) + "}\n";
}

QByteArray two(const char *first, const char *second) { return QByteArray(first) + second; }

Source named(const char *path, const char *text = "") { return {path, text}; }

} // namespace

class TidyTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_tree = readTree(qEnvironmentVariable("HOLDFAST_SOURCE", QStringLiteral("../..")));
        QVERIFY2(m_tree.size() > 50, "HOLDFAST_SOURCE must name the folder with the top CMakeLists.txt");
    }

    // ---- each rule on samples: the lines it must find

    void doors_data()
    {
        columns();
        row("open", "model/session/a.cpp", "#include \"model/session/a.h\"\n#include \"model/text/b.h\"\n",
            "");
        row("closed", "model/session/a.cpp", "\n#include \"model/store/b.h\"\n", "2");
        row("one header of a room", "model/session/a.cpp",
            "#include \"model/protocol/ids.h\"\n#include \"model/protocol/frame.h\"\n", "2");
        row("a folder with the same beginning", "model/text/a.cpp", "#include \"model/textual/b.h\"\n", "1");
        row("no path from the root", "app/cli/a.cpp", "#include \"a.h\"\n#include \"../link/b.h\"\n", "1 2");
        row("what moc made", "app/cli/a.cpp", "#include \"a.moc\"\n", "");
        row("a folder nobody thought of", "ui/a.cpp", "#include \"ui/a.h\"\n", "1");
        row("a comment", "model/text/a.cpp", "// #include \"ui/a.h\"\n", "");
    }
    void doors() { check("doors"); }

    void qt_data()
    {
        columns();
        row("allowed", "model/text/a.cpp", "#include <QString>\n#include <vector>\n", "");
        row("stricter in headers", "model/text/a.h", "#include <QString>\n", "1");
        row("another module", "model/text/a.cpp", "#include <QSqlQuery>\n", "1");
        row("named with its module", "model/text/a.cpp", "#include <QtSql/QSqlQuery>\n", "1");
        row("none at all", "model/session/a.cpp", "#include <QString>\n", "1");
        row("a folder nobody thought of", "ui/a.cpp", "#include <QString>\n", "1");
    }
    void qt() { check("qt"); }

    void words_data()
    {
        columns();
        row("everywhere", "ui/a.cpp", "connect(a, SIGNAL(b()));\n", "1");
        row("a longer name", "ui/a.cpp", "Q_SIGNAL(b);\nMY_SIGNALS();\n", "");
        row("of the folder", "model/session/a.cpp", "\nauto t = Clock::now();\n", "2");
        row("of another folder", "model/text/a.cpp", "auto t = Clock::now();\n", "");
        row("every name that begins so", "model/session/a.h", "std::unordered_map<int, int> m;\n", "1");
        row("a header of the library", "model/session/a.cpp", "#include <random>\n", "1");
        row("an exception", "app/link/mailbox.h", "QMutexLocker lock;\n", "");
        row("no exception", "app/link/other.h", "QMutexLocker lock;\n", "1");
        row("a comment", "tests/a.cpp", "// qWait would be wrong\n/* qWait */\n", "");
        row("a literal", "tests/a.cpp", "f(\"qWait\", R\"x(qWait \" )x\", '\"'); qWait(1);\n", "1");
        row("no code", "tests/a.md", "qWait\n", "");
    }
    void words() { check("words"); }

    void fileLength_data()
    {
        columns();
        row("just short enough", "ui/a.cpp", QByteArray("\n").repeated(400), "");
        row("a line too long", "ui/a.cpp", QByteArray("\n").repeated(401), "400");
        row("no source", "ui/a.md", QByteArray("\n").repeated(401), "");
    }
    void fileLength() { check("file length"); }

    void functionLength_data()
    {
        columns();
        row("just short enough", "ui/a.cpp", function(60), "");
        row("a line too long", "ui/a.cpp", function(61), "2");
        row("in a namespace", "ui/a.cpp", "namespace a {\n" + function(61) + "}\n", "3");
        row("a member", "ui/a.h", "template<class T>\nclass A\n{\npublic:\n" + function(61) + "};\n", "6");
        row("a constructor", "ui/a.cpp", "A::A() : m_a{1}, m_b(2)\n" + function(61).mid(9), "2");
        row("a second one", "ui/a.cpp", function(10) + "int a{1};\n" + function(61), "14");
        row("a long class", "ui/a.h", "class A {\n" + QByteArray("    void f();\n").repeated(80) + "};\n",
            "");
        row("a long table", "ui/a.cpp",
            "const A a = f({\n" + QByteArray("    {g(1), 2},\n").repeated(80) + "});\n", "");
        row("braces in literals", "ui/a.cpp",
            "void f()\n{\n    g(\"{\", '{');\n}\n" + QByteArray("void h();\n").repeated(80), "");
        row("a lambda counts for its function", "ui/a.cpp",
            "void f()\n{\n    g([] {\n" + QByteArray("        h();\n").repeated(60) + "    });\n}\n", "2");
        row("a class behind a macro", "ui/a.h",
            "DECLARE(A)\nclass A : public B {\n" + QByteArray("    void f();\n").repeated(80) + "};\n", "");
        row("a structure as result", "ui/a.cpp", "struct A " + function(61).mid(5), "2");
        row("a template", "ui/a.cpp", "template<class T>\n" + function(61), "3");
        row("a directive", "ui/a.cpp",
            "#define A { \\\n (\nvoid f() {}\n" + QByteArray("int a;\n").repeated(80), "");
    }
    void functionLength() { check("function length"); }

    void guard_data()
    {
        columns();
        row("guarded", "ui/a.h", "// licence\n#pragma once\nint a;\n", "");
        row("guarded behind comments", "ui/a.h", "// licence\n/* what\n it is */\n\n#pragma once\n", "");
        row("not guarded", "ui/a.h", "int a;\n", "1");
        row("guarded too late", "ui/a.h", "#include <b>\n#pragma once\n", "1");
        row("no header", "ui/a.cpp", "int a;\n", "");
    }
    void guard() { check("guard"); }

    void licence_data()
    {
        columns();
        const QByteArray line = "SPDX-License-Identifier: Apache-2.0\n";
        row("source", "ui/a.cpp", "// " + line, "");
        row("source without", "ui/a.cpp", "int a;\n", "1");
        row("too late", "ui/a.cpp", "int a;\n// " + line, "1");
        row("build file without", "ui/CMakeLists.txt", "project(a)\n", "1");
        row("script", "packaging/run", "#!/bin/sh\n# " + line, "");
        row("script without", "packaging/run", "#!/bin/sh\ntrue\n", "2");
        row("text", "README.md", "# Title\n", "");
    }
    void licence() { check("licence"); }

    void later_data()
    {
        columns();
        row("a promise", "ui/a.cpp", two("int a; // TO", "DO: more\n"), "1");
        row("a promise in a text", "ui/README.md", two("\n\nFIX", "ME\n"), "3");
        row("part of a word", "ui/a.cpp", two("int METHO", "DO; // HACKNEY\n"), "");
        row("a finished file", "ui/a.cpp", "int a; // what holds\n", "");
    }
    void later() { check("later"); }

    void privatePath_data()
    {
        columns();
        row("somebody's folder", "README.md", two("see\n/ho", "me/anna/a\n"), "2");
        row("a literal in code", "ui/a.cpp", two("f(\"/wo", "rk/a\");\n"), "1");
        row("part of a path of ours", "ui/a.cpp", two("f(\"net/wo", "rk/a\");\n"), "");
    }
    void privatePath() { check("private path"); }

    void aFolderWithoutReadmeIsFound()
    {
        const Findings findings = foldersAreExplained(
            {named("ui/a.cpp"), named("ui/README.md"), named("ui/dock/b.h"), named("tests/unit/ui/tst_a.cpp"),
             named("tests/README.md"), named("resources/agents/topic.md")});

        QCOMPARE(told(findings).count('\n'), 1);
        QCOMPARE(findings.front().path, std::string("ui/dock/README.md"));
    }

    void aFileThatNothingBuildsIsFound()
    {
        const Findings findings = nothingIsDead(
            {named("ui/CMakeLists.txt", "library(ui SOURCES a.cpp\n  dock/b.cpp\n  ../model/c.cpp)"),
             named("packaging/x.cmake", "pch(${PROJECT_SOURCE_DIR}/packaging/p.h)"),
             named("tests/CMakeLists.txt", "foreach(each one two)\n  fuzz(fuzz_${each}.cpp)"),
             named("ui/a.cpp", "#include \"ui/a.h\"\n"), named("ui/a.h"), named("ui/dock/b.cpp"),
             named("model/c.cpp"), named("packaging/p.h"), named("tests/tst_one.cpp"),
             named("tests/tst_two.cpp"), named("tests/fuzz_one.cpp"), named("tests/tst_three.cpp"),
             named("ui/b.cpp"), named("ui/lonely.h")});

        const QByteArray advice =
            ":1: name it in the CMakeLists.txt of its folder, or delete it: nothing builds it\n";
        QCOMPARE(told(findings),
                 "tests/tst_three.cpp" + advice + "ui/b.cpp" + advice + "ui/lonely.h" + advice);
    }

    void aLineOfTheLayersThatCannotBeReadIsTold()
    {
        const Layers layers(
            "includes a\nfolder\nfolder a b\nfolder a\nnever word\nnever a b : c\nallow x\nqt\n");

        QCOMPARE(layers.problems().size(), std::size_t(7));
        QCOMPARE(layers.problems().front(), std::string("layers.txt:1: cannot be read: includes a"));
    }

    // ---- and all of them on the tree

    void theTreeKeepsTheRule_data()
    {
        QTest::addColumn<QByteArray>("rule");
        for (const auto &[name, rule] : rulesFor(Layers(""), moduleOf))
            QTest::newRow(name) << QByteArray(name);
    }
    void theTreeKeepsTheRule()
    {
        QFETCH(QByteArray, rule);
        const Layers layers = layersOfTheTree();
        QVERIFY2(layers.problems().empty(),
                 layers.problems().empty() ? "" : layers.problems().front().c_str());
        const Rule apply = ruleCalled(rule, layers, installedQt());

        Findings findings;
        for (const Source &source : m_tree) {
            const Findings found = apply(source);
            findings.insert(findings.end(), found.begin(), found.end());
        }
        expectNone(findings);
    }

    void everyFolderOfTheTreeIsExplained()
    {
        const Findings findings = foldersAreExplained(m_tree);
        expectNone(findings);
    }

    void nothingInTheTreeIsDead()
    {
        const Findings findings = nothingIsDead(m_tree);
        expectNone(findings);
    }

    void theInstalledQtKnowsItsModules()
    {
        const QtModuleOf module = installedQt();
        QCOMPARE(module("QString"), std::string("QtCore"));
        QCOMPARE(module("QTest"), std::string("QtTest"));
        QCOMPARE(module("vector"), std::string());
    }

private:
    static void columns()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("lines");
    }
    static void row(const char *name, const char *path, const QByteArray &text, const char *lines)
    {
        QTest::newRow(name) << QByteArray(path) << text << QByteArray(lines);
    }
    static void check(const char *rule)
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, lines);
        const Layers layers(sampleLayers);
        QVERIFY(layers.problems().empty());

        const Findings findings =
            ruleCalled(rule, layers, moduleOf)({path.toStdString(), text.toStdString()});

        QCOMPARE(linesFound(findings), lines);
    }
    static Rule ruleCalled(const QByteArray &name, const Layers &layers, const QtModuleOf &qt)
    {
        for (const auto &[each, rule] : rulesFor(layers, qt)) {
            if (name == each)
                return rule;
        }
        return {};
    }
    Layers layersOfTheTree() const
    {
        for (const Source &source : m_tree) {
            if (source.path == "tests/tidy/layers.txt")
                return Layers(source.text);
        }
        return Layers("layers.txt is missing");
    }
    /// Says each finding on a line of its own; the message of a failure would be cut.
    static void expectNone(const Findings &findings)
    {
        for (const QByteArray &line : told(findings).split('\n'))
            if (!line.isEmpty())
                qWarning().noquote() << line;
        QCOMPARE(findings.size(), std::size_t(0));
    }

    std::vector<Source> m_tree;
};

QTEST_GUILESS_MAIN(TidyTest)
#include "tst_tidy.moc"
