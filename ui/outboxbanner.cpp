// SPDX-License-Identifier: Apache-2.0
#include "ui/outboxbanner.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace holdfast {

OutboxBanner::OutboxBanner(QWidget *parent) : QFrame(parent), m_label(new QLabel(this))
{
    setObjectName(QStringLiteral("banner"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(20, 6, 16, 6);
    layout->setSpacing(8);
    m_label->setWordWrap(true);
    layout->addWidget(m_label, 1);
    const auto addButton = [&](const QString &text, auto signal) {
        auto *button = new QPushButton(text, this);
        button->setCursor(Qt::PointingHandCursor);
        connect(button, &QPushButton::clicked, this, signal);
        layout->addWidget(button);
    };
    addButton(tr("Send all"), &OutboxBanner::sendAllRequested);
    addButton(tr("Review"), &OutboxBanner::reviewRequested);
    addButton(tr("Discard"), &OutboxBanner::discardRequested);
    hide();
}

void OutboxBanner::ask(const QString &sentence)
{
    m_label->setText(sentence);
    setVisible(!sentence.isEmpty());
}

} // namespace holdfast
