// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractButton>

namespace holdfast {

/// A switch that slides: on or off.
class ToggleSwitch : public QAbstractButton
{
    Q_OBJECT
public:
    explicit ToggleSwitch(QWidget *parent = nullptr);
    QSize sizeHint() const override { return {36, 20}; }

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace holdfast
