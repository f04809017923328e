// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"

#include <QJsonArray>
#include <QJsonObject>

#include <string>
#include <string_view>

namespace holdfast {

/// Reads the fields of one JSON object; remembers the first thing that was wrong, so that a reader can be
/// written as a list of fields and checked once. Only for the .cpp files of the codec.
class JsonReader
{
public:
    explicit JsonReader(const QJsonObject &object) : m_object(object) {}

    std::string text(const char *field);
    std::string textOr(const char *field, const std::string &absent);
    /// 0 … limits::numberMax, integral.
    std::uint64_t number(const char *field);
    std::uint64_t numberOr(const char *field, std::uint64_t absent);
    std::int64_t time(const char *field) { return static_cast<std::int64_t>(numberOr(field, 0)); }
    /// A number in a string: "41".
    std::uint64_t numberInText(const QJsonValue &value, const char *field);
    bool truth(const char *field);
    QJsonArray array(const char *field);
    Cursor cursor(const char *field);
    Cursor cursorOrNull(const char *field);
    RunStatus status(const char *field);
    Priority priorityOrNormal(const char *field);
    /// The object in this field, as JSON again; its strings are well-formed.
    std::string objectInside(const char *field);
    template<class Kind>
    Id<Kind> id(const char *field)
    {
        Id<Kind> value{text(field)};
        checkId(value.value, field);
        return value;
    }
    template<class Kind>
    Id<Kind> idOrEmpty(const char *field)
    {
        return m_object.contains(QLatin1String(field)) ? id<Kind>(field) : Id<Kind>{};
    }
    /// 0 when absent; at most 32 bits.
    std::uint32_t gen();
    /// At most 31 bits, else BadVersion.
    int version(const char *field);

    void fail(Error::Code code, const std::string &detail);
    const std::optional<Error> &error() const { return m_error; }
    const QJsonObject &object() const { return m_object; }

private:
    void checkId(const std::string &value, const char *field);

    const QJsonObject &m_object;
    std::optional<Error> m_error;
};

/// The frame from its object, by its `t`.
Result<Frame> readFrame(const QJsonObject &object);
/// The body of a log event from its object, by its `type`.
Result<LogBody> readBody(const QJsonObject &object);
/// The object of a log event without its seq.
QJsonObject writeBody(const LogBody &body);
/// The object of a frame.
QJsonObject writeFrame(const Frame &frame);

/// No string in it, keys included, holds half of a surrogate pair.
bool isWellFormed(const QJsonValue &value);
/// Parses bytes to an object. Errors: BadUtf8, TooDeep, BadFrame.
Result<QJsonObject> parseObject(std::string_view bytes);
std::string toBytes(const QJsonObject &object);

} // namespace holdfast
