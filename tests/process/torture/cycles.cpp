// SPDX-License-Identifier: Apache-2.0
#include "tests/process/torture/cycles.h"

#include <QDeadlineTimer>
#include <QJsonArray>

#include <algorithm>

namespace holdfast::torture {

Torment::Torment(Scene &scene, quint64 seed, const QStringList &names)
    : m_scene(scene), m_dice(seed), m_workload(scene, m_dice), m_faults(allFaults())
{
    for (const auto &fault : m_faults) {
        if (names.contains(fault->name()))
            m_urn.insert(m_urn.end(), static_cast<std::size_t>(fault->weight()), fault.get());
    }
    for (const auto &client : scene.clients()) {
        QObject::connect(client.get(), &Actor::said, client.get(),
                         [this](const QJsonObject &what, const QByteArray &) { onSaid(what); });
    }
}

/// A handover is both at once: the client went to another link, and was in step all the time.
void Torment::onSaid(const QJsonObject &what)
{
    const bool isHandover = what[QStringLiteral("event")] == QLatin1String("handover");
    if (!isHandover && what[QStringLiteral("event")] != QLatin1String("state"))
        return;
    const bool isOnline = isHandover || what[QStringLiteral("state")] == QLatin1String("online");
    if (!m_noticedUs && (isHandover || !isOnline))
        m_noticedUs = nowUs();
    if (isOnline)
        m_onlineUs = nowUs();
}

/// One in four times several at once, each of another kind.
std::vector<Fault *> Torment::choose()
{
    std::vector<Fault *> chosen;
    for (int count = m_dice.oneIn(4) ? m_dice.between(2, 3) : 1; count > 0; --count) {
        Fault *next = m_urn[static_cast<std::size_t>(m_dice.between(0, static_cast<int>(m_urn.size()) - 1))];
        if (std::ranges::find(chosen, next) == chosen.end())
            chosen.push_back(next);
    }
    return chosen;
}

bool Torment::recover()
{
    if (!m_scene.revive())
        return false;
    m_workload.probe();
    m_workload.askIdle();
    const QDeadlineTimer deadline(recoversWithinMs);
    const auto everybodyIsThere = [this] {
        return std::ranges::all_of(m_scene.clients(), [](const auto &each) { return each->isRunning(); }) &&
               std::ranges::all_of(m_scene.accounts(), [](const auto &each) {
                   return each.gateway->isRunning() && each.lab->isRunning();
               });
    };
    while (!m_workload.isIdle()) {
        until([&] { return m_workload.isIdle() || !everybodyIsThere(); },
              static_cast<int>(deadline.remainingTime()));
        if (deadline.hasExpired() || !m_scene.revive())
            return false;
    }
    return true;
}

std::optional<Cycle> Torment::cycle()
{
    const std::vector<Fault *> faults = choose();
    Cycle done;
    m_workload.give();
    goOnFor(m_dice.oneIn(3) ? m_dice.between(0, 8) : m_dice.between(8, 300));
    m_noticedUs.reset();
    m_onlineUs.reset();
    m_struckUs = nowUs();
    int lastsMs = 0;
    for (Fault *fault : faults) {
        if (!done.faults.isEmpty()) { // what is written in between meets both
            m_workload.give();
            goOnFor(m_dice.between(0, 100));
        }
        done.faults.append(fault->name());
        lastsMs = std::max(lastsMs, m_dice.between(fault->lasting().fromMs, fault->lasting().toMs));
        m_scene.record().add(QStringLiteral("runner"), QStringLiteral("strike"),
                             {{QStringLiteral("fault"), fault->name()}});
        fault->strike(m_scene, m_dice);
    }
    if (m_dice.oneIn(2))
        m_workload.give();
    m_workload.stop();
    goOnFor(lastsMs);
    for (Fault *fault : faults)
        fault->heal(m_scene);
    for (Fault *fault : faults)
        fault->settle(m_scene);
    m_scene.reviveListeners();
    for (Fault *fault : faults)
        fault->conclude(m_scene);
    const qint64 healedUs = nowUs();
    m_scene.record().add(QStringLiteral("runner"), QStringLiteral("heal"));
    const bool isBack = recover();
    if (m_noticedUs)
        done.noticedMs = static_cast<double>(*m_noticedUs - m_struckUs) / 1000.0;
    if (m_noticedUs && m_onlineUs)
        done.recoveredMs = static_cast<double>(std::max<qint64>(*m_onlineUs - healedUs, 0)) / 1000.0;
    m_scene.record().add(QStringLiteral("runner"), QStringLiteral("cycle"),
                         {{QStringLiteral("faults"), QJsonArray::fromStringList(done.faults)}});
    if (!isBack) {
        broke(QStringLiteral("not in step again after ") + done.faults.join(QLatin1Char('+')));
        return std::nullopt;
    }
    return done;
}

void Torment::converge()
{
    m_workload.giveLast();
    if (!until([this] { return m_workload.hasLast(); }, recoversWithinMs))
        return broke(QStringLiteral("the last answers have not come to every device"));
    m_workload.askIdle();
    if (!until([this] { return m_workload.isIdle(); }, recoversWithinMs))
        broke(QStringLiteral("a text is never whole, though nothing is broken any more"));
}

void Torment::broke(const QString &what)
{
    m_scene.record().add(QStringLiteral("runner"), QStringLiteral("broke"), {{QStringLiteral("what"), what}});
}

} // namespace holdfast::torture
