// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/jsonreader.h"

#include "model/protocol/decimal.h"
#include "model/protocol/limits.h"
#include "model/text/utf8.h"

#include <QJsonDocument>
#include <QString>

#include <algorithm>
#include <cmath>
#include <limits>

namespace holdfast {

namespace {

/// Nesting outside of strings; checked first, because a parser that recurses must not meet a million
/// brackets.
bool isTooDeep(std::string_view bytes)
{
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char c = bytes[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            if (++depth > limits::jsonDepthMax)
                return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

} // namespace

/// What is kept raw is written again some day, and half of a pair has no UTF-8. The recursion is as deep as
/// limits::jsonDepthMax, which was checked before.
bool isWellFormed(const QJsonValue &value)
{
    if (value.isString())
        return value.toString().isValidUtf16();
    if (value.isArray()) {
        const QJsonArray array = value.toArray();
        return std::all_of(array.begin(), array.end(),
                           [](const QJsonValue &each) { return isWellFormed(each); });
    }
    const QJsonObject object = value.toObject(); // empty when it is none
    for (auto each = object.begin(); each != object.end(); ++each) {
        if (!each.key().isValidUtf16() || !isWellFormed(each.value()))
            return false;
    }
    return true;
}

Result<QJsonObject> parseObject(std::string_view bytes)
{
    if (!utf8::isValid(bytes))
        return failure(Error::Code::BadUtf8, "the frame is not well-formed UTF-8");
    if (isTooDeep(bytes))
        return failure(Error::Code::TooDeep, "the frame is nested too deeply");
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(
        QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size())), &error);
    if (error.error != QJsonParseError::NoError)
        return failure(Error::Code::BadFrame, "not JSON: " + error.errorString().toStdString());
    if (!document.isObject())
        return failure(Error::Code::BadFrame, "not a JSON object");
    return document.object();
}

std::string toBytes(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact).toStdString();
}

void JsonReader::fail(Error::Code code, const std::string &detail)
{
    if (!m_error)
        m_error = Error{code, detail};
}

std::string JsonReader::text(const char *field)
{
    const QJsonValue value = m_object.value(QLatin1String(field));
    if (!value.isString()) {
        fail(Error::Code::BadFrame, std::string(field) + " is missing or no text");
        return {};
    }
    const QString text = value.toString();
    if (!text.isValidUtf16())
        fail(Error::Code::BadUtf8, std::string(field) + " holds half of a surrogate pair");
    return text.toStdString();
}

std::string JsonReader::textOr(const char *field, const std::string &absent)
{
    return m_object.contains(QLatin1String(field)) ? text(field) : absent;
}

std::uint64_t JsonReader::number(const char *field)
{
    const QJsonValue value = m_object.value(QLatin1String(field));
    const double number = value.toDouble(-1);
    if (number < 0 || number > static_cast<double>(limits::numberMax) || std::floor(number) < number) {
        fail(Error::Code::BadFrame, std::string(field) + " is missing or no whole number");
        return 0;
    }
    return static_cast<std::uint64_t>(number);
}

std::uint64_t JsonReader::numberOr(const char *field, std::uint64_t absent)
{
    return m_object.contains(QLatin1String(field)) ? number(field) : absent;
}

std::uint64_t JsonReader::numberInText(const QJsonValue &value, const char *field)
{
    const auto number = parseDecimal(value.toString().toStdString(), limits::numberMax);
    if (!number)
        fail(Error::Code::BadFrame, std::string(field) + " holds no number");
    return number.value_or(0);
}

std::uint32_t JsonReader::gen()
{
    const std::uint64_t gen = numberOr("gen", 0);
    if (gen > std::numeric_limits<std::uint32_t>::max())
        fail(Error::Code::BadFrame, "gen is too large");
    return static_cast<std::uint32_t>(gen);
}

int JsonReader::version(const char *field)
{
    const std::uint64_t version = number(field);
    if (version > static_cast<std::uint64_t>(std::numeric_limits<int>::max()))
        fail(Error::Code::BadVersion, std::string(field) + " is no version there could be");
    return static_cast<int>(version);
}

bool JsonReader::truth(const char *field)
{
    const QJsonValue value = m_object.value(QLatin1String(field));
    if (!value.isBool())
        fail(Error::Code::BadFrame, std::string(field) + " is missing or neither true nor false");
    return value.toBool();
}

QJsonArray JsonReader::array(const char *field)
{
    const QJsonValue value = m_object.value(QLatin1String(field));
    if (!value.isArray())
        fail(Error::Code::BadFrame, std::string(field) + " is missing or no list");
    return value.toArray();
}

Cursor JsonReader::cursor(const char *field)
{
    const Result<Cursor> cursor = parseCursor(text(field));
    if (!cursor)
        fail(cursor.error().code, std::string(field) + ": " + cursor.error().detail);
    return cursor.value_or(Cursor{});
}

Cursor JsonReader::cursorOrNull(const char *field)
{
    return m_object.contains(QLatin1String(field)) ? cursor(field) : Cursor{};
}

RunStatus JsonReader::status(const char *field)
{
    const Result<RunStatus> status = parseRunStatus(text(field));
    if (!status)
        fail(Error::Code::BadFrame, std::string(field) + " is no run status");
    return status.value_or(RunStatus::Failed);
}

Priority JsonReader::priorityOrNormal(const char *field)
{
    const Result<Priority> priority = parsePriority(textOr(field, toString(Priority::Normal)));
    if (!priority)
        fail(Error::Code::BadFrame, std::string(field) + " is no priority");
    return priority.value_or(Priority::Normal);
}

std::string JsonReader::objectInside(const char *field)
{
    const QJsonValue value = m_object.value(QLatin1String(field));
    if (!value.isObject())
        fail(Error::Code::BadFrame, std::string(field) + " is missing or no object");
    if (!isWellFormed(value))
        fail(Error::Code::BadUtf8, std::string(field) + " holds half of a surrogate pair");
    return toBytes(value.toObject());
}

void JsonReader::checkId(const std::string &value, const char *field)
{
    if (!isId(value))
        fail(Error::Code::BadFrame, std::string(field) + " is no id");
}

} // namespace holdfast
