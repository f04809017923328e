// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/process/torture/checker.h"
#include "tests/process/torture/faults.h"

#include <optional>

namespace holdfast::torture {

/// One strike and the recovery from it.
struct Cycle {
    QStringList faults;
    std::optional<double> noticedMs;   ///< from the strike to the first client that says so
    std::optional<double> recoveredMs; ///< from the healing to the last client that is in step again
};

/// Runs the cycles of one scene.
class Torment
{
public:
    /// \param names  of the faults that are chosen from.
    Torment(Scene &scene, quint64 seed, const QStringList &names);

    /// Strikes, heals, and waits until every client is in step and every answer is whole. \returns nothing
    /// when it never came back: then the scene is of no use any more.
    std::optional<Cycle> cycle();
    /// Behind the last cycle: waits until every client has all of its account, to the last byte. Who is
    /// judged before may rightly be loading what another device has asked for.
    void converge();

private:
    void onSaid(const QJsonObject &what);
    std::vector<Fault *> choose();
    bool recover();
    void broke(const QString &what);

    static constexpr int recoversWithinMs = 60'000;

    Scene &m_scene;
    Dice m_dice;
    Workload m_workload;
    std::vector<std::unique_ptr<Fault>> m_faults;
    std::vector<Fault *> m_urn; ///< each as often as it weighs
    qint64 m_struckUs{0};
    std::optional<qint64> m_noticedUs; ///< the first that was not online any more
    std::optional<qint64> m_onlineUs;  ///< the last that was online again
};

} // namespace holdfast::torture
