// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/items/connectionview.h"

#include <QAbstractButton>

namespace holdfast {

/// The small sign at the foot of the conversation list that always tells how the connection stands.
class ConnectionPill : public QAbstractButton
{
    Q_OBJECT
public:
    explicit ConnectionPill(QWidget *parent = nullptr);

    void show(const ConnectionView &view, const QString &gateway);
    QSize sizeHint() const override { return {220, 52}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    ConnectionView m_view;
    QString m_first;
    QString m_second;
};

} // namespace holdfast
