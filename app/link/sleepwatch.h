// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>
#include <functional>

namespace holdfast {

/// Notices that the machine slept: by the wall clock that went on while ours stood still, always; by logind's
/// PrepareForSleep (D-Bus, org.freedesktop.login1), where there is one, a moment earlier. A clock that is set
/// looks the same, and does no harm. Thread: the one that made it.
class SleepWatch : public QObject
{
    Q_OBJECT
public:
    /// How far the wall clock is ahead of one that stands still while the machine sleeps.
    using WallAhead = std::function<std::chrono::milliseconds()>;

    explicit SleepWatch(QObject *parent = nullptr);
    /// \param wallAhead  in place of the system's clocks; \param lookEvery  how often it is looked at.
    SleepWatch(WallAhead wallAhead, std::chrono::milliseconds lookEvery, QObject *parent = nullptr);

Q_SIGNALS:
    /// It slept, and is awake.
    void woke();

private:
    void listenToLogind();
    void look();

    WallAhead m_wallAhead;
    std::chrono::milliseconds m_last;
    QTimer m_timer;
};

} // namespace holdfast
