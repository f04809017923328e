// SPDX-License-Identifier: Apache-2.0
#include "app/cli/jsonlines.h"

#include "app/link/monotonicclock.h"

#include <QJsonDocument>

#include <cstdio>

namespace holdfast::jsonlines {

void write(const char *event, const QJsonObject &fields)
{
    const auto now = MonotonicClock::now().time_since_epoch().count();
    QByteArray line =
        "{\"t_us\":" + QByteArray::number(static_cast<qlonglong>(now)) + ",\"event\":\"" + event + '"';
    const QByteArray rest = QJsonDocument(fields).toJson(QJsonDocument::Compact);
    line += fields.isEmpty() ? QByteArray("}") : ',' + rest.mid(1);
    line += '\n';
    std::fwrite(line.constData(), 1, static_cast<std::size_t>(line.size()), stdout);
    std::fflush(stdout);
}

} // namespace holdfast::jsonlines
