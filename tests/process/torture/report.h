// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/process/torture/cycles.h"

#include <QJsonObject>

#include <map>

namespace holdfast::torture {

/// What a scene says of itself on one line, for the runner that started it.
QJsonObject toJson(const Cycle &cycle);
QJsonObject toJson(const Verdict &verdict);

/// Sums up the lines of all scenes.
class Report
{
public:
    /// A line of a scene: a cycle or a verdict.
    void add(const QJsonObject &line);
    /// A scene that has ended without a verdict.
    void addBroken(const QString &finding);

    bool isGood() const { return m_findings.isEmpty(); }
    /// How many findings of a class ("lost", "doubled", …) there are.
    qint64 found(const QString &what) const;
    int cycles() const { return m_cycles; }
    qsizetype findings() const { return m_findings.size(); }
    /// A table by kind of fault, then the totals.
    void print() const;
    QJsonObject toJson() const;

private:
    struct Kind {
        int count{0};
        std::vector<double> noticed;
        std::vector<double> recovered;
    };
    std::map<QString, Kind> m_kinds;
    std::map<QString, qint64> m_totals;
    QStringList m_findings;
    int m_cycles{0};
    int m_faults{0};
    double m_worstMs{0};
};

} // namespace holdfast::torture
