// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include <vector>

class QGridLayout;

namespace holdfast {

/// The connection in figures: what it is, since when, and how it got there.
class DetailsPanel : public QWidget
{
    Q_OBJECT
public:
    struct Line {
        QString key;
        QString value;
    };
    explicit DetailsPanel(QWidget *parent = nullptr);
    void show(const std::vector<Line> &lines);

private:
    QGridLayout *m_grid;
};

} // namespace holdfast
