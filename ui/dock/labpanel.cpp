// SPDX-License-Identifier: Apache-2.0
#include "ui/dock/labpanel.h"

#include "ui/dock/toggleswitch.h"

#include <QFrame>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace holdfast {

namespace {

QLabel *label(const QString &text, const char *name)
{
    auto *label = new QLabel(text);
    label->setObjectName(QLatin1String(name));
    label->setWordWrap(true);
    return label;
}

QFrame *card()
{
    auto *frame = new QFrame;
    frame->setObjectName(QStringLiteral("card"));
    return frame;
}

} // namespace

LabPanel::LabPanel(QWidget *parent) : QWidget(parent), m_offline(new ToggleSwitch(this))
{
    m_offline->setObjectName(QStringLiteral("simulateOffline"));
    m_offline->setAccessibleName(tr("Simulate offline"));
    connect(m_offline, &ToggleSwitch::toggled, this, &LabPanel::offlineToggled);

    auto *offline = card();
    auto *row = new QGridLayout(offline);
    row->setContentsMargins(12, 10, 12, 10);
    row->addWidget(label(tr("Simulate offline"), "caption"), 0, 0);
    row->addWidget(m_offline, 0, 1, Qt::AlignRight);
    row->addWidget(label(tr("Cuts the app's link. The gateway and its agents go on working."), "hint"), 1, 0,
                   1, 2);

    auto *faults = card();
    auto *grid = new QGridLayout(faults);
    grid->setContentsMargins(12, 10, 12, 10);
    grid->addWidget(label(tr("Break the connection once"), "caption"), 0, 0, 1, 2);
    const std::pair<QString, Fault> buttons[] = {{tr("Cut (RST)"), Fault::Reset},
                                                 {tr("Cut (FIN)"), Fault::Fin},
                                                 {tr("Black hole for 8 s"), Fault::BlackHole}};
    int place = 2;
    for (const auto &[name, fault] : buttons) {
        auto *button = new QPushButton(name);
        button->setCursor(Qt::PointingHandCursor);
        const Fault wanted = fault;
        connect(button, &QPushButton::clicked, this, [this, wanted] { Q_EMIT faultRequested(wanted); });
        grid->addWidget(button, place / 2, place % 2);
        ++place;
    }
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(14, 12, 14, 12);
    column->setSpacing(10);
    column->addWidget(offline);
    column->addWidget(faults);
    column->addStretch();
}

} // namespace holdfast
