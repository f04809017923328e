// SPDX-License-Identifier: Apache-2.0
#include "tests/process/torture/record.h"

#include "app/link/monotonicclock.h"

#include <QJsonDocument>

namespace holdfast::torture {

qint64 nowUs() { return MonotonicClock::now().time_since_epoch().count(); }

Record::Record(const QString &file) : m_file(file)
{
    if (!m_file.open(QIODevice::WriteOnly))
        qFatal("cannot write %s", qPrintable(file));
}

void Record::add(const QString &who, QJsonObject what)
{
    what[QStringLiteral("who")] = who;
    if (!what.contains(QStringLiteral("t_us")))
        what[QStringLiteral("t_us")] = nowUs();
    m_file.write(QJsonDocument(what).toJson(QJsonDocument::Compact) + '\n');
    m_file.flush();
    m_entries.push_back(std::move(what));
}

void Record::add(const QString &who, const QString &event, QJsonObject fields)
{
    fields[QStringLiteral("event")] = event;
    add(who, std::move(fields));
}

} // namespace holdfast::torture
