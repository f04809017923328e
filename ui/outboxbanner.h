// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>

class QLabel;

namespace holdfast {

/// Asks once about messages that may not say any more what their user means. Part of the layout, like every
/// banner.
class OutboxBanner : public QFrame
{
    Q_OBJECT
public:
    explicit OutboxBanner(QWidget *parent = nullptr);

    /// An empty sentence asks nothing.
    void ask(const QString &sentence);

Q_SIGNALS:
    void sendAllRequested();
    void reviewRequested();
    void discardRequested();

private:
    QLabel *m_label;
};

} // namespace holdfast
