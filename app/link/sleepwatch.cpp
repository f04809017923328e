// SPDX-License-Identifier: Apache-2.0
#include "app/link/sleepwatch.h"

#include "app/link/logging.h"
#include "app/link/monotonicclock.h"

#include <QDBusAbstractInterface>
#include <QDBusConnection>

#include <utility>

namespace holdfast {

namespace {
using namespace std::chrono_literals;
/// Less is a clock that is being corrected, or a busy machine (law 14).
constexpr auto jumpAtLeast = 5s;
constexpr auto lookEveryUsually = 2s;

/// The part of logind's D-Bus interface that is of use here; Qt subscribes when the signal is connected.
class LoginManager : public QDBusAbstractInterface
{
    Q_OBJECT
public:
    explicit LoginManager(QObject *parent)
        : QDBusAbstractInterface(QStringLiteral("org.freedesktop.login1"),
                                 QStringLiteral("/org/freedesktop/login1"), "org.freedesktop.login1.Manager",
                                 QDBusConnection::systemBus(), parent)
    {}

Q_SIGNALS:
    void PrepareForSleep(bool isAboutToSleep);
};
} // namespace

SleepWatch::SleepWatch(QObject *parent) : SleepWatch(&MonotonicClock::wallAhead, lookEveryUsually, parent)
{
    listenToLogind();
}

SleepWatch::SleepWatch(WallAhead wallAhead, std::chrono::milliseconds lookEvery, QObject *parent)
    : QObject(parent), m_wallAhead(std::move(wallAhead)), m_last(m_wallAhead())
{
    connect(&m_timer, &QTimer::timeout, this, &SleepWatch::look);
    m_timer.start(lookEvery);
}

void SleepWatch::listenToLogind()
{
    const auto *logind = new LoginManager(this);
    connect(logind, &LoginManager::PrepareForSleep, this, [this](bool isAboutToSleep) {
        if (isAboutToSleep)
            return;
        m_last = m_wallAhead(); // the clock would tell the same once more
        qCInfo(lcLink) << "woke up, says logind";
        Q_EMIT woke();
    });
}

void SleepWatch::look()
{
    const auto ahead = m_wallAhead();
    if (std::chrono::abs(ahead - std::exchange(m_last, ahead)) < jumpAtLeast)
        return;
    qCInfo(lcLink) << "woke up, says the clock";
    Q_EMIT woke();
}

} // namespace holdfast

#include "sleepwatch.moc"
