// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/requesthead.h"

#include <QList>

#include <algorithm>

namespace holdfast {

std::optional<QByteArray> RequestHead::only(const char *name) const
{
    std::optional<QByteArray> value;
    for (const auto &[field, text] : fields) {
        if (field != name)
            continue;
        if (value)
            return std::nullopt;
        value = text;
    }
    return value;
}

bool RequestHead::has(const char *name) const
{
    return std::ranges::any_of(fields, [name](const auto &field) { return field.first == name; });
}

Result<RequestHead> parseRequestHead(const QByteArray &bytes)
{
    QByteArray text = bytes;
    const QList<QByteArray> lines = text.replace("\r\n", "\n").split('\n');
    const QList<QByteArray> start = lines.value(0).split(' ');
    if (start.size() != 3 || start[2] != "HTTP/1.1")
        return failure(Error::Code::BadFrame, "the request line is not HTTP/1.1");
    RequestHead head{start[0], start[1], {}};
    for (qsizetype i = 1; i < lines.size() && !lines[i].isEmpty(); ++i) {
        const qsizetype colon = lines[i].indexOf(':');
        if (colon <= 0 || lines[i].startsWith(' ') || lines[i].startsWith('\t'))
            return failure(Error::Code::BadFrame, "a header field without a name");
        head.fields.emplace_back(lines[i].left(colon).toLower(), lines[i].mid(colon + 1).trimmed());
    }
    return head;
}

} // namespace holdfast
