// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/agentsfile.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace holdfast {

namespace {

constexpr qint64 fileBytesMax = 256 * 1024;
constexpr std::size_t serversMax = 32; ///< all agents travel in one frame (limits.h)
constexpr qsizetype nameMax = 160;

/// Why an entry cannot be used; empty when it can. The key has no part in it, and a URL could hold one.
std::string faultOf(const QJsonObject &entry)
{
    const QUrl base(entry.value(QLatin1String("base_url")).toString(), QUrl::StrictMode);
    const bool isHttp = base.scheme() == QLatin1String("http") || base.scheme() == QLatin1String("https");
    if (!base.isValid() || !isHttp || base.host().isEmpty())
        return "base_url is not an http or https address";
    if (!base.userInfo().isEmpty() || base.hasQuery() || base.hasFragment())
        return "base_url must be without user, query and fragment; a key belongs into \"key\"";
    const QString model = entry.value(QLatin1String("model")).toString();
    if (model.isEmpty() || model.size() > nameMax)
        return "model is missing or too long";
    if (entry.value(QLatin1String("name")).toString().size() > nameMax)
        return "name is too long";
    const QString key = entry.value(QLatin1String("key")).toString();
    if (key.contains(QLatin1Char('\r')) || key.contains(QLatin1Char('\n')))
        return "key has a line break";
    const QString after = entry.value(QLatin1String("after_crash")).toString(QStringLiteral("ask"));
    if (after != QLatin1String("ask") && after != QLatin1String("continue"))
        return "after_crash is \"ask\" or \"continue\"";
    return {};
}

ModelServer serverIn(const QJsonObject &entry)
{
    const QUrl base(entry.value(QLatin1String("base_url")).toString(), QUrl::StrictMode);
    const QString name = entry.value(QLatin1String("name")).toString();
    return {name.isEmpty() ? base.host() : name,
            base,
            entry.value(QLatin1String("model")).toString(),
            entry.value(QLatin1String("key")).toString().toUtf8(),
            base.host(),
            {},
            entry.value(QLatin1String("after_crash")).toString() == QLatin1String("continue")
                ? AfterCrash::Continue
                : AfterCrash::Ask};
}

} // namespace

Result<AgentsFile> AgentsFile::parse(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (!document.isArray())
        return failure(Error::Code::BadArgument, document.isNull()
                                                     ? "not JSON: " + error.errorString().toStdString()
                                                     : "not a JSON array of model servers");
    AgentsFile file;
    std::size_t number = 0;
    for (const QJsonValue &each : document.array()) {
        ++number;
        const std::string fault =
            file.servers.size() < serversMax ? faultOf(each.toObject()) : "there are too many";
        if (fault.empty())
            file.servers.push_back(serverIn(each.toObject()));
        else
            file.complaints.push_back("entry " + std::to_string(number) + " is left out: " + fault);
    }
    return file;
}

Result<AgentsFile> AgentsFile::read(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return AgentsFile{};
    if (!file.open(QIODevice::ReadOnly))
        return failure(Error::Code::Io, file.errorString().toStdString());
    if (file.size() > fileBytesMax)
        return failure(Error::Code::BadArgument, "it is too large");
    return parse(file.readAll());
}

} // namespace holdfast
