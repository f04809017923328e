// SPDX-License-Identifier: Apache-2.0
#include "tests/process/torture/report.h"

#include <QJsonArray>

#include <algorithm>
#include <array>
#include <cstdio>

namespace holdfast::torture {

namespace {

const std::array<const char *, 11> totals{"messages", "answers",    "bytes",      "lost",
                                          "doubled",  "misordered", "unexpected", "foreign",
                                          "altered",  "skipped",    "broken"};

double quantile(std::vector<double> values, double share)
{
    std::ranges::sort(values);
    const auto last = static_cast<double>(values.size() - 1);
    return values.empty() ? 0 : values[static_cast<std::size_t>(last * share + 0.5)];
}

QJsonObject spread(const std::vector<double> &values)
{
    return {{QStringLiteral("n"), static_cast<qint64>(values.size())},
            {QStringLiteral("p50_ms"), quantile(values, 0.5)},
            {QStringLiteral("max_ms"), quantile(values, 1)}};
}

} // namespace

QJsonObject toJson(const Cycle &cycle)
{
    QJsonObject line{{QStringLiteral("event"), QStringLiteral("cycle")},
                     {QStringLiteral("faults"), QJsonArray::fromStringList(cycle.faults)}};
    if (cycle.noticedMs)
        line[QStringLiteral("noticed_ms")] = *cycle.noticedMs;
    if (cycle.recoveredMs)
        line[QStringLiteral("recovered_ms")] = *cycle.recoveredMs;
    return line;
}

QJsonObject toJson(const Verdict &verdict)
{
    return {{QStringLiteral("event"), QStringLiteral("verdict")},
            {QStringLiteral("messages"), verdict.messages},
            {QStringLiteral("answers"), verdict.answers},
            {QStringLiteral("bytes"), verdict.bytes},
            {QStringLiteral("lost"), verdict.lost},
            {QStringLiteral("doubled"), verdict.doubled},
            {QStringLiteral("misordered"), verdict.misordered},
            {QStringLiteral("unexpected"), verdict.unexpected},
            {QStringLiteral("foreign"), verdict.foreign},
            {QStringLiteral("altered"), verdict.altered},
            {QStringLiteral("skipped"), verdict.skipped},
            {QStringLiteral("broken"), verdict.broken},
            {QStringLiteral("findings"), QJsonArray::fromStringList(verdict.findings.mid(0, 20))}};
}

void Report::add(const QJsonObject &line)
{
    if (line[QStringLiteral("event")] == QLatin1String("verdict")) {
        for (const char *total : totals)
            m_totals[QLatin1String(total)] += line[QLatin1String(total)].toInteger();
        for (const auto finding : line[QStringLiteral("findings")].toArray())
            m_findings.append(finding.toString());
        return;
    }
    const QJsonArray faults = line[QStringLiteral("faults")].toArray();
    ++m_cycles;
    m_faults += static_cast<int>(faults.size());
    Kind &kind = m_kinds[faults.size() == 1 ? faults[0].toString() : QStringLiteral("several at once")];
    ++kind.count;
    if (line.contains(QStringLiteral("noticed_ms")))
        kind.noticed.push_back(line[QStringLiteral("noticed_ms")].toDouble());
    if (line.contains(QStringLiteral("recovered_ms"))) {
        kind.recovered.push_back(line[QStringLiteral("recovered_ms")].toDouble());
        m_worstMs = std::max(m_worstMs, kind.recovered.back());
    }
}

void Report::addBroken(const QString &finding)
{
    ++m_totals[QStringLiteral("broken")];
    m_findings.append(finding);
}

qint64 Report::found(const QString &what) const
{
    const auto total = m_totals.find(what);
    return total == m_totals.end() ? 0 : total->second;
}

void Report::print() const
{
    std::printf("%-20s %6s %8s %12s %12s %12s %12s\n", "fault", "cycles", "noticed", "after p50 ms", "max ms",
                "back p50 ms", "max ms");
    for (const auto &[name, kind] : m_kinds)
        std::printf("%-20s %6d %8zu %12.0f %12.0f %12.0f %12.0f\n", qPrintable(name), kind.count,
                    kind.noticed.size(), quantile(kind.noticed, 0.5), quantile(kind.noticed, 1),
                    quantile(kind.recovered, 0.5), quantile(kind.recovered, 1));
    std::printf("%d cycles, %d faults, worst recovery %.0f ms\n", m_cycles, m_faults, m_worstMs);
    for (const auto &[name, count] : m_totals)
        std::printf("%s%s %lld", name == m_totals.begin()->first ? "" : ", ", qPrintable(name),
                    static_cast<long long>(count));
    std::printf("\n");
    for (const QString &finding : m_findings)
        std::printf("FOUND %s\n", qPrintable(finding));
    std::fflush(stdout);
}

QJsonObject Report::toJson() const
{
    QJsonObject kinds;
    for (const auto &[name, kind] : m_kinds)
        kinds[name] = QJsonObject{{QStringLiteral("cycles"), kind.count},
                                  {QStringLiteral("noticed"), spread(kind.noticed)},
                                  {QStringLiteral("recovered"), spread(kind.recovered)}};
    QJsonObject all{{QStringLiteral("cycles"), m_cycles},
                    {QStringLiteral("faults"), m_faults},
                    {QStringLiteral("worst_recovery_ms"), m_worstMs},
                    {QStringLiteral("kinds"), kinds},
                    {QStringLiteral("findings"), QJsonArray::fromStringList(m_findings)}};
    for (const auto &[name, count] : m_totals)
        all[name] = count;
    return all;
}

} // namespace holdfast::torture
