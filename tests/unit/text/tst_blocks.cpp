// SPDX-License-Identifier: Apache-2.0
#include "model/text/blocks.h"

#include <QTest>

using namespace holdfast;

namespace {

const std::string sample = "# Title\n\nFirst paragraph\nwith two lines.\n\n- one\n- two\n  "
                           "more\n\n```cpp\nint a;\n\n# no heading\n```\nAfter.\n"
                           "1. first\n2. second\n\n~~~\nopen";

using Kind = TextBlock::Kind;

std::vector<TextBlock> wholeSplit(const std::string &text)
{
    BlockSplitter splitter;
    splitter.finish(text);
    return splitter.committed();
}

} // namespace

class BlocksTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void splitsIntoWhatCanBeLaidOutAlone()
    {
        std::vector<Kind> kinds;
        for (const TextBlock &block : wholeSplit(sample))
            kinds.push_back(block.kind);
        QVERIFY((kinds == std::vector<Kind>{Kind::Heading, Kind::Paragraph, Kind::List, Kind::Code,
                                            Kind::Paragraph, Kind::List, Kind::Code}));
    }

    /// Property: however the text comes, the blocks are the same, and they join to the text.
    void portionsDoNotMatter()
    {
        const std::vector<TextBlock> whole = wholeSplit(sample);
        for (std::size_t portion = 1; portion < sample.size(); ++portion) {
            BlockSplitter splitter;
            for (std::size_t end = portion; end < sample.size(); end += portion) {
                const std::string text = sample.substr(0, end);
                splitter.update(text);
                QCOMPARE(splitter.tail(text).end, text.size());
            }
            splitter.finish(sample);
            QVERIFY(splitter.committed() == whole);
        }
        std::size_t at = 0;
        for (const TextBlock &block : whole) {
            QCOMPARE(block.begin, at);
            at = block.end;
        }
        QCOMPARE(at, sample.size());
    }

    void whatIsCommittedNeverChanges()
    {
        BlockSplitter splitter;
        std::vector<TextBlock> before;
        for (std::size_t end = 0; end <= sample.size(); ++end) {
            splitter.update(sample.substr(0, end));
            const auto &now = splitter.committed();
            QVERIFY(now.size() >= before.size());
            QVERIFY(std::equal(before.begin(), before.end(), now.begin()));
            before = now;
        }
    }

    void codeIsGivenBackByteForByte()
    {
        const CodeSource source = codeIn("\n```cpp\n\tint a;  \n\nb\n```\n");
        QCOMPARE(std::string(source.language), std::string("cpp"));
        QCOMPARE(std::string(source.code), std::string("\tint a;  \n\nb\n"));
        QCOMPARE(std::string(codeIn("```\nopen").code), std::string("open"));
        QCOMPARE(std::string(codeIn("```py").code), std::string());
    }

    void openMarksAreClosedForShowing()
    {
        QCOMPARE(healed("a **b"), std::string("a **b**"));
        QCOMPARE(healed("a `b"), std::string("a `b`"));
        QCOMPARE(healed("**done** and `done`"), std::string("**done** and `done`"));
    }
};

QTEST_GUILESS_MAIN(BlocksTest)
#include "tst_blocks.moc"
