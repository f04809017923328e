// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/desktop/application.h"
#include "ui/theme.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>
#include <vector>

namespace holdfast {

/// Drives the real window through a lost connection as a user would (keys and clicks), checks that nothing
/// was lost or doubled, and saves pictures in light and dark. A step waits for what it needs, with a
/// deadline.
class Tour : public QObject
{
    Q_OBJECT
public:
    /// \param pictures  a folder; made when it is missing.
    Tour(Application &application, QString pictures);

    void start();

Q_SIGNALS:
    /// 0: everything arrived, once; 1: something was lost or doubled, or a step took too long.
    void finished(int exitCode);

private:
    struct Step {
        QString name;
        std::function<void()> act;
        std::function<bool()> isDone;
        QString picture; ///< taken when it is done; empty: none
    };

    void makeSteps();
    void scrollToSeam();
    void nextStep();
    void look();
    void type(const QString &text);
    void press(int key, Qt::KeyboardModifiers modifiers);
    void takePictures(const QString &name);
    void report();
    void fail(const QString &why);
    const TranscriptModel::Row *answer(int which) const;
    const TranscriptModel::Row *message(int which) const;
    std::size_t textBytes() const;

    Application &m_application;
    QString m_pictures;
    std::vector<Step> m_steps;
    std::size_t m_step{0};
    QTimer m_look;
    QElapsedTimer m_stepTime;
    QElapsedTimer m_total;
    QElapsedTimer m_offline;
    qint64 m_offlineMs{0};
    qint64 m_resumeMs{-1};
    std::size_t m_keptBytes{0};
};

/// Light or dark, for the whole program.
void applyTheme(const Theme &theme);

} // namespace holdfast
