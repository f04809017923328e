// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/items/connectionview.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace holdfast {

/// The line above the transcript that says what is wrong and what still works. Part of the layout, never over
/// it.
class ConnectionBanner : public QFrame
{
    Q_OBJECT
public:
    explicit ConnectionBanner(QWidget *parent = nullptr);

    void show(const ConnectionView &view);
    /// A problem that outranks the connection's; it stays.
    void showProblem(const QString &sentence);
    QString text() const;

Q_SIGNALS:
    /// The button was pressed while this banner was shown.
    void acted(holdfast::ConnectionView::Banner banner);

private:
    QLabel *m_label;
    QPushButton *m_button;
    ConnectionView::Banner m_banner{ConnectionView::Banner::None};
    enum class Rank { Connection, Problem } m_rank{Rank::Connection};
};

} // namespace holdfast
