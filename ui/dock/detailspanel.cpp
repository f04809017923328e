// SPDX-License-Identifier: Apache-2.0
#include "ui/dock/detailspanel.h"

#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace holdfast {

DetailsPanel::DetailsPanel(QWidget *parent) : QWidget(parent), m_grid(new QGridLayout)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(14, 12, 14, 12);
    column->addLayout(m_grid);
    column->addStretch();
    m_grid->setVerticalSpacing(6);
}

void DetailsPanel::show(const std::vector<Line> &lines)
{
    for (int row = 0; row < static_cast<int>(lines.size()); ++row) {
        const Line &line = lines[static_cast<std::size_t>(row)];
        if (!m_grid->itemAtPosition(row, 0)) {
            auto *key = new QLabel;
            auto *value = new QLabel;
            key->setObjectName(QStringLiteral("key"));
            value->setObjectName(QStringLiteral("value"));
            value->setWordWrap(true);
            value->setAlignment(Qt::AlignRight);
            value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
            m_grid->addWidget(key, row, 0, Qt::AlignTop);
            m_grid->addWidget(value, row, 1);
        }
        static_cast<QLabel *>(m_grid->itemAtPosition(row, 0)->widget())->setText(line.key);
        static_cast<QLabel *>(m_grid->itemAtPosition(row, 1)->widget())->setText(line.value);
    }
}

} // namespace holdfast
