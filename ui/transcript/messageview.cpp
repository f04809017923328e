// SPDX-License-Identifier: Apache-2.0
#include "ui/transcript/messageview.h"

#include "ui/theme.h"
#include "ui/transcript/messagemetrics.h"
#include "ui/words.h"

#include <QAbstractTextDocumentLayout>
#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QPainter>
#include <QtMath>

#include <algorithm>
#include <cmath>

namespace holdfast {

namespace {

using namespace metrics;

constexpr qreal farAway = 3000; ///< pixels from the viewport at which a document is dropped

/// What the gateway has refused under this name it would refuse again.
bool mayBeAskedAgain(const std::string &refusal)
{
    return refusal == "outbox_full" || refusal == "queueing_off" || refusal == "lost_by_reset";
}

} // namespace

void MessageView::update(const TranscriptModel::Row &row, const Surroundings &surroundings)
{
    const bool isOther = !qFuzzyCompare(surroundings.width, m_surroundings.width);
    const bool isBack = surroundings.isReceiving && !m_surroundings.isReceiving;
    if (isBack || row.text.size() != m_text.size())
        m_quietSinceMs = surroundings.nowMs;
    m_item = row.item;
    m_surroundings = surroundings;
    if (m_item.role == Role::User) {
        if (!m_userText || isOther || m_text != row.text) {
            m_userText = std::make_unique<QTextDocument>();
            m_userText->setDocumentMargin(0);
            m_userText->setDefaultFont(textFont(14));
            m_userText->setPlainText(QString::fromStdString(row.text));
            m_userText->setTextWidth(surroundings.width * 0.76 - 2 * bubblePadding);
            m_userText->setTextWidth(std::min(m_userText->idealWidth() + 2, surroundings.width * 0.76));
        }
        m_text = row.text;
        return;
    }
    updateBlocks(row);
    for (BlockView &block : m_blocks)
        block.setWidth(surroundings.width);
}

void MessageView::updateBlocks(const TranscriptModel::Row &row)
{
    const bool isShorter = row.text.size() < m_text.size();
    const bool isFinished = !isWorking(row.item);
    if (isShorter) {
        m_splitter = BlockSplitter();
        m_blocks.clear();
        m_ends.clear();
        m_committed = 0;
    } else if (row.text.size() == m_text.size() && isFinished == m_isFinished) {
        return;
    }
    m_text = row.text;
    m_isFinished = isFinished;
    if (isFinished)
        m_splitter.finish(m_text);
    else
        m_splitter.update(m_text);
    m_blocks.erase(m_blocks.begin() + static_cast<std::ptrdiff_t>(m_committed),
                   m_blocks.end()); // the old tail goes
    m_ends.resize(m_committed);
    const auto &committed = m_splitter.committed();
    for (; m_committed < committed.size(); ++m_committed) {
        const TextBlock &block = committed[m_committed];
        m_blocks.emplace_back(block.kind, m_text.substr(block.begin, block.end - block.begin));
        m_ends.push_back(block.end);
    }
    const TextBlock tail = m_splitter.tail(m_text);
    if (tail.begin < tail.end) {
        std::string source = m_text.substr(tail.begin);
        m_blocks.emplace_back(tail.kind,
                              tail.kind == TextBlock::Kind::Code ? std::move(source) : healed(source));
        m_ends.push_back(tail.end);
    }
}

qreal MessageView::blocksHeight() const
{
    qreal height = 0;
    for (std::size_t i = 0; i < m_blocks.size(); ++i)
        height += heightOf(i);
    return height;
}

qreal MessageView::heightOf(std::size_t block) const
{
    return m_blocks[block].height() + static_cast<qreal>(seamsBehind(block).size()) * (footLine + 4);
}

/// A break stays where it was: behind the block in which the text broke off.
QStringList MessageView::seamsBehind(std::size_t block) const
{
    QStringList seams;
    const std::size_t begin = block == 0 ? 0 : m_ends[block - 1];
    for (const Seam &seam : m_item.seams) {
        const bool isHere = seam.offset <= m_ends[block] && (seam.offset > begin || block == 0);
        if (isHere && seam.resumedAtMs != 0)
            seams.append(words::seam(seam));
    }
    return seams;
}

QStringList MessageView::linesBelow() const
{
    QStringList lines;
    for (const Seam &seam : m_item.seams) {
        if (seam.resumedAtMs == 0 && isWorking(m_item))
            lines.append(words::interrupted(
                seam, static_cast<std::size_t>(QString::fromStdString(m_text).size()), m_surroundings.nowMs));
    }
    const QString ending = words::ending(m_item);
    if (!ending.isEmpty())
        lines.append(ending);
    if (m_surroundings.isContinuing && m_surroundings.isLast)
        lines.append(words::continuing(m_surroundings.isReceiving ? words::Link::Up : words::Link::Down));
    if (!m_surroundings.notContinued.empty() && m_surroundings.isLast)
        lines.append(words::notContinued(m_surroundings.notContinued));
    return lines;
}

bool MessageView::mayContinue() const
{
    const std::string &refusal = m_surroundings.notContinued;
    if (!refusal.empty() && !mayBeAskedAgain(refusal))
        return false;
    const bool hasEndedEarly =
        m_item.status == RunStatus::Interrupted || m_item.status == RunStatus::Incomplete;
    return m_item.role == Role::Agent && hasEndedEarly && !m_item.isOnlyHere && m_surroundings.isLast &&
           !m_surroundings.isContinuing;
}

/// Below everything else, so that nothing moves when it goes and its sentence comes.
QRectF MessageView::continueLink() const
{
    const qreal width =
        std::ceil(QFontMetricsF(textFont(footSizeOfAnswer)).horizontalAdvance(words::continueAnswer()));
    return {0, height() - messageGap - footLine - 4, width, footLine};
}

QRectF MessageView::bubble() const
{
    const QSizeF text = m_userText->size();
    const qreal width = std::min(text.width() + 2 * (bubblePadding + 4), m_surroundings.width);
    return {m_surroundings.width - width, 0, width, text.height() + 2 * bubblePadding};
}

qreal MessageView::height() const
{
    if (m_item.role == Role::User)
        return bubble().height() + footHeight() + (needsUser() ? footLine : 0) + messageGap;
    const qreal working = isWorking(m_item) ? footLine + 4 : 0;
    qreal below = 0;
    for (const QString &line : linesBelow())
        below += heightOfLine(line, footSizeOfAnswer, m_surroundings.width) + 4;
    return headHeight + blocksHeight() + below + working + (mayContinue() ? footLine + 4 : 0) + messageGap;
}

bool MessageView::build(qreal top, qreal bottom, const QPalette &palette)
{
    bool hasChanged = false;
    qreal y = headHeight;
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        BlockView &block = m_blocks[i];
        const qreal end = y + heightOf(i);
        if (end >= top && y <= bottom)
            hasChanged = block.build(palette) || hasChanged;
        else if (end < top - farAway || y > bottom + farAway)
            block.drop();
        y = end;
    }
    return hasChanged;
}

