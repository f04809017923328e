// SPDX-License-Identifier: Apache-2.0
// Selecting and copying in the transcript, with mouse and keyboard.
#include "tests/support/fakehistory.h"
#include "ui/transcript/transcriptview.h"

#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace holdfast;
using namespace holdfast::test;

namespace {
constexpr const char *answer = "# Title\n\nSome **bold** words.\n\n```cpp\nint a;\nint b;\n```\n";
}

class SelectionTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_history = std::make_unique<FakeHistory>();
        m_history->add("m1", holdfast::Role::User, "First question");
        m_history->add("a1", holdfast::Role::Agent, answer);
        m_history->add("m2", holdfast::Role::User, "Second question");
        m_model = std::make_unique<TranscriptModel>();
        m_model->setReader(m_history.get());
        m_model->setConversation({"c1"});
        m_view = std::make_unique<TranscriptView>(*m_model);
        m_view->resize(640, 600);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
        m_view->grab();
        m_copied = std::make_unique<QSignalSpy>(m_view.get(), &TranscriptView::copied);
    }
    void cleanup() { m_view.reset(); }

    void everythingIsSelectedByKey()
    {
        QTest::keyClick(m_view.get(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(copied(), QStringLiteral("First question\n\n") + QString::fromUtf8(answer).trimmed() +
                               QStringLiteral("\n\nSecond question"));
    }

    void nothingIsCopiedWhenNothingIsSelected()
    {
        QTest::keyClick(m_view.get(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(m_copied->count(), 0);
    }

    void aDoubleClickTakesAWord_aThirdTheBlock()
    {
        const QPoint at = placeOf(QStringLiteral("bold"));
        QTest::mouseDClick(viewport(), Qt::LeftButton, {}, at);
        QCOMPARE(copied(), QStringLiteral("bold"));
        QTest::mousePress(viewport(), Qt::LeftButton, {}, at);
        QTest::mouseRelease(viewport(), Qt::LeftButton, {}, at);
        QCOMPARE(copied(), QStringLiteral("Some bold words."));
    }

    /// Backwards as well; what is whole gives its source, what is a part what it shows.
    void aDragGoesAcrossMessages_data()
    {
        QTest::addColumn<bool>("backwards");
        QTest::newRow("down") << false;
        QTest::newRow("up") << true;
    }
    void aDragGoesAcrossMessages()
    {
        QFETCH(bool, backwards);
        QPoint from = placeOf(QStringLiteral("bold"));
        QPoint to = placeOf(QStringLiteral("Second"));
        if (backwards)
            std::swap(from, to);
        QTest::mousePress(viewport(), Qt::LeftButton, {}, from);
        QTest::mouseMove(viewport(), (from + to) / 2);
        QTest::mouseMove(viewport(), to);
        QTest::mouseRelease(viewport(), Qt::LeftButton, {}, to);
        const QString text = copied();
        QVERIFY2(text.contains(QStringLiteral("d words.\n\n```cpp\nint a;\nint b;\n```\n\nSe")),
                 qPrintable(text));
        QVERIFY(!text.contains(QStringLiteral("bold words")) &&
                !text.contains(QStringLiteral("Second"))); // parts
    }

    void aPartOfCodeIsItsExactText()
    {
        const QPoint to = placeOf(QStringLiteral("b"));
        QTest::mouseDClick(viewport(), Qt::LeftButton, {}, placeOf(QStringLiteral("a")));
        QTest::mouseClick(viewport(), Qt::LeftButton, Qt::ShiftModifier, to);
        QCOMPARE(copied(), QStringLiteral("a;\nint b"));
    }

    void shiftAndClickExtendByWords()
    {
        const QPoint to = placeOf(QStringLiteral("Second"));
        QTest::mouseDClick(viewport(), Qt::LeftButton, {}, placeOf(QStringLiteral("words")));
        QTest::mouseClick(viewport(), Qt::LeftButton, Qt::ShiftModifier, to);
        QCOMPARE(copied(), QStringLiteral("words.\n\n```cpp\nint a;\nint b;\n```\n\nSecond"));
    }

    void aClickEndsIt()
    {
        QTest::keyClick(m_view.get(), Qt::Key_A, Qt::ControlModifier);
        QTest::mouseClick(viewport(), Qt::LeftButton, {}, {4, 4});
        QTest::keyClick(m_view.get(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(m_copied->count(), 0);
    }

    /// Text that grows below leaves it where it is.
    void itStaysWithItsTextWhileAnAnswerGrows()
    {
        QTest::mouseDClick(viewport(), Qt::LeftButton, {}, placeOf(QStringLiteral("bold")));
        m_history->add("a2", holdfast::Role::Agent, "More and more").status = RunStatus::Working;
        ChangeSet changes;
        changes.items.insert({"a2"});
        m_model->apply(changes);
        const QImage before = m_view->grab().toImage();
        QTRY_VERIFY(m_view->grab().toImage() != before); // it is shown
        QCOMPARE(copied(), QStringLiteral("bold"));
    }

private:
    QWidget *viewport() { return m_view->viewport(); }
    QString copied()
    {
        m_copied->clear();
        QTest::keyClick(m_view.get(), Qt::Key_C, Qt::ControlModifier);
        return m_copied->isEmpty() ? QString() : m_copied->at(0).at(0).toString();
    }
    /// Where a word stands, found as a user finds it: by looking, here with double clicks. Beside a line
    /// every place is of the word that is nearest, and above a text of its first: what counts is where a word
    /// ends.
    QPoint placeOf(const QString &word)
    {
        constexpr int withinWord = 6;
        std::vector<QPoint> found;
        for (int y = 4; y < viewport()->height(); y += 3) {
            std::vector<int> places;
            for (int x = 4; x < viewport()->width(); x += 2) {
                QTest::mouseDClick(viewport(), Qt::LeftButton, {}, {x, y});
                if (copied() == word)
                    places.push_back(x);
            }
            if (!places.empty() && places.back() < viewport()->width() - 20)
                found.emplace_back(places.back() - withinWord, y);
            else if (!found.empty())
                break;
        }
        QTest::mouseClick(viewport(), Qt::LeftButton, {}, {2, 2});
        return found.empty() ? QPoint() : found[found.size() / 2];
    }

    std::unique_ptr<FakeHistory> m_history;
    std::unique_ptr<TranscriptModel> m_model;
    std::unique_ptr<TranscriptView> m_view;
    std::unique_ptr<QSignalSpy> m_copied;
};

QTEST_MAIN(SelectionTest)
#include "tst_selection.moc"
