// SPDX-License-Identifier: Apache-2.0
#include "ui/firstrun.h"

#include "ui/theme.h"

#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

namespace holdfast {

namespace {

constexpr int cardsInRow = 3;
constexpr std::size_t cardsMax = 6;

QLabel *centred(const QString &text, const char *name)
{
    auto *label = new QLabel(text);
    label->setObjectName(QLatin1String(name));
    label->setAlignment(Qt::AlignCenter);
    label->setWordWrap(true);
    return label;
}

} // namespace

FirstRun::FirstRun(QWidget *parent) : QWidget(parent), m_cards(new QGridLayout)
{
    m_cards->setSpacing(10);
    auto *text = centred(tr("Pick who answers, then write below. Close the lid, change networks, restart: "
                            "the answer goes on."),
                         "heroText");
    text->setFixedWidth(520);
    text->setFixedHeight(text->heightForWidth(520) + 4);
    auto *suggestions = new QHBoxLayout;
    suggestions->setSpacing(8);
    suggestions->addStretch();
    const std::tuple<QString, const char *, QString> tries[] = {
        {tr("Show me what a lost connection does"), "stream-lab",
         QStringLiteral("bytes=60000 rate=2 seed=7 format=markdown")},
        {tr("Writing while offline"), "guide", tr("What happens to messages written offline?")},
        {tr("Add a model server…"), "guide", tr("How do I add a model server?")}};
    for (const auto &[name, agent, line] : tries) {
        auto *button = new QPushButton(name);
        button->setObjectName(QStringLiteral("suggestion"));
        button->setCursor(Qt::PointingHandCursor);
        const AgentId id{agent};
        const QString said = line;
        connect(button, &QPushButton::clicked, this, [this, id, said] { Q_EMIT suggested(id, said); });
        suggestions->addWidget(button);
    }
    suggestions->addStretch();
    auto *row = new QHBoxLayout;
    row->addStretch();
    row->addLayout(m_cards);
    row->addStretch();
    auto *column = new QVBoxLayout(this);
    column->addStretch();
    column->addWidget(centred(tr("What shall we work on?"), "hero"));
    column->addWidget(text, 0, Qt::AlignHCenter);
    column->addSpacing(8);
    column->addLayout(row);
    column->addSpacing(10);
    column->addLayout(suggestions);
    column->addStretch();
}

void FirstRun::setAgents(const std::vector<AgentInfo> &agents)
{
    for (const auto &[id, card] : m_agents)
        card->deleteLater();
    m_agents.clear();
    for (std::size_t i = 0; i < agents.size() && i < cardsMax; ++i) {
        QFrame *card = cardFor(agents[i]);
        m_cards->addWidget(card, static_cast<int>(i) / cardsInRow, static_cast<int>(i) % cardsInRow);
        m_agents.emplace_back(agents[i].id, card);
    }
    choose(m_chosen);
}

QFrame *FirstRun::cardFor(const AgentInfo &agent)
{
    auto *card = new QFrame;
    card->setObjectName(QStringLiteral("agentCard"));
    card->setFixedSize(190, 118);
    card->setCursor(Qt::PointingHandCursor);
    card->setFocusPolicy(Qt::TabFocus);
    card->installEventFilter(this);
    const QString name = QString::fromStdString(agent.model.empty() ? agent.name : agent.model);
    card->setAccessibleName(name);
    auto *avatar = new QLabel(name.left(1).toUpper());
    avatar->setFixedSize(24, 24);
    avatar->setAlignment(Qt::AlignCenter);
    avatar->setStyleSheet(
        QStringLiteral("background: qlineargradient(x1:0,y1:0,x2:1,y2:1,stop:0 #3c7bef,stop:1 #7a4be0);"
                       "color: white; border-radius: 7px; font-size: 12px;"));
    auto *title = new QLabel(name);
    title->setObjectName(QStringLiteral("agentName"));
    auto *text = new QLabel(QString::fromStdString(agent.isAvailable ? agent.summary : agent.detail));
    text->setObjectName(QStringLiteral("agentText"));
    text->setWordWrap(true);
    text->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(3);
    column->addWidget(avatar);
    column->addWidget(title);
    column->addWidget(text, 1);
    return card;
}

void FirstRun::choose(const AgentId &agent)
{
    m_chosen = agent;
    for (const auto &[id, card] : m_agents) {
        card->setProperty("chosen", id == agent);
        card->style()->unpolish(card);
        card->style()->polish(card);
    }
}

bool FirstRun::eventFilter(QObject *object, QEvent *event)
{
    const bool isKey =
        event->type() == QEvent::KeyPress && (static_cast<QKeyEvent *>(event)->key() == Qt::Key_Space ||
                                              static_cast<QKeyEvent *>(event)->key() == Qt::Key_Return);
    if (event->type() != QEvent::MouseButtonRelease && !isKey)
        return QWidget::eventFilter(object, event);
    for (const auto &[id, card] : m_agents) {
        if (card == object) {
            const AgentId chosen = id;
            choose(chosen);
            Q_EMIT agentChosen(chosen);
            return true;
        }
    }
    return QWidget::eventFilter(object, event);
}

} // namespace holdfast
