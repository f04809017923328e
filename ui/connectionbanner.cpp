// SPDX-License-Identifier: Apache-2.0
#include "ui/connectionbanner.h"

#include "ui/words.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>

namespace holdfast {

ConnectionBanner::ConnectionBanner(QWidget *parent)
    : QFrame(parent), m_label(new QLabel(this)), m_button(new QPushButton(this))
{
    setObjectName(QStringLiteral("banner"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(20, 6, 16, 6);
    m_label->setWordWrap(true);
    layout->addWidget(m_label, 1);
    layout->addWidget(m_button);
    m_button->setCursor(Qt::PointingHandCursor);
    connect(m_button, &QPushButton::clicked, this, [this] { Q_EMIT acted(m_banner); });
    setVisible(false);
}

void ConnectionBanner::show(const ConnectionView &view)
{
    if (m_rank == Rank::Problem)
        return;
    const QString text = words::banner(view);
    if (m_label->text() != text)
        m_label->setText(text);
    const QString button = words::bannerButton(view.banner);
    m_button->setText(button);
    m_button->setVisible(!button.isEmpty());
    if (view.banner != m_banner) {
        m_banner = view.banner;
        setProperty("good", view.banner == ConnectionView::Banner::Reconnected);
        style()->unpolish(this);
        style()->polish(this);
        style()->unpolish(m_label);
        style()->polish(m_label);
    }
    setVisible(view.banner != ConnectionView::Banner::None);
}

void ConnectionBanner::showProblem(const QString &sentence)
{
    m_rank = Rank::Problem;
    m_label->setText(sentence);
    m_button->setVisible(false);
    setVisible(true);
}

QString ConnectionBanner::text() const { return isVisibleTo(parentWidget()) ? m_label->text() : QString(); }

} // namespace holdfast