void MessageView::forgetDocuments()
{
    for (BlockView &block : m_blocks)
        block.drop();
}

QString MessageView::footOfUser() const
{
    QString foot = words::timeOfDay(m_item.createdAtMs) + QStringLiteral("  ") +
                   words::deliveryMark(m_item, m_surroundings.isAnswered);
    if (needsUser())
        foot += QStringLiteral(" · ") + words::deliveryMeaning(m_item, m_surroundings.isAnswered);
    return foot;
}

/// The mark stands before the links: they stay where they are while the message goes its way.
qreal MessageView::footWidth() const
{
    const std::vector<Link> all = links();
    return needsUser() || all.empty() ? m_surroundings.width : all.back().area.left() - linkGap;
}

qreal MessageView::footHeight() const
{
    return needsUser() ? heightOfLine(footOfUser(), footSize, m_surroundings.width) : footLine;
}

/// At the right, in the line of the mark, or below it when that line gives a reason. From the right to the
/// left.
std::vector<MessageView::Link> MessageView::links() const
{
    std::vector<Link> links;
    const QFontMetricsF metrics(textFont(footSize));
    qreal right = m_surroundings.width;
    const qreal top = bubble().bottom() + (needsUser() ? footHeight() : 0);
    const std::vector<MessageAction> actions = actionsFor(m_item);
    for (auto action = actions.rbegin(); action != actions.rend(); ++action) {
        const qreal width = std::ceil(metrics.horizontalAdvance(words::messageAction(*action)));
        links.push_back({*action, QRectF(right - width, top, width, footLine)});
        right -= width + linkGap;
    }
    return links;
}

MessageView::Hit MessageView::hit(const QPointF &at) const
{
    Hit hit;
    if (m_item.role == Role::User) {
        for (const Link &link : links()) {
            if (link.area.adjusted(-4, 0, 4, 0).contains(at))
                hit.action = link.action;
        }
        hit.isText = bubble().contains(at);
        return hit;
    }
    qreal y = headHeight;
    for (std::size_t i = 0; i < m_blocks.size(); ++i) {
        const BlockView &block = m_blocks[i];
        const QPointF within = at - QPointF(0, y);
        if (block.copyButton().contains(within))
            hit.code = block.code();
        else if (within.y() >= 0 && within.y() < block.height())
            hit.link = block.linkAt(within);
        y += heightOf(i);
    }
    hit.isText =
        y > headHeight && at.y() >= headHeight && at.y() < y && hit.code.empty() && hit.link.isEmpty();
    hit.isContinue = mayContinue() && continueLink().adjusted(-4, 0, 4, 0).contains(at);
    hit.isStop = isWorking(m_item) && QRectF(m_surroundings.width - 60, y, 60, footLine).contains(at);
    return hit;
}

} // namespace holdfast
