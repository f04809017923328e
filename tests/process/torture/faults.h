// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/process/torture/workload.h"

#include <memory>
#include <vector>

namespace holdfast::torture {

/// One way to make life hard. It strikes, lasts for a while, and is healed; programs that have ended are
/// started again by the scene, not by the fault.
class Fault
{
public:
    struct Lasting {
        int fromMs;
        int toMs;
    };
    Fault(QString name, QString sentence, Lasting lasting)
        : m_name(std::move(name)), m_sentence(std::move(sentence)), m_lasting(lasting)
    {}
    virtual ~Fault() = default;

    virtual void strike(Scene &scene, Dice &dice) = 0;
    virtual void heal(Scene &scene) = 0;
    /// Everything is healed: what must have come of it?
    virtual void settle(Scene &) {}
    /// And when every gateway listens again?
    virtual void conclude(Scene &) {}

    /// As --only takes it.
    const QString &name() const { return m_name; }
    /// What happens, for people.
    const QString &sentence() const { return m_sentence; }
    Lasting lasting() const { return m_lasting; }
    /// How often it is chosen beside the others: what takes seconds is chosen seldom.
    int weight() const { return m_lasting.toMs > 3'000 ? 1 : 6; }

private:
    QString m_name;
    QString m_sentence;
    Lasting m_lasting;
};

/// Every fault there is.
std::vector<std::unique_ptr<Fault>> allFaults();

/// Those of the lab and of the network …
void addNetworkFaults(std::vector<std::unique_ptr<Fault>> &faults);
/// … and those of programs, disks, clocks and tokens.
void addProcessFaults(std::vector<std::unique_ptr<Fault>> &faults);

} // namespace holdfast::torture
