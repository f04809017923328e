// SPDX-License-Identifier: Apache-2.0
#include "ui/composer.h"

#include "ui/theme.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace holdfast {

namespace {
constexpr int textHeightMin = 44;
constexpr int textHeightMax = 200;
} // namespace

Composer::Composer(QWidget *parent)
    : QFrame(parent),
      m_text(new QPlainTextEdit(this)),
      m_agents(new QComboBox(this)),
      m_notice(new QLabel(this)),
      m_send(new QPushButton(this))
{
    setObjectName(QStringLiteral("composer"));
    m_text->setObjectName(QStringLiteral("message"));
    m_text->setAccessibleName(tr("Message"));
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setTabChangesFocus(true);
    m_text->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    m_text->installEventFilter(this);
    m_agents->setAccessibleName(tr("Agent"));
    m_send->setObjectName(QStringLiteral("send"));
    m_send->setCursor(Qt::PointingHandCursor);
    m_notice->setObjectName(QStringLiteral("notice"));
    m_notice->setWordWrap(true);
    m_notice->hide();
    auto *row = new QHBoxLayout;
    row->addWidget(m_agents);
    row->addStretch();
    row->addWidget(m_send);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 8);
    column->setSpacing(4);
    column->addWidget(m_text);
    column->addWidget(m_notice);
    column->addLayout(row);
    connect(m_text, &QPlainTextEdit::textChanged, this, &Composer::onTextChanged);
    connect(m_send, &QPushButton::clicked, this, &Composer::send);
    connect(m_agents, &QComboBox::activated, this, &Composer::agentChosen);
    setSending(Sending::Now);
    onTextChanged();
}

void Composer::setAgents(const std::vector<AgentInfo> &agents)
{
    const AgentId before = agent();
    m_agents->clear();
    for (const AgentInfo &each : agents) {
        QString name = QString::fromStdString(each.name);
        if (!each.model.empty())
            name += QStringLiteral(" · ") + QString::fromStdString(each.model);
        if (!each.isAvailable)
            name += QStringLiteral(" · ") + tr("not answering");
        m_agents->addItem(name, QString::fromStdString(each.id.value));
    }
    chooseAgent(before);
}

void Composer::chooseAgent(const AgentId &agent)
{
    const int index = m_agents->findData(QString::fromStdString(agent.value));
    if (index >= 0)
        m_agents->setCurrentIndex(index);
}

AgentId Composer::agent() const { return {m_agents->currentData().toString().toStdString()}; }

void Composer::setSending(Sending sending)
{
    m_send->setText(sending == Sending::Now ? tr("Send ⏎") : tr("Queue ⏎"));
    m_text->setPlaceholderText(sending == Sending::Now ? tr("Write a message")
                                                       : tr("Write a message; it is sent when you are back"));
}

void Composer::setText(const QString &text) { m_text->setPlainText(text); }
void Composer::giveBack(const QString &text, const QString &why)
{
    setText(text);
    m_notice->setText(why);
    m_notice->show();
}

void Composer::edit(const QString &text)
{
    const QString written = m_text->toPlainText();
    setText(written.trimmed().isEmpty() ? text : text + QStringLiteral("\n\n") + written);
    m_text->moveCursor(QTextCursor::End);
    focusText();
}

void Composer::focusText() { m_text->setFocus(); }

bool Composer::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(object, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    const bool isRecall = key->key() == Qt::Key_Up && key->modifiers() == Qt::NoModifier;
    if (isRecall && m_text->document()->isEmpty()) {
        Q_EMIT recallRequested();
        return true;
    }
    const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (!isEnter || key->modifiers().testFlag(Qt::ShiftModifier))
        return QFrame::eventFilter(object, event);
    send();
    return true;
}

void Composer::send()
{
    const QString text = m_text->toPlainText();
    if (text.trimmed().isEmpty())
        return;
    m_text->clear();
    Q_EMIT sendRequested(text);
}

void Composer::onTextChanged()
{
    m_notice->hide();
    const int lines = qMax(1, m_text->document()->blockCount());
    const int wanted = lines * m_text->fontMetrics().lineSpacing() + 18;
    m_text->setFixedHeight(qBound(textHeightMin, wanted, textHeightMax));
    m_send->setEnabled(!m_text->toPlainText().trimmed().isEmpty());
    Q_EMIT edited();
}

} // namespace holdfast
