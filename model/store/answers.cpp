// SPDX-License-Identifier: Apache-2.0
#include "model/store/answers.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace holdfast::answers {

namespace {

std::string compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

} // namespace

Result<std::string> history(Database &database, const char *sql, const Database::Values &values)
{
    QJsonArray items;
    qint64 last = 0;
    qint64 next = 0;
    const auto read = database.each(sql, values, [&](const QSqlQuery &row) {
        if (items.size() == itemsPerPage) {
            next = last;
            return;
        }
        last = row.value(2).toLongLong();
        items.append(
            QJsonObject{{QStringLiteral("item"), row.value(0).toString()},
                        {QStringLiteral("role"),
                         row.value(1).toInt() == 0 ? QStringLiteral("user") : QStringLiteral("agent")},
                        {QStringLiteral("seq"), last},
                        {QStringLiteral("length"), row.value(3).toLongLong()},
                        {QStringLiteral("sha256"), row.value(4).toString()},
                        {QStringLiteral("status"), row.value(5).toString()}});
    });
    if (!read)
        return tl::unexpected(read.error());
    return compact({{QStringLiteral("items"), items}, {QStringLiteral("next"), next}});
}

std::string context(const std::map<std::string, std::string> &values)
{
    QJsonObject all;
    for (const auto &[key, json] : values)
        all.insert(QString::fromStdString(key),
                   QJsonDocument::fromJson(QByteArray::fromStdString(json)).object());
    return compact(all);
}

} // namespace holdfast::answers
